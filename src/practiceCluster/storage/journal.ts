import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../common/clock.ts";
import type { KubernetesObject } from "../../common/kubernetes/objects.ts";
import { systemReason } from "../../common/systemReason.ts";
import type { Change } from "./changeLog.ts";
import { appendAll, closeQuietly, type JournalRecord, lineOf, readLines } from "./journalLines.ts";
import type { StoredState, WriteRecorder } from "./objectStore.ts";
import { SnapshotWriting } from "./snapshotWriting.ts";

/** A journal longer than this is folded into a snapshot at the next flush. */
const foldAboveBytes = 16 * 1024 * 1024;
/** How long to wait before a folder that could not be written is tried again. */
const retryMs = 500;

export interface OpenedJournal {
  readonly journal: Journal;
  readonly state: StoredState;
  /** What was found to be amiss and how it was mended: sentences. */
  readonly notices: readonly string[];
}

/** The data folder cannot be written at the moment: nothing that is changed now would outlive the process. */
export class StorageUnavailable extends Error {}

/**
 * The cluster's state on disk: a snapshot and the writes since. Each line carries a checksum, so a write that was cut
 * off by a kill is noticed and dropped; whatever was answered to a client had been flushed before.
 *
 * While the folder cannot be written (the disk is full), whoever waits for a write is refused, and what is recorded is
 * dropped: when it can be written again, a snapshot of everything takes the journal's place.
 */
export class Journal implements WriteRecorder {
  readonly #folder: string;
  readonly #clock: Clock;
  #file: number;
  #bytes: number;
  #foldAbove = foldAboveBytes;
  #pending: string[] = [];
  #waiting: Waiting[] = [];
  #flushIsDue = false;
  #problem: StorageUnavailable | undefined;
  #isClosed = false;
  #snapshotOf: (() => StoredState) | undefined;
  /** The snapshot that is being written, and what was written to the journal since it was begun. */
  #folding: { readonly writing: SnapshotWriting; readonly tail: string[] } | undefined;

  private constructor(folder: string, bytes: number, clock: Clock) {
    this.#folder = folder;
    this.#clock = clock;
    this.#file = openSync(journalPath(folder), "a", 0o600);
    this.#bytes = bytes;
  }

  /** Opens a data folder, reading what is in it. Throws when its snapshot cannot be read or the folder not be written. */
  static open(folder: string, clock: Clock): OpenedJournal {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const objects = new Map<string, { groupResource: string; object: KubernetesObject }>();
    const folded = readSnapshot(folder, objects);
    const path = journalPath(folder);
    const { records, good, tornBytes, damagedLines } = readLines(path);
    // a kill between the new snapshot and the emptying of the journal that went into it leaves both
    for (const record of records.filter(({ revision }) => revision > folded)) {
      const key = entryKey(record.groupResource, record.object);
      if (record.deleted) {
        objects.delete(key);
      } else {
        objects.set(key, { groupResource: record.groupResource, object: record.object });
      }
    }
    const notices = mendJournal(path, good, tornBytes, damagedLines);
    const revision = Math.max(folded, records.at(-1)?.revision ?? 0);
    const journal = new Journal(folder, good.length, clock);
    return { journal, state: { revision, objects: [...objects.values()] }, notices };
  }

  /** Why the folder cannot be written at the moment; undefined when it can. */
  get problem(): StorageUnavailable | undefined {
    return this.#problem;
  }

  /** From now on the journal may fold itself into a snapshot of what this returns. */
  foldFrom(snapshotOf: () => StoredState): void {
    this.#snapshotOf = snapshotOf;
  }

  record(change: Change): void {
    if (this.#problem) {
      return;
    }
    const record: JournalRecord = {
      revision: change.revision,
      groupResource: change.groupResource,
      ...(change.type === "DELETED" ? { deleted: true as const } : {}),
      object: change.object,
    };
    this.#pending.push(lineOf(JSON.stringify(record)));
    this.#flushLater();
  }

  /**
   * Resolves when everything recorded so far is on disk; writes of one turn are flushed together. Rejects with
   * StorageUnavailable when it cannot be written.
   */
  whenFlushed(): Promise<void> {
    if (this.#problem) {
      return Promise.reject(this.#problem);
    }
    if (this.#pending.length === 0) {
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#flushLater();
    });
  }

  close(): void {
    this.#flush();
    this.#folding?.writing.finish();
    this.#isClosed = true;
    closeQuietly(this.#file);
  }

  #flushLater(): void {
    if (!this.#flushIsDue) {
      this.#flushIsDue = true;
      setImmediate(() => {
        this.#flushIsDue = false;
        this.#flush();
      });
    }
  }

