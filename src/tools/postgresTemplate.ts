import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { PGlite } from "@electric-sql/pglite";
import { checkPointPosition } from "../practiceCluster/programs/postgres/engine/controlFile.ts";
import { packTemplate } from "../practiceCluster/programs/postgres/engine/template.ts";

const segmentSize = 1024n * 1024n;

/** Runs initdb in `folder`; small log segments keep a claim folder at some 30 MB. */
async function makeDataFolder(folder: string): Promise<void> {
  const engine = await PGlite.create({ dataDir: folder, initDbStartParams: ["--wal-segsize=1"] });
  await engine.exec("CHECKPOINT");
  await engine.close();
}

/** Name of the log segment that the last checkpoint is in: all others are spare ones. */
function segmentInUse(controlFile: Buffer): string {
  const segment = checkPointPosition(controlFile) / segmentSize;
  const perFile = 0x1_0000_0000n / segmentSize;
  const hex = (value: bigint) => value.toString(16).toUpperCase().padStart(8, "0");
  return `${hex(1n)}${hex(segment / perFile)}${hex(segment % perFile)}`;
}

function readContents(folder: string) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const pathOf = (entry: (typeof entries)[number]) =>
    join(entry.parentPath, entry.name)
      .slice(folder.length + 1)
      .replaceAll("\\", "/");
  const inUse = segmentInUse(readFileSync(join(folder, "global", "pg_control")));
  const isNeeded = (path: string) => !/^pg_wal\/[0-9A-F]{24}$/.test(path) || path === `pg_wal/${inUse}`;
  const paths = entries.filter((entry) => entry.isFile()).map(pathOf);
  const kept = paths.filter((path) => isNeeded(path) && path !== "postmaster.pid").sort();
  return {
    folders: entries
      .filter((entry) => entry.isDirectory())
      .map(pathOf)
      .sort(),
    files: new Map(kept.map((path) => [path, readFileSync(join(folder, path))])),
  };
}

/** Builds the template into `file`. */
export async function buildPostgresTemplate(file: string): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), "postgres-template-"));
  try {
    const folder = join(work, "data");
    await makeDataFolder(folder);
    const block = packTemplate(readContents(folder));
    const { BROTLI_PARAM_LGWIN, BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = constants;
    const params = {
      [BROTLI_PARAM_LGWIN]: 24,
      [BROTLI_PARAM_QUALITY]: 9,
      [BROTLI_PARAM_SIZE_HINT]: block.length,
    };
    const compressed = brotliCompressSync(block, { params });
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, compressed);
    console.log(`${file}: ${block.length} bytes, ${compressed.length} compressed`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
