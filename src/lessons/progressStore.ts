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
  readonly #file: string;
  #progress: Progress;
  #writing: Promise<void> = Promise.resolve();
  #problem: LocalizedText | undefined;

  private constructor(file: string, progress: Progress, problem: LocalizedText | undefined) {
    this.#file = file;
    this.#progress = progress;
    this.#problem = problem;
  }

  /** Reads what is there; a torn file or one of a newer version is copied aside, and `problem` says so. */
  static async open(folder: string, course: string, cluster: string, clock: Clock): Promise<ProgressStore> {
    const file = join(folder, `${course}-${cluster}.json`);
    const empty: Progress = { course, cluster, steps: {} };
    const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") {
        return undefined;
      }
      throw error;
    });
    if (text === undefined) {
      return new ProgressStore(file, empty, undefined);
    }
    const parsed = parseProgress(text);
    if (parsed.progress) {
      return new ProgressStore(file, parsed.progress, undefined);
    }
    const aside = await putAside(file, clock.now(), parsed.isNewer);
    return new ProgressStore(file, empty, putAsideWords(aside, parsed.isNewer));
  }

  get progress(): Progress {
    return this.#progress;
  }

  /** What the learner should know about the file; undefined when all is well. */
  get problem(): LocalizedText | undefined {
    return this.#problem;
  }

  /** Takes the new progress at once and writes it; a failed write is told by `problem` and keeps what is in memory. */
  update(change: (before: Progress) => Progress): Promise<void> {
    this.#progress = change(this.#progress);
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const text = `${JSON.stringify({ version: currentVersion, ...this.#progress }, undefined, 2)}\n`;
    try {
      await mkdir(dirname(this.#file), { recursive: true });
      await writeFileAtomic(this.#file, text, { mode: 0o600 });
      this.#problem = undefined;
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      this.#problem = {
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