  /** The bytes are the kernel's after this: a killed process loses nothing (a power cut may). */
  #flush(): void {
    const text = this.#pending.join("");
    this.#pending = [];
    const waiting = this.#waiting;
    this.#waiting = [];
    if (text !== "" && !this.#isClosed) {
      try {
        this.#bytes = appendAll(this.#file, text, this.#bytes);
        this.#folding?.tail.push(text);
      } catch (error) {
        this.#fail(error);
      }
    }
    for (const { resolve, reject } of waiting) {
      this.#problem ? reject(this.#problem) : resolve();
    }
    if (!this.#problem && this.#bytes > this.#foldAbove) {
      this.#foldIfPossible();
    }
  }

  #fail(error: unknown): void {
    this.#folding?.writing.cancel();
    this.#folding = undefined;
    this.#problem = new StorageUnavailable(
      `the data folder ${this.#folder} cannot be written: ${systemReason(error)}`,
    );
    console.error(`${this.#problem.message}: changes are refused until it can be written again`);
    this.#tryAgainLater();
  }

  #tryAgainLater(): void {
    this.#clock.after(retryMs, () => {
      if (this.#isClosed) {
        return;
      }
      try {
        this.#fold();
        this.#problem = undefined;
        console.error(`the data folder ${this.#folder} can be written again: everything is kept`);
      } catch {
        this.#tryAgainLater();
      }
    });
  }

  /** There is no hurry: without room for a snapshot the journal goes on growing. */
  #foldIfPossible(): void {
    if (!this.#snapshotOf || this.#folding) {
      return;
    }
    try {
      const writing = new SnapshotWriting(snapshotPath(this.#folder), this.#snapshotOf(), (problem) =>
        this.#folded(problem),
      );
      this.#folding = { writing, tail: [] };
    } catch (error) {
      this.#foldLater(error);
    }
  }

  /** The snapshot is in its place: of the journal, what was written since is left. */
  #folded(problem: unknown): void {
    const { writing, tail } = this.#folding ?? {};
    this.#folding = undefined;
    try {
      if (problem !== undefined) {
        throw problem;
      }
      this.#restart(tail?.join("") ?? "");
      // what is kept is written again only after as much has changed
      this.#foldAbove = Math.max(foldAboveBytes, writing?.bytes ?? 0);
    } catch (error) {
      this.#foldLater(error);
    }
  }

  #foldLater(error: unknown): void {
    this.#foldAbove = this.#bytes + foldAboveBytes;
    console.error(`no snapshot could be written in ${this.#folder}: ${systemReason(error)}`);
  }

  /** Puts a new journal in the place of the one that a snapshot has made needless. */
  #restart(text: string): void {
    const path = journalPath(this.#folder);
    writeThrough(`${path}.new`, text);
    const file = openSync(`${path}.new`, "a", 0o600);
    try {
      renameSync(`${path}.new`, path);
    } catch (error) {
      closeQuietly(file);
      throw error;
    }
    closeQuietly(this.#file);
    this.#file = file;
    this.#bytes = Buffer.byteLength(text);
  }

  /** Writes a snapshot of everything at once, after what was to be written could not be. Throws when there is no room. */
  #fold(): void {
    if (!this.#snapshotOf) {
      return;
    }
    let problem: unknown;
    new SnapshotWriting(snapshotPath(this.#folder), this.#snapshotOf(), (found) => {
      problem = found;
    }).finish();
    if (problem !== undefined) {
      throw problem;
    }
    ftruncateSync(this.#file, 0);
    this.#bytes = 0;
    this.#foldAbove = foldAboveBytes;
  }
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (why: Error) => void;
}

function journalPath(folder: string): string {
  return join(folder, "journal.jsonl");
}

function snapshotPath(folder: string): string {
  return join(folder, "snapshot.jsonl");
}

function entryKey(groupResource: string, object: KubernetesObject): string {
  return `${groupResource}/${object.metadata?.namespace ?? ""}/${object.metadata?.name ?? ""}`;
}

/** The bytes are on the disk after this, before the journal that they replace is removed. Leaves nothing when it throws. */
function writeThrough(path: string, text: string): void {
  try {
    writeFileSync(path, text, { mode: 0o600 });
    const file = openSync(path, "r+");
    fsyncSync(file);
    closeSync(file);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
}

/** Leaves only the whole lines in the journal. What was damaged otherwise than by a kill is kept aside. */
function mendJournal(path: string, good: Buffer, tornBytes: number, damagedLines: number): string[] {
  const notices: string[] = [];
  if (tornBytes > 0) {
    notices.push(`the last run was cut off: ${tornBytes} bytes of an unfinished write were dropped`);
  }
  if (damagedLines > 0) {
    copyFileSync(path, `${path}.damaged`);
    notices.push(`${damagedLines} writes of the journal were damaged and left out: ${path}.damaged has them`);
  }
  if (notices.length > 0) {
    writeThrough(`${path}.new`, good.toString("utf8"));
    renameSync(`${path}.new`, path);
  }
  return notices;
}

function readSnapshot(
  folder: string,
  objects: Map<string, { groupResource: string; object: KubernetesObject }>,
): number {
  if (!existsSync(snapshotPath(folder))) {
    return 0;
  }
  const { records, tornBytes, damagedLines } = readLines(snapshotPath(folder));
  const [head, ...rest] = records;
  if (!head || tornBytes > 0 || damagedLines > 0) {
    throw new Error(
      `${snapshotPath(folder)} is damaged: move the folder away to begin with an empty cluster`,
    );
  }
  for (const { groupResource, object } of rest) {
    objects.set(entryKey(groupResource, object), { groupResource, object });
  }
  return head.revision;
}
