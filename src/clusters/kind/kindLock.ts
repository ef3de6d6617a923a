import { type FSWatcher, watch } from "node:fs";
import { mkdir, open, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import * as v from "valibot";
import { systemClock } from "../../common/clock.ts";
import { isProcessAlive } from "../isProcessAlive.ts";

/** Who is making or deleting the cluster just now. */
export interface LockHolder {
  readonly pid: number;
  /** ISO time. */
  readonly since: string;
}

const holderSchema = v.object({ pid: v.pipe(v.number(), v.integer(), v.minValue(1)), since: v.string() });

/** That a holder's process ended cannot be watched; its file can. */
const lookAgainMs = 1_000;

/**
 * Runs `work` while no other process does, by a file that names its holder. Waits for a holder that lives
 * (`onWaiting` hears of it) and takes over from one that does not. Rejects with the signal's reason while it waits.
 */
export async function withLock<T>(
  path: string,
  onWaiting: (holder: LockHolder) => void,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  let told: number | undefined;
  while (!(await take(path))) {
    const holder = await readHolder(path);
    if (holder && isProcessAlive(holder.pid)) {
      if (told !== holder.pid) {
        told = holder.pid;
        onWaiting(holder);
      }
      await change(path, signal);
    } else {
      await rm(path, { force: true });
    }
    signal?.throwIfAborted();
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

/** Who holds the lock; undefined when nobody does, or its file is torn. */
export async function readHolder(path: string): Promise<LockHolder | undefined> {
  try {
    return v.parse(holderSchema, JSON.parse(await readFile(path, "utf8")));
  } catch {
    return undefined;
  }
}

async function take(path: string): Promise<boolean> {
  try {
    const file = await open(path, "wx", 0o600);
    await file.writeFile(
      JSON.stringify({ pid: process.pid, since: new Date(systemClock.now()).toISOString() }),
    );
    await file.close();
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") {
      return false;
    }
    throw error;
  }
}

/** Resolves when something happened beside the lock, after a while at the latest; never rejects. */
function change(path: string, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      watcher?.close();
      limit.cancel();
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const watcher = watchFolder(dirname(path), done);
    const limit = systemClock.after(lookAgainMs, done);
    signal?.addEventListener("abort", done, { once: true });
  });
}

/** Undefined where the system has no watch left to give: then the time limit has to do. */
function watchFolder(folder: string, onChange: () => void): FSWatcher | undefined {
  try {
    return watch(folder, onChange).on("error", onChange);
  } catch {
    return undefined;
  }
}
