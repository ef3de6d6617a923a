import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Disposable } from "../../common/disposable.ts";

/** Another living process keeps its state in the folder. */
export class DataFolderInUse extends Error {}

/**
 * Claims a data folder for this process; a claim whose process is gone (it was killed) is taken over.
 * Throws DataFolderInUse.
 */
export function lockDataFolder(folder: string): Disposable {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, "lock");
  if (!claim(path)) {
    const holder = Number.parseInt(readFileSync(path, "utf8"), 10);
    if (holder !== process.pid && isAlive(holder)) {
      throw new DataFolderInUse(
        `${folder} is in use by process ${holder}: stop that practice cluster or name another --data folder`,
      );
    }
    rmSync(path, { force: true });
    claim(path);
  }
  return { dispose: () => rmSync(path, { force: true }) };
}

/** Creates the file only if it is not there: of two processes one succeeds. */
function claim(path: string): boolean {
  try {
    const file = openSync(path, "wx", 0o600);
    writeSync(file, `${process.pid}\n`);
    closeSync(file);
    return true;
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
