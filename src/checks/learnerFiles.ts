import { type FSWatcher, watch } from "node:fs";
import { mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Clock, Timer } from "../common/clock.ts";
import type { Disposable } from "../common/disposable.ts";
import type { FileCheck } from "../lessons/check.ts";
import type { Step } from "../lessons/course.ts";
import { createFile, missingFiles, restoreFiles, writeMissingFiles } from "../lessons/learnerFolder.ts";
import { fileSizeLimit, type LearnerFile } from "./fileCheck.ts";

/** An editor writes a file in several events; the last of a burst is the one that is read. */
const burstMs = 30;

/** The learner's files of one step: written when they are missing, read again whenever they change. */
export class LearnerFiles implements Disposable {
  readonly #folder: string;
  readonly #step: Step;
  readonly #clock: Clock;
  readonly #changed: () => void;
  readonly #contents = new Map<string, LearnerFile>();
  #missing: readonly string[] = [];
  #watch: FSWatcher | undefined;
  #timer: Timer | undefined;
  #isDisposed = false;

  /** `changed` is called after files that checks look at were read anew. */
  constructor(folder: string, step: Step, clock: Clock, changed: () => void) {
    this.#folder = folder;
    this.#step = step;
    this.#clock = clock;
    this.#changed = changed;
  }

  /** Writes what is missing (all of it `anew`: copies of what was there are kept) and begins to watch the folder. */
  async write(anew: boolean): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    if (anew) {
      await restoreFiles(this.#folder, this.#step, this.#clock);
    }
    await writeMissingFiles(this.#folder, this.#step);
    this.#watchAgain();
  }

  /** Reads every file that a check looks at, and sees which of those that the lesson speaks of are not there. */
  async read(): Promise<void> {
    const checks = this.#step.checks.filter((check): check is FileCheck => check.kind === "file");
    for (const { file } of checks) {
      this.#contents.set(file, await readLearnerFile(join(this.#folder, file)));
    }
    this.#missing = await missingFiles(this.#folder, this.#step);
  }

  /** The files of the lesson that are not in the folder, by their names there. */
  get missing(): readonly string[] {
    return this.#missing;
  }

  /** Writes one file as it came with the step, an empty one where it came with none; what is there is left alone. */
  async create(file: string): Promise<void> {
    const content = this.#step.files.find(({ path }) => path === file)?.content ?? "";
    await createFile(this.#folder, file, content);
    // the whole folder may have been gone: what watched it does not see the new one
    this.#watchAgain();
    await this.read();
    this.#changed();
  }

  /** What was last read of a file by its name in the step's folder. */
  contentOf(file: string): LearnerFile {
    return this.#contents.get(file) ?? { state: "missing" };
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#watch?.close();
    this.#timer?.cancel();
  }

  #watchAgain(): void {
    if (!this.#isDisposed) {
      this.#watch?.close();
      this.#watch = watch(this.#folder, { persistent: false }, () => this.#readSoon());
    }
  }

  #readSoon(): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.after(burstMs, () => void this.read().then(this.#changed));
  }
}

async function readLearnerFile(file: string): Promise<LearnerFile> {
  try {
    const { size } = await stat(file);
    return size > fileSizeLimit
      ? { state: "tooLarge", size }
      : { state: "read", text: await readFile(file, "utf8") };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return { state: "missing" };
    }
    return { state: "unreadable", detail: error instanceof Error ? error.message : String(error) };
  }
}
