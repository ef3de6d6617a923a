import { randomInt } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { newSystemIdentifier, segmentWithSystemIdentifier, withSystemIdentifier } from "./controlFile.ts";

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

/** The reverse of packTemplate. */
export function unpackTemplate(block: Buffer): DataFolderContents {
  const headerEnd = 4 + block.readUInt32LE(0);
  const { folders, files } = JSON.parse(block.toString("utf8", 4, headerEnd)) as TemplateIndex;
  let offset = headerEnd;
  const contents = files.map(([path, size]): [string, Buffer] => {
    offset += size;
    return [path, block.subarray(offset - size, offset)];
  });
  return { folders, files: new Map(contents) };
}

/**
 * Makes `folder` a data folder: what initdb would do, from the template file, with a system identifier
 * of its own. Returns the identifier. Throws when the template was not built.
 */
export function createDataFolder(
  folder: string,
  templateFile: string,
  version: string,
  nowMs: number,
): bigint {
  const { folders, files } = unpackTemplate(brotliDecompressSync(readTemplate(templateFile)));
  const identifier = newSystemIdentifier(nowMs, randomInt(0x1000));
  for (const path of folders) {
    mkdirSync(join(folder, path), { recursive: true, mode: 0o700 });
  }
  for (const [path, contents] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, path), personalise(path, contents, identifier, version), { mode: 0o600 });
  }
  return identifier;
}

function readTemplate(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new Error(`the PostgreSQL template ${path} is missing: npm run build makes it`, { cause });
  }
}

function personalise(path: string, contents: Buffer, identifier: bigint, version: string): Buffer {
  if (path === "global/pg_control") {
    return withSystemIdentifier(contents, identifier);
  }
  if (/^pg_wal\/[0-9A-F]{24}$/.test(path)) {
    return segmentWithSystemIdentifier(contents, identifier);
  }
  return path.endsWith("PG_VERSION") ? Buffer.from(`${majorOf(version)}\n`) : contents;
}

/** "15" of "15.19". */
export function majorOf(version: string): string {
  return version.split(".")[0] ?? version;
}
