import {
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rm,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { systemReason } from "../../common/systemReason.ts";
import { lineOf, readLines } from "./journalLines.ts";
import type { StoredState } from "./objectStore.ts";
import { SnapshotWriting } from "./snapshotWriting.ts";

export interface NamedSnapshot {
  readonly name: string;
  /** Milliseconds since the Unix epoch. */
  readonly savedAt: number;
}

/** What goes into a snapshot and comes out of it again: the objects, and what containers keep on volumes. */
const parts = { objects: "snapshot.jsonl", journal: "journal.jsonl", volumes: "volumes", plan: "return-to" };

/**
 * Snapshots of the whole cluster beside its state, in `snapshots/NAME` of the data folder. To go back to one, the process
 * writes down which, ends, and is started again: nothing that still runs can write into what was put back.
 */
export class NamedSnapshots {
  readonly #folder: string;

  /** `folder`: the data folder. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  list(): NamedSnapshot[] {
    const folder = join(this.#folder, "snapshots");
    const names = existsSync(folder) ? readdirSync(folder) : [];
    return names
      .filter((name) => !name.includes("."))
      .map((name) => ({ name, savedAt: statSync(join(folder, name, parts.objects)).mtimeMs }));
  }

  has(name: string): boolean {
    return this.list().some((each) => each.name === name);
  }

  /** Saves everything under a name; what had it before is replaced. Throws when it cannot be written. */
  save(name: string, state: StoredState): void {
    const folder = this.#folderOf(name);
    const draft = `${folder}.new`;
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft, { recursive: true, mode: 0o700 });
    try {
      let problem: unknown;
      new SnapshotWriting(join(draft, parts.objects), state, (found) => {
        problem = found;
      }).finish();
      if (problem !== undefined) {
        throw problem;
      }
      copyFolder(join(this.#folder, parts.volumes), join(draft, parts.volumes));
      rmSync(folder, { recursive: true, force: true });
      renameSync(draft, folder);
    } catch (error) {
      rmSync(draft, { recursive: true, force: true });
      throw error;
    }
  }

  remove(name: string): void {
    rmSync(this.#folderOf(name), { recursive: true, force: true });
  }

  /** The next start goes back to the snapshot. */
  planReturn(name: string): void {
    const path = join(this.#folder, parts.plan);
    writeFileSync(`${path}.new`, name, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }

  /**
   * Goes back to the snapshot that was planned, before anything of the folder is read; returns a sentence about it. A kill
   * in the middle is no harm: the plan goes last, so that the next start does all of it again. Where there is no room for
   * it, everything stays as it is.
   */
  returnAsPlanned(): string | undefined {
    const plan = join(this.#folder, parts.plan);
    if (!existsSync(plan)) {
      return undefined;
    }
    const name = readFileSync(plan, "utf8");
    try {
      this.#prepare(this.#folderOf(name));
    } catch (error) {
      rmSync(plan);
      this.#removeDrafts();
      return `the snapshot ${name} could not be put back, everything is as it was: ${systemReason(error)}`;
    }
    this.#putInPlace();
    rmSync(plan);
    // nobody waits for it, and what a kill leaves goes with the next return
    rm(join(this.#folder, `${parts.volumes}.old`), { recursive: true, force: true }, () => undefined);
    return `back at the snapshot ${name}`;
  }

  /** Puts all of it beside what is there. Throws when there is no room. */
  #prepare(saved: string): void {
    const at = (part: string) => join(this.#folder, part);
    this.#removeDrafts();
    const revision = newestRevision(at(parts.objects), at(parts.journal)) + 1;
    copyFolder(join(saved, parts.volumes), at(`${parts.volumes}.new`));
    const objects = withRevision(join(saved, parts.objects), revision);
    writeFileSync(at(`${parts.objects}.new`), objects, { mode: 0o600 });
  }

  #putInPlace(): void {
    const at = (part: string) => join(this.#folder, part);
    renameSync(at(`${parts.objects}.new`), at(parts.objects));
    rmSync(at(parts.journal), { force: true });
    if (existsSync(at(parts.volumes))) {
      renameSync(at(parts.volumes), at(`${parts.volumes}.old`));
    }
    renameSync(at(`${parts.volumes}.new`), at(parts.volumes));
  }

  #removeDrafts(): void {
    for (const draft of [`${parts.objects}.new`, `${parts.volumes}.new`, `${parts.volumes}.old`]) {
      rmSync(join(this.#folder, draft), { recursive: true, force: true });
    }
  }

  #folderOf(name: string): string {
    return join(this.#folder, "snapshots", name);
  }
}

/** A folder that is not there is empty. Files share their bytes where the file system can do that; links stay as they are. */
function copyFolder(from: string, to: string): void {
  if (!existsSync(from)) {
    mkdirSync(to, { recursive: true, mode: 0o700 });
    return;
  }
  // Node's own cpSync asks the system about every file several times, and a database has a thousand
  mkdirSync(to, { recursive: true, mode: statSync(from).mode });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      copyFolder(source, target);
    } else if (entry.isSymbolicLink()) {
      symlinkSync(readlinkSync(source), target);
    } else if (entry.isFile()) {
      copyFileSync(source, target, constants.COPYFILE_FICLONE);
    }
  }
}

function newestRevision(...paths: readonly string[]): number {
  return Math.max(0, ...paths.flatMap((path) => readLines(path).records.map(({ revision }) => revision)));
}

/** A snapshot's lines under a newer revision than any client knows: every watch has to list again. Throws. */
function withRevision(path: string, revision: number): Buffer {
  const { good, records, tornBytes, damagedLines } = readLines(path);
  if (records.length === 0 || tornBytes > 0 || damagedLines > 0) {
    throw new Error(`${path} is damaged`);
  }
  const head = lineOf(JSON.stringify({ revision }));
  return Buffer.concat([Buffer.from(head), good.subarray(good.indexOf(10) + 1)]);
}
