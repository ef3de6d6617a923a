/** One member of an archive. */
export interface TarEntry {
  readonly name: string;
  readonly type: "file" | "directory" | "symlink" | "hardlink" | "other";
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
  /** Of links: what they lead to. */
  readonly target: string;
  readonly contents: Buffer;
}

const blockLength = 512;
const longName = "L";
const longTarget = "K";
const paxHeader = "x";
const typeFlags: Readonly<Record<TarEntry["type"], string>> = {
  file: "0",
  hardlink: "1",
  symlink: "2",
  directory: "5",
  other: "7",
};

/** Bytes that are no archive. */
export class TarProblem extends Error {}

/** The bytes of one member; names of more than 100 bytes come before it, as GNU tar writes them. */
export function writeEntry(entry: TarEntry): Buffer {
  const long = (flag: string, text: string) =>
    Buffer.byteLength(text) > 100
      ? [header("././@LongLink", flag, Buffer.byteLength(text) + 1), padded(Buffer.from(`${text}\0`))]
      : [];
  return Buffer.concat([
    ...long(longTarget, entry.target),
    ...long(longName, entry.name),
    header(entry.name, typeFlags[entry.type], entry.contents.length, entry),
    padded(entry.contents),
  ]);
}

/** What an archive ends with: empty blocks, up to a record of twenty. */
export function archiveEnd(lengthSoFar: number): Buffer {
  const record = 20 * blockLength;
  return Buffer.alloc(Math.ceil((lengthSoFar + 2 * blockLength) / record) * record - lengthSoFar);
}

function header(name: string, flag: string, size: number, entry?: TarEntry): Buffer {
  const block = Buffer.alloc(blockLength);
  const octal = (value: number, offset: number, length: number) =>
    block.write(`${value.toString(8).padStart(length - 1, "0")}\0`, offset, "latin1");
  Buffer.from(name).copy(block, 0, 0, 100);
  octal(entry?.mode ?? 0o644, 100, 8);
  octal(entry?.uid ?? 0, 108, 8);
  octal(entry?.gid ?? 0, 116, 8);
  octal(size, 124, 12);
  octal(Math.floor((entry?.modifiedAt ?? 0) / 1000), 136, 12);
  block.write("        ", 148, "latin1");
  block.write(flag, 156, "latin1");
  Buffer.from(entry?.target ?? "").copy(block, 157, 0, 100);
  block.write("ustar  \0", 257, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

function padded(contents: Buffer): Buffer {
  const rest = contents.length % blockLength;
  return rest === 0 ? contents : Buffer.concat([contents, Buffer.alloc(blockLength - rest)]);
}

/** The members of an archive: ustar, GNU's long names, and PAX paths. Throws TarProblem. */
export function* readEntries(archive: Buffer): Generator<TarEntry> {
  let named: { name?: string; target?: string } = {};
  for (let offset = 0; offset + blockLength <= archive.length; ) {
    const block = archive.subarray(offset, offset + blockLength);
    if (block.every((byte) => byte === 0)) {
      return;
    }
    requireChecksum(block);
    const size = number(block, 124, 12);
    const contents = archive.subarray(offset + blockLength, offset + blockLength + size);
    if (contents.length < size) {
      throw new TarProblem("short read");
    }
    offset += blockLength + Math.ceil(size / blockLength) * blockLength;
    const flag = text(block, 156, 1);
    if (flag === longName || flag === longTarget) {
      named[flag === longName ? "name" : "target"] = contents.toString().replace(/\0+$/, "");
    } else if (flag === paxHeader) {
      named = { ...named, ...paxNames(contents) };
    } else if (flag !== "g") {
      yield entryOf(block, contents, named);
      named = {};
    }
  }
}

function entryOf(block: Buffer, contents: Buffer, named: { name?: string; target?: string }): TarEntry {
  const flag = text(block, 156, 1) || "0";
  const isPosix = block.toString("latin1", 257, 263) === "ustar\0";
  const prefix = isPosix ? text(block, 345, 155) : "";
  const type = (Object.keys(typeFlags) as TarEntry["type"][]).find((each) => typeFlags[each] === flag);
  const name = named.name ?? [prefix, text(block, 0, 100)].filter((part) => part !== "").join("/");
  return {
    name,
    type: type === "file" && name.endsWith("/") ? "directory" : (type ?? "other"),
    mode: number(block, 100, 8) & 0o7777,
    uid: number(block, 108, 8),
    gid: number(block, 116, 8),
    modifiedAt: number(block, 136, 12) * 1000,
    target: named.target ?? text(block, 157, 100),
    contents,
  };
}

function requireChecksum(block: Buffer): void {
  const sum = block.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
  if (sum !== number(block, 148, 8)) {
    throw new TarProblem("invalid tar header checksum");
  }
}

/** "LENGTH path=VALUE\n" again and again. */
function paxNames(contents: Buffer): { name?: string; target?: string } {
  const found: { name?: string; target?: string } = {};
  for (let offset = 0; offset < contents.length; ) {
    const length = Number.parseInt(contents.toString("latin1", offset, offset + 12), 10);
    if (!(length > 0)) {
      throw new TarProblem("malformed extended header");
    }
    const [, key, value] =
      /^\d+ ([^=]*)=([\s\S]*)\n$/.exec(contents.toString("utf8", offset, offset + length)) ?? [];
    if (key === "path" && value !== undefined) {
      found.name = value;
    } else if (key === "linkpath" && value !== undefined) {
      found.target = value;
    }
    offset += length;
  }
  return found;
}

function text(block: Buffer, offset: number, length: number): string {
  const field = block.subarray(offset, offset + length);
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end < 0 ? length : end);
}

function number(block: Buffer, offset: number, length: number): number {
  return Number.parseInt(text(block, offset, length).trim() || "0", 8);
}
