import { randomBytes } from "node:crypto";
import { posix } from "node:path";
import { Readable, Writable } from "node:stream";
import type { ContainerFileSystem } from "../fileSystem.ts";
import { codeOf } from "./errors.ts";

/** What opening needs of a process. */
export interface FileAccess {
  readonly files: ContainerFileSystem;
  readonly directory: string;
  /** A descriptor's streams, for /dev/stdin and the like. */
  readonly descriptor: (number: number) => {
    readable?: Readable | undefined;
    writable?: Writable | undefined;
  };
}

const fault = (code: string, path: string) => Object.assign(new Error(`${code}: ${path}`), { code });
const chunkBytes = 64 * 1024;

/** Reads a file's bytes as they were when it was opened. */
export class FileInput extends Readable {
  #rest: Buffer;

  constructor(contents: Buffer) {
    super({ highWaterMark: chunkBytes });
    this.#rest = contents;
  }

  override _read(): void {
    const chunk = this.#rest.subarray(0, chunkBytes);
    this.#rest = this.#rest.subarray(chunk.length);
    this.push(chunk.length > 0 ? chunk : null);
  }
}

/** Appends what is written to a file. */
export class FileOutput extends Writable {
  readonly #files: ContainerFileSystem;
  readonly #path: string;

  constructor(files: ContainerFileSystem, path: string) {
    super({ highWaterMark: chunkBytes });
    this.#files = files;
    this.#path = path;
    this.on("error", () => undefined);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    try {
      this.#files.write(this.#path, chunk, { append: true });
      done();
    } catch (error) {
      // a file that was removed meanwhile still takes what is written
      done(codeOf(error) === "ENOENT" ? null : (error as Error));
    }
  }
}

function endless(fill: (size: number) => Buffer): Readable {
  return new Readable({
    highWaterMark: chunkBytes,
    read() {
      this.push(fill(chunkBytes));
    },
  });
}

function sink(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}

/** A path with its links followed as far as they lead to a device. */
function deviceOf(path: string, { files }: FileAccess): string {
  let current = path;
  for (let depth = 0; depth < 8 && !current.startsWith("/dev/"); depth++) {
    try {
      if (files.status(current, { followLinks: false }).type !== "symlink") {
        return current;
      }
      current = posix.resolve(posix.dirname(current), files.readLink(current));
    } catch {
      return current;
    }
  }
  return current;
}

const standardNames: Readonly<Record<string, number>> = {
  "/dev/stdin": 0,
  "/dev/stdout": 1,
  "/dev/stderr": 2,
};

function descriptorNumber(device: string): number | undefined {
  const digits = /^\/(?:dev\/fd|proc\/(?:self|1)\/fd)\/(\d+)$/.exec(device)?.[1];
  return digits === undefined ? standardNames[device] : Number(digits);
}

/** Opens a file or device for reading. Throws ENOENT, EISDIR, EACCES … */
export function openForReading(path: string, access: FileAccess): Readable {
  const absolute = posix.resolve(access.directory, path);
  const device = deviceOf(absolute, access);
  const number = descriptorNumber(device);
  if (number !== undefined) {
    const { readable } = access.descriptor(number);
    if (!readable) {
      throw fault("ENOENT", path);
    }
    return readable;
  }
  switch (device) {
    case "/dev/null":
      return Readable.from([]);
    case "/dev/zero":
      return endless((size) => Buffer.alloc(size));
    case "/dev/random":
    case "/dev/urandom":
      return endless((size) => randomBytes(size));
    case "/dev/tty":
      return access.descriptor(0).readable ?? Readable.from([]);
    default:
      return new FileInput(access.files.read(absolute));
  }
}

/** Opens a file or device for writing; a file is emptied unless `append`. Throws ENOENT, EISDIR, EROFS … */
export function openForWriting(path: string, access: FileAccess, { append = false } = {}): Writable {
  const absolute = posix.resolve(access.directory, path);
  const device = deviceOf(absolute, access);
  const number = descriptorNumber(device);
  if (number !== undefined) {
    const { writable } = access.descriptor(number);
    if (!writable) {
      throw fault("ENOENT", path);
    }
    return writable;
  }
  if (["/dev/null", "/dev/zero"].includes(device)) {
    return sink();
  }
  if (device === "/dev/tty") {
    return access.descriptor(1).writable ?? sink();
  }
  if (device === "/dev/full") {
    return failing("ENOSPC", path);
  }
  access.files.write(absolute, "", { append });
  return new FileOutput(access.files, absolute);
}

function failing(code: string, path: string): Writable {
  const writable = new Writable({ write: (_chunk, _encoding, done) => done(fault(code, path)) });
  return writable.on("error", () => undefined);
}
