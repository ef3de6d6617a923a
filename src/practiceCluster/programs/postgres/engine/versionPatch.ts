/*
 * The engine is of one version, the images are of many. The version that clients see is compiled into
 * the engine as data, so it is written over in the engine's memory before it starts: the text of
 * version(), the text of server_version (the end of a longer constant) and its number. The catalogue and
 * the behaviour stay the engine's own.
 */

export interface EngineVersion {
  /** "18.6": what the engine was compiled as. */
  readonly own: string;
  /** "15.19": what the image says. */
  readonly shown: string;
}

const banner = (version: string) => `PostgreSQL ${version} (PGlite`;

/** The engine's own version, read in its memory. Throws when the engine is not laid out as expected. */
export function ownVersion(memory: Uint8Array): string {
  const start = positionOf(memory, Buffer.from("PostgreSQL "), banner("").trimEnd());
  const found = /^PostgreSQL (\d+\.\d+) \(PGlite/.exec(textAt(memory, start));
  if (!found?.[1]) {
    throw new Error("the engine does not name its version where it is expected");
  }
  return found[1];
}

/** Makes the engine in `memory` say that it is version `shown`. */
export function showVersion(memory: Uint8Array, shown: string): void {
  const own = ownVersion(memory);
  showBanner(memory, { own, shown });
  showServerVersion(memory, { own, shown });
  showVersionNumber(memory, { own, shown });
}

function showBanner(memory: Uint8Array, { own, shown }: EngineVersion): void {
  const start = find(memory, Buffer.from(banner(own)));
  const text = textAt(memory, start);
  const engine = /\(PGlite [^)]*/.exec(text)?.[0].slice(1) ?? "PGlite";
  write(memory, start, `PostgreSQL ${shown} (practice cluster: ${engine}, engine of ${own}), 32-bit`);
}

function showServerVersion(memory: Uint8Array, { own, shown }: EngineVersion): void {
  const constant = `PostgreSQL ${own}\0`;
  const start = find(memory, Buffer.from(constant));
  write(memory, start + "PostgreSQL ".length, shown);
}

function showVersionNumber(memory: Uint8Array, { own, shown }: EngineVersion): void {
  const triple = (version: string) => {
    const bytes = Buffer.alloc(12);
    for (const offset of [0, 4, 8]) {
      bytes.writeInt32LE(versionNumber(version), offset);
    }
    return bytes;
  };
  memory.set(triple(shown), find(memory, triple(own)));
}

/** 150019 of "15.19". */
export function versionNumber(version: string): number {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major * 10_000 + minor;
}

function find(memory: Uint8Array, bytes: Buffer): number {
  const position = Buffer.from(memory.buffer, memory.byteOffset, memory.byteLength).indexOf(bytes);
  if (position < 0) {
    throw new Error(`the engine's memory does not hold ${JSON.stringify(bytes.toString("latin1"))}`);
  }
  return position;
}

function positionOf(memory: Uint8Array, start: Buffer, what: string): number {
  const view = Buffer.from(memory.buffer, memory.byteOffset, memory.byteLength);
  for (let at = view.indexOf(start); at >= 0; at = view.indexOf(start, at + 1)) {
    if (textAt(memory, at).includes("(PGlite")) {
      return at;
    }
  }
  throw new Error(`the engine's memory does not hold ${what}`);
}

function textAt(memory: Uint8Array, start: number): string {
  const end = memory.indexOf(0, start);
  return Buffer.from(memory.buffer, memory.byteOffset + start, end - start).toString("latin1");
}

function write(memory: Uint8Array, start: number, text: string): void {
  memory.set(Buffer.from(`${text}\0`, "latin1"), start);
}
