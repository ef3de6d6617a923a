import { appendFile, mkdir, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import * as v from "valibot";
import type { JournalEntry } from "./journal.ts";

const entrySchema = v.object({
  fact: v.picklist(["created", "ready", "notReady", "terminating", "deleted"]),
  apiVersion: v.string(),
  plural: v.string(),
  name: v.string(),
  uid: v.string(),
  revision: v.optional(v.string()),
  at: v.number(),
  sequence: v.number(),
});

/** A step's journal on disk, one entry a line: a window that is reloaded midway still knows what came before what. */
export class JournalFile {
  readonly #path: string;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /** What was written so far; a line that a crash tore is left out. */
  async read(): Promise<readonly JournalEntry[]> {
    const text = await readFile(this.#path, "utf8").catch(() => "");
    return text.split("\n").flatMap((line) => {
      const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), entrySchema), line);
      return parsed.success ? [parsed.output] : [];
    });
  }

  /** Adds entries in the order of the calls. A disk that takes none costs only what a reload would have known. */
  append(entries: readonly JournalEntry[]): Promise<void> {
    if (entries.length === 0) {
      return this.#writing;
    }
    const lines = entries.map((entry) => `${JSON.stringify(entry)}\n`).join("");
    return this.#after(async () => {
      await mkdir(dirname(this.#path), { recursive: true });
      await appendFile(this.#path, lines);
    });
  }

  /** Forgets everything: the step begins anew. */
  clear(): Promise<void> {
    return this.#after(() => rm(this.#path, { force: true }));
  }

  #after(write: () => Promise<void>): Promise<void> {
    this.#writing = this.#writing.then(write).catch(() => undefined);
    return this.#writing;
  }
}
