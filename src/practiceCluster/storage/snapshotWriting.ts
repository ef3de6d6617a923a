import { fsync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { appendAll, closeQuietly, lineOf } from "./journalLines.ts";
import type { StoredState } from "./objectStore.ts";

/** So much is written in one turn of the event loop, and at most one object more. */
const bytesOfTurn = 256 * 1024;

/**
 * Writes a snapshot beside the old one, a part in each turn of the event loop, and puts it in its place when all of it
 * is on the disk: requests are answered meanwhile, however large the cluster is. Stored objects never change in place,
 * so the snapshot is of the moment at which the writing began.
 */
export class SnapshotWriting {
  /** The bytes that were written so far. */
  bytes = 0;
  readonly #path: string;
  readonly #file: number;
  readonly #lines: Iterator<string>;
  readonly #whenOver: (problem: unknown) => void;
  #isSyncing = false;
  #isOver = false;

  /**
   * Begins. `whenOver` is called once, with undefined when the snapshot is in its place, else with what was wrong: then
   * nothing of it is left. Throws when the file cannot be made.
   */
  constructor(path: string, { revision, objects }: StoredState, whenOver: (problem: unknown) => void) {
    this.#path = path;
    this.#lines = linesOf(revision, [...objects]);
    this.#whenOver = whenOver;
    this.#file = openSync(this.#newPath, "w", 0o600);
    setImmediate(() => this.#takeTurn());
  }

  /** Writes what is left in this turn. */
  finish(): void {
    if (this.#isOver) {
      return;
    }
    try {
      while (this.#writePart()) {
        // until all of it is written
      }
      fsyncSync(this.#file);
      this.#end(undefined);
    } catch (error) {
      this.#end(error);
    }
  }

  /** Leaves it, and nothing of it: nobody is told. */
  cancel(): void {
    if (!this.#isOver) {
      this.#close();
      rmSync(this.#newPath, { force: true });
    }
  }

  get #newPath(): string {
    return `${this.#path}.new`;
  }

  #takeTurn(): void {
    if (this.#isOver) {
      return;
    }
    try {
      if (this.#writePart()) {
        setImmediate(() => this.#takeTurn());
      } else {
        this.#sync();
      }
    } catch (error) {
      this.#end(error);
    }
  }

  /** Returns whether more is to be written. */
  #writePart(): boolean {
    const part: string[] = [];
    let length = 0;
    while (length < bytesOfTurn) {
      const next = this.#lines.next();
      if (next.done) {
        break;
      }
      part.push(next.value);
      length += next.value.length;
    }
    this.bytes = appendAll(this.#file, part.join(""), this.bytes);
    return length >= bytesOfTurn;
  }

  #sync(): void {
    this.#isSyncing = true;
    fsync(this.#file, (error) => {
      this.#isSyncing = false;
      if (this.#isOver) {
        closeQuietly(this.#file);
      } else {
        this.#end(error ?? undefined);
      }
    });
  }

  #end(problem: unknown): void {
    this.#close();
    try {
      if (problem !== undefined) {
        throw problem;
      }
      renameSync(this.#newPath, this.#path);
    } catch (error) {
      rmSync(this.#newPath, { force: true });
      this.#whenOver(error);
      return;
    }
    this.#whenOver(undefined);
  }

  /** A file that is being brought to the disk is closed after that. */
  #close(): void {
    this.#isOver = true;
    if (!this.#isSyncing) {
      closeQuietly(this.#file);
    }
  }
}

function* linesOf(revision: number, objects: StoredState["objects"]): Generator<string, undefined> {
  yield lineOf(JSON.stringify({ revision }));
  for (const { groupResource, object } of objects) {
    yield lineOf(JSON.stringify({ revision: 0, groupResource, object }));
  }
  return undefined;
}
