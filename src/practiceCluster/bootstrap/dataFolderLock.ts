import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, watch, writeFileSync } from "node:fs";
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
    if (holder && isStillThere(holder)) {
      throw inUse(folder, holder.pid);
    }
    takeAway(path, folder);
    if (!claim(path)) {
      throw inUse(folder, readHolder(path)?.pid ?? 0);
    }
  }
  return {
    onLost: (listener) => watchFor(path, listener),
    dispose: () => rmSync(path, { force: true }),
  };
}

/**
 * Removes a claim whose process is gone. Between the look at it and its removal another process may have done the same
 * and claimed the folder: a living claim that was taken away by mistake is put back.
 */
function takeAway(path: string, folder: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return; // somebody else took it away
  }
  const taken = readHolder(aside);
  try {
    if (taken && isStillThere(taken)) {
      linkSync(aside, path);
      throw inUse(folder, taken.pid);
    }
  } finally {
    rmSync(aside, { force: true });
  }
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

/** Of two processes one succeeds, and nobody ever reads a claim that is not yet written. */
function claim(path: string): boolean {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${process.pid} ${processMark(process.pid) ?? ""}\n`, { mode: 0o600 });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") {
      return false;
    }
    throw error;
  } finally {
    rmSync(draft, { force: true });
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
  if (pid === process.pid) {
    return false; // this process has claimed nothing yet: an earlier one had its number
  }
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
