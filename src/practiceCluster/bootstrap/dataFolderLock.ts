import { closeSync, mkdirSync, openSync, readFileSync, rmSync, watch, writeSync } from "node:fs";
import { join } from "node:path";
import type { Disposable } from "../../common/disposable.ts";
import { processMark } from "./processMark.ts";

/** Another living process keeps its state in the folder. */
export class DataFolderInUse extends Error {}

/** A data folder that belongs to this process until it is disposed. */
export interface DataFolderLock extends Disposable {
  /** Calls `listener` once when the folder is deleted under the process: what it would still write is lost. */
  onLost(listener: () => void): void;
}

/**
 * Claims a data folder for this process; a claim whose process is gone (it was killed, the machine was started anew) is
 * taken over. Throws DataFolderInUse.
 */
export function lockDataFolder(folder: string): DataFolderLock {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, "lock");
  if (!claim(path)) {
    const holder = readHolder(path);
    if (holder && holder.pid !== process.pid && isStillThere(holder)) {
      throw inUse(folder, holder.pid);
    }
    rmSync(path, { force: true });
    if (!claim(path)) {
      throw inUse(folder, readHolder(path)?.pid ?? 0);
    }
  }
  return {
    onLost: (listener) => watchFor(path, listener),
    dispose: () => rmSync(path, { force: true }),
  };
}

function inUse(folder: string, pid: number): DataFolderInUse {
  return new DataFolderInUse(
    `${folder} is in use by process ${pid}: stop that practice cluster or name another --data folder`,
  );
}

interface Holder {
  readonly pid: number;
  readonly mark: string;
}

/** Creates the file only if it is not there: of two processes one succeeds. */
function claim(path: string): boolean {
  try {
    const file = openSync(path, "wx", 0o600);
    writeSync(file, `${process.pid} ${processMark(process.pid) ?? ""}\n`);
    closeSync(file);
    return true;
  } catch {
    return false;
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    const [pid = "", ...mark] = readFileSync(path, "utf8").trim().split(" ");
    return { pid: Number.parseInt(pid, 10), mark: mark.join(" ") };
  } catch {
    return undefined;
  }
}

/** The number may belong to another process by now: after a restart of the machine it usually does. */
function isStillThere({ pid, mark }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const found = processMark(pid);
  return found === undefined || mark === "" || found === mark;
}

function watchFor(path: string, listener: () => void): void {
  const watcher = watch(path, { persistent: false }, () => {
    if (readHolder(path)?.pid !== process.pid) {
      watcher.close();
      listener();
    }
  });
  watcher.on("error", () => undefined);
}
