import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { KubernetesObject } from "../../common/kubernetes/objects.ts";
import type { Change } from "./changeLog.ts";
import type { StoredState, WriteRecorder } from "./objectStore.ts";

/** A journal longer than this is folded into a snapshot at the next flush. */
const foldAboveBytes = 16 * 1024 * 1024;

interface JournalRecord {
  readonly revision: number;
  readonly groupResource: string;
  readonly deleted?: true;
  readonly object: KubernetesObject;
}

export interface OpenedJournal {
  readonly journal: Journal;
  readonly state: StoredState;
  /** Bytes of a torn tail that were cut off; 0 after a clean end. */
  readonly tornBytes: number;
}

/**
 * The cluster's state on disk: a snapshot and the writes since. Each line carries a checksum, so a write that was cut
 * off by a kill is noticed and dropped; whatever was answered to a client had been flushed before.
 */
export class Journal implements WriteRecorder {
  readonly #folder: string;
  #file: number;
  #bytes: number;
  #pending: string[] = [];
  #waiting: (() => void)[] = [];
  #flushIsDue = false;
  #snapshotOf: (() => StoredState) | undefined;

  private constructor(folder: string, bytes: number) {
    this.#folder = folder;
    this.#file = openSync(journalPath(folder), "a");
    this.#bytes = bytes;
  }

  /** Opens a data folder, reading what is in it. Throws when its snapshot cannot be read. */
  static open(folder: string): OpenedJournal {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const objects = new Map<string, { groupResource: string; object: KubernetesObject }>();
    let revision = readSnapshot(folder, objects);
    const { records, goodBytes, tornBytes } = readRecords(journalPath(folder));
    for (const record of records) {
      revision = Math.max(revision, record.revision);
      const key = entryKey(record.groupResource, record.object);
      if (record.deleted) {
        objects.delete(key);
      } else {
        objects.set(key, { groupResource: record.groupResource, object: record.object });
      }
    }
    if (tornBytes > 0) {
      truncateSync(journalPath(folder), goodBytes);
    }
    return {
      journal: new Journal(folder, goodBytes),
      state: { revision, objects: [...objects.values()] },
      tornBytes,
    };
  }

  /** From now on the journal may fold itself into a snapshot of what this returns. */
  foldFrom(snapshotOf: () => StoredState): void {
    this.#snapshotOf = snapshotOf;
  }

  record(change: Change): void {
    const record: JournalRecord = {
      revision: change.revision,
      groupResource: change.groupResource,
      ...(change.type === "DELETED" ? { deleted: true as const } : {}),
      object: change.object,
    };
    this.#pending.push(lineOf(JSON.stringify(record)));
    this.#flushLater();
  }

  /** Resolves when everything recorded so far is on disk. Writes of one turn are flushed together. */
  whenFlushed(): Promise<void> {
    if (this.#pending.length === 0) {
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#flushLater();
    });
  }

  close(): void {
    this.#flush();
    fsyncSync(this.#file);
    closeSync(this.#file);
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
    if (this.#pending.length > 0) {
      const text = this.#pending.join("");
      this.#pending = [];
      writeSync(this.#file, text);
      this.#bytes += Buffer.byteLength(text);
      if (this.#bytes > foldAboveBytes) {
        this.#fold();
      }
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) {
      resolve();
    }
  }

  /** Writes a snapshot beside the old one, puts it in its place, then begins an empty journal. */
  #fold(): void {
    if (!this.#snapshotOf) {
      return;
    }
    const { revision, objects } = this.#snapshotOf();
    const lines = [lineOf(JSON.stringify({ revision }))];
    for (const { groupResource, object } of objects) {
      lines.push(lineOf(JSON.stringify({ revision: 0, groupResource, object })));
    }
    const path = snapshotPath(this.#folder);
    writeFileSync(`${path}.new`, lines.join(""), { mode: 0o600 });
    renameSync(`${path}.new`, path);
    closeSync(this.#file);
    rmSync(journalPath(this.#folder));
    this.#file = openSync(journalPath(this.#folder), "a");
    this.#bytes = 0;
  }
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

function checksum(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

function lineOf(json: string): string {
  return `${checksum(json)} ${json}\n`;
}

/** The records up to the first line that is not whole. */
function readRecords(path: string): { records: JournalRecord[]; goodBytes: number; tornBytes: number } {
  if (!existsSync(path)) {
    return { records: [], goodBytes: 0, tornBytes: 0 };
  }
  const contents = readFileSync(path);
  const records: JournalRecord[] = [];
  let start = 0;
  for (let end = contents.indexOf(10, start); end >= 0; end = contents.indexOf(10, start)) {
    const json = checkedJson(contents.subarray(start, end).toString("utf8"));
    if (json === undefined) {
      break;
    }
    records.push(JSON.parse(json) as JournalRecord);
    start = end + 1;
  }
  return { records, goodBytes: start, tornBytes: contents.length - start };
}

function checkedJson(line: string): string | undefined {
  const json = line.slice(17);
  return line[16] === " " && checksum(json) === line.slice(0, 16) ? json : undefined;
}

function readSnapshot(
  folder: string,
  objects: Map<string, { groupResource: string; object: KubernetesObject }>,
): number {
  if (!existsSync(snapshotPath(folder))) {
    return 0;
  }
  const { records, tornBytes } = readRecords(snapshotPath(folder));
  const [head, ...rest] = records;
  if (!head || tornBytes > 0) {
    throw new Error(
      `${snapshotPath(folder)} is damaged: move the folder away to begin with an empty cluster`,
    );
  }
  for (const { groupResource, object } of rest) {
    objects.set(entryKey(groupResource, object), { groupResource, object });
  }
  return head.revision;
}
