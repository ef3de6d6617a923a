import { randomInt } from "node:crypto";
import {
  closeSync,
  createReadStream,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { createBrotliDecompress } from "node:zlib";
import { ByteReader } from "./byteReader.ts";
import { markSegment, newSystemIdentifier, withSystemIdentifier } from "./controlFile.ts";

/** What is in a template: paths with their sizes, in the order of their contents. */
interface TemplateIndex {
  readonly folders: readonly string[];
  readonly files: readonly (readonly [path: string, size: number])[];
}

export interface DataFolderContents {
  readonly folders: readonly string[];
  readonly files: ReadonlyMap<string, Buffer>;
}

/** One block of bytes from a data folder's contents; brotli makes a megabyte of it. */
export function packTemplate({ folders, files }: DataFolderContents): Buffer {
  const index: TemplateIndex = { folders, files: [...files].map(([path, { length }]) => [path, length]) };
  const header = Buffer.from(JSON.stringify(index));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length);
  return Buffer.concat([length, header, ...files.values()]);
}

/**
 * Makes `folder` a data folder: what initdb would do, from the template file, with a system identifier of its own.
 * Piece by piece, so that the 24 MB are never in memory. Resolves with the identifier. Throws when the template was
 * not built.
 */
export async function createDataFolder(
  folder: string,
  templateFile: string,
  version: string,
  nowMs: number,
): Promise<bigint> {
  const identifier = newSystemIdentifier(nowMs, randomInt(0x1000));
  requireTemplate(templateFile);
  const block = new ByteReader(createReadStream(templateFile).pipe(createBrotliDecompress()));
  const headerLength = (await block.take(4)).readUInt32LE(0);
  const { folders, files } = JSON.parse((await block.take(headerLength)).toString()) as TemplateIndex;
  for (const path of folders) {
    mkdirSync(join(folder, path), { recursive: true, mode: 0o700 });
  }
  for (const [path, size] of files) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    await writePieces(target, block.pieces(size));
    personalise(path, target, identifier, version);
  }
  return identifier;
}

function requireTemplate(path: string): void {
  if (!existsSync(path)) {
    throw new Error(`the PostgreSQL template ${path} is missing: npm run build makes it`);
  }
}

async function writePieces(target: string, pieces: AsyncIterable<Buffer>): Promise<void> {
  const file = openSync(target, "w", 0o600);
  try {
    for await (const piece of pieces) {
      writeSync(file, piece);
    }
  } finally {
    closeSync(file);
  }
}

/** Writes the identifier and the version where the template's own are. */
function personalise(path: string, target: string, identifier: bigint, version: string): void {
  if (path === "global/pg_control") {
    writeFileSync(target, withSystemIdentifier(readFileSync(target), identifier));
  } else if (/^pg_wal\/[0-9A-F]{24}$/.test(path)) {
    markSegment(target, identifier);
  } else if (path.endsWith("PG_VERSION")) {
    writeFileSync(target, `${majorOf(version)}\n`);
  }
}

/** "15" of "15.19". */
export function majorOf(version: string): string {
  return version.split(".")[0] ?? version;
}
