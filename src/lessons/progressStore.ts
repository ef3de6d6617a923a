import { copyFile, mkdir, readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as v from "valibot";
import writeFileAtomic from "write-file-atomic";
import type { Clock } from "../common/clock.ts";
import type { LocalizedText } from "../common/language.ts";
import type { Progress } from "./progress.ts";

const currentVersion = 1;

const stepSchema = v.object({
  startedAt: v.optional(v.number()),
  passedAt: v.optional(v.number()),
  passedChecks: v.record(v.string(), v.number()),
  answers: v.record(v.string(), v.string()),
  hintsShown: v.number(),
  solutionShown: v.boolean(),
  faults: v.optional(v.array(v.string())),
});
const fileSchema = v.object({
  version: v.literal(currentVersion),
  course: v.string(),
  cluster: v.string(),
  lastStep: v.optional(v.string()),
  steps: v.record(v.string(), stepSchema),
});

/** Keeps one course's progress on one cluster in a file. What cannot be read is put aside, never dropped. */
export class ProgressStore {
  /** Undefined: what lies there must not be written over. */
  readonly #file: string | undefined;
  #progress: Progress;
  #writing: Promise<void> = Promise.resolve();
  /** What was found at the start: it stays said while this store is open. */
  readonly #found: LocalizedText | undefined;
  #notSaved: LocalizedText | undefined;

  private constructor(file: string | undefined, progress: Progress, found: LocalizedText | undefined) {
    this.#file = file;
    this.#progress = progress;
    this.#found = found;
  }

  /**
   * Reads what is there; a torn file or one of a newer version is put aside, and `problem` says so. Never throws: where
   * nothing can be read or put aside, the progress is kept in memory and the file left as it is.
   */
  static async open(folder: string, course: string, cluster: string, clock: Clock): Promise<ProgressStore> {
    const file = join(folder, `${course}-${cluster}.json`);
    const empty: Progress = { course, cluster, steps: {} };
    let text: string;
    try {
      text = await readFile(file, "utf8");
    } catch (error) {
      const isNew = error instanceof Error && "code" in error && error.code === "ENOENT";
      return new ProgressStore(file, empty, isNew ? undefined : unreadableWords(file, error));
    }
    const parsed = parseProgress(text);
    if (parsed.progress) {
      return new ProgressStore(file, parsed.progress, undefined);
    }
    try {
      const aside = await putAside(file, clock.now(), parsed.isNewer);
      return new ProgressStore(file, empty, putAsideWords(aside, parsed.isNewer));
    } catch (error) {
      return new ProgressStore(undefined, empty, unreadableWords(file, error));
    }
  }

  get progress(): Progress {
    return this.#progress;
  }

  /** What the learner should know about the file; undefined when all is well. */
  get problem(): LocalizedText | undefined {
    return this.#notSaved ?? this.#found;
  }

  /** Takes the new progress at once and writes it; a failed write is told by `problem` and keeps what is in memory. */
  update(change: (before: Progress) => Progress): Promise<void> {
    this.#progress = change(this.#progress);
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    if (this.#file === undefined) {
      return;
    }
    const text = `${JSON.stringify({ version: currentVersion, ...this.#progress }, undefined, 2)}\n`;
    try {
      await mkdir(dirname(this.#file), { recursive: true });
      await writeFileAtomic(this.#file, text, { mode: 0o600 });
      this.#notSaved = undefined;
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      this.#notSaved = {
        ja: `進み具合を保存できません（${detail}）。このウィンドウを閉じるまでは覚えています。`,
        en: `Progress cannot be saved (${detail}). It is remembered until this window closes.`,
      };
    }
  }
}

function parseProgress(text: string): { readonly progress?: Progress; readonly isNewer: boolean } {
  try {
    const json: unknown = JSON.parse(text);
    const result = v.safeParse(fileSchema, json);
    if (result.success) {
      const { version: _version, ...progress } = result.output;
      return { progress, isNewer: false };
    }
    const version = v.safeParse(v.object({ version: v.number() }), json);
    return { isNewer: version.success && version.output.version > currentVersion };
  } catch {
    return { isNewer: false };
  }
}

async function putAside(file: string, now: number, isNewer: boolean): Promise<string> {
  const aside = `${file}.${isNewer ? "newer" : "unreadable"}-${now}`;
  await rename(file, aside).catch(() => copyFile(file, aside));
  return aside;
}

function unreadableWords(file: string, error: unknown): LocalizedText {
  const detail = error instanceof Error ? error.message : String(error);
  return {
    ja: `進み具合のファイル ${file} を扱えません（${detail}）。アクセス権を確認してください。このウィンドウを閉じるまでは覚えています。`,
    en: `The progress file ${file} cannot be used (${detail}). Look at its permissions. Progress is remembered until this window closes.`,
  };
}

function putAsideWords(aside: string, isNewer: boolean): LocalizedText {
  return isNewer
    ? {
        ja: `進み具合のファイルは新しい版で書かれています。${aside} に残し、最初から記録します。`,
        en: `The progress file was written by a newer version. It is kept as ${aside}; recording begins anew.`,
      }
    : {
        ja: `進み具合のファイルが壊れています。${aside} に残し、最初から記録します。`,
        en: `The progress file is damaged. It is kept as ${aside}; recording begins anew.`,
      };
}
