import type { Readable, Writable } from "node:stream";
import { PassThrough } from "node:stream";

/** An open file: it is closed when nobody holds it any more. */
export class OpenFile {
  readonly readable: Readable | undefined;
  readonly writable: Writable | undefined;
  readonly #onClose: () => void;
  #holders = 1;

  constructor(streams: { readable?: Readable; writable?: Writable }, onClose: () => void = () => undefined) {
    this.readable = streams.readable;
    this.writable = streams.writable;
    this.#onClose = onClose;
  }

  hold(): this {
    this.#holders++;
    return this;
  }

  release(): void {
    this.#holders--;
    if (this.#holders === 0) {
      this.#onClose();
    }
  }
}

/** The two ends of a pipe. A writer whose reader has gone gets a broken pipe, a reader whose writers have gone an end. */
export function openPipe(): { readonly reader: OpenFile; readonly writer: OpenFile } {
  const stream = new PassThrough();
  stream.on("error", () => undefined);
  const reader = new OpenFile({ readable: stream }, () => stream.destroy());
  const writer = new OpenFile({ writable: stream }, () => stream.end());
  return { reader, writer };
}

/** A process's open files by number; each entry is held once. */
export class Descriptors {
  readonly #files: Map<number, OpenFile>;

  constructor(files: Iterable<readonly [number, OpenFile]>) {
    this.#files = new Map(files);
  }

  get(number: number): OpenFile | undefined {
    return this.#files.get(number);
  }

  /** A copy that holds the files, too. */
  copy(): Descriptors {
    return new Descriptors([...this.#files].map(([number, file]) => [number, file.hold()] as const));
  }

  /** Takes over the caller's hold of `file`. */
  set(number: number, file: OpenFile): void {
    this.#files.get(number)?.release();
    this.#files.set(number, file);
  }

  close(number: number): void {
    this.#files.get(number)?.release();
    this.#files.delete(number);
  }

  closeAll(): void {
    for (const number of [...this.#files.keys()]) {
      this.close(number);
    }
  }
}
