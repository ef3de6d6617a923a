import type { LessonCluster } from "../clusters/cluster.ts";
import { type Clock, systemClock, type Timer } from "../common/clock.ts";
import type { LocalizedText } from "../common/language.ts";
import { UserError } from "../common/userError.ts";
import type { Chapter, Fault, Step } from "../lessons/course.ts";
import { drawFaults } from "../lessons/faults.ts";
import { emptyStepProgress, type StepProgress, stepProgress, withStep } from "../lessons/progress.ts";
import type { ProgressStore } from "../lessons/progressStore.ts";
import { nextView } from "./checkViews.ts";
import { findCheck } from "./findCheck.ts";
import type { JournalEntry } from "./journal.ts";
import { JournalFile } from "./journalFile.ts";
import { LearnerFiles } from "./learnerFiles.ts";
import { liveClaims, liveObjects, livePods } from "./liveObjects.ts";
import {
  applyStart,
  ensureNamespace,
  objectsToRemove,
  removeObjects,
  restoreCluster,
} from "./stepObjects.ts";
import { StepObserver } from "./stepObserver.ts";
import type { StepSession, StepSnapshot } from "./stepSnapshot.ts";
import type { CheckView } from "./verdict.ts";

export interface OpenStepOptions {
  readonly chapter: Chapter;
  readonly step: Step;
  readonly cluster: LessonCluster;
  /** Where the step's files lie for the learner (`stepFolder` of lessons/learnerFolder). */
  readonly folder: string;
  readonly store: ProgressStore;
  /** Gets the whole snapshot, in a later turn, each time something changed. */
  readonly listener: (snapshot: StepSnapshot) => void;
  readonly clock?: Clock;
  /** Draws the faults that a step hides; at random unless a proof wants certain ones. */
  readonly draw?: (step: Step) => readonly Fault[];
  /** Where the step's journal is kept over a reload of the window; without it the journal lives in memory. */
  readonly journalFile?: string;
}

/**
 * Opens a step: writes its files, puts its start state on the cluster the first time, then follows
 * cluster, files and answers. Returns at once; the first snapshots say "preparing".
 */
export function openStep(options: OpenStepOptions): StepSession {
  return new OpenedStep(options);
}

class OpenedStep implements StepSession {
  readonly #options: OpenStepOptions;
  readonly #clock: Clock;
  readonly #ending = new AbortController();
  #phase: StepSnapshot["phase"] = "preparing";
  #problem: LocalizedText | undefined;
  #observer: StepObserver | undefined;
  readonly #journalFile: JournalFile | undefined;
  readonly #files: LearnerFiles;
  #views: readonly CheckView[] = [];
  #timer: Timer | undefined;

  constructor(options: OpenStepOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#files = new LearnerFiles(options.folder, options.step, this.#clock, () => this.#schedule());
    this.#journalFile = options.journalFile ? new JournalFile(options.journalFile) : undefined;
    const health = options.cluster.onHealthChanged(({ state }) => {
      if (state === "ready") {
        this.commandEnded();
      }
      this.#schedule();
    });
    this.#ending.signal.addEventListener("abort", () => health.dispose());
    this.#schedule();
    void this.#prepare(false);
  }

  get snapshot(): StepSnapshot {
    const { step, chapter, store } = this.#options;
    const pods = this.#observer?.snapshotOf(livePods);
    return {
      stepId: step.id,
      namespace: chapter.namespace,
      phase: this.#phase,
      problem: this.#problem ?? store.problem,
      checks: this.#views,
      live: liveObjects(pods, this.#observer?.snapshotOf(liveClaims)),
      liveConfirmedAt: pods?.confirmedAt ?? 0,
      missingFiles: this.#files.missing,
      progress: this.#progress,
      passed: this.#progress.passedAt !== undefined,
    };
  }

  async answer(questionId: string, value: string): Promise<void> {
    await this.#change((before) => ({ ...before, answers: { ...before.answers, [questionId]: value } }));
  }

  createFile(file: string): Promise<void> {
    return this.#files.create(file);
  }

  commandEnded(): void {
    this.#observer?.commandEnded();
  }

  async showHint(): Promise<void> {
    await this.#change((before) => ({ ...before, hintsShown: Math.min(3, before.hintsShown + 1) }));
  }

  async showSolution(): Promise<void> {
    await this.#change((before) => ({ ...before, solutionShown: true }));
  }

  whatResetRemoves(): Promise<readonly string[]> {
    return objectsToRemove(this.#options.cluster, this.#options.chapter);
  }

  async reset(): Promise<void> {
    this.#stopFollowing();
    this.#views = [];
    await this.#change(() => emptyStepProgress);
    await this.#prepare(true);
  }

  dispose(): void {
    this.#ending.abort();
    this.#stopFollowing();
    this.#files.dispose();
    this.#timer?.cancel();
  }

  get #progress(): StepProgress {
    return stepProgress(this.#options.store.progress, this.#options.step.id);
  }

  async #prepare(anew: boolean): Promise<void> {
    this.#phase = "preparing";
    this.#problem = undefined;
    this.#schedule();
    try {
      await this.#files.write(anew);
      await this.#putStartState(anew);
      this.#phase = "open";
    } catch (error) {
      this.#phase = "failed";
      this.#problem = problemOf(error);
    }
    const earlier = (await this.#journalFile?.read()) ?? [];
    await this.#files.read();
    if (!this.#ending.signal.aborted) {
      this.#follow(earlier);
    }
    this.#schedule();
  }

  async #putStartState(anew: boolean): Promise<void> {
    const { cluster, chapter, step } = this.#options;
    const isBeginning = anew || this.#progress.startedAt === undefined;
    if (isBeginning) {
      await restoreCluster(cluster, chapter, this.#ending.signal);
    }
    if (anew) {
      await removeObjects(cluster, chapter, this.#ending.signal);
    }
    if (isBeginning) {
      const faults = (this.#options.draw ?? drawAtRandom)(step);
      await applyStart(cluster, chapter, step, faults, this.#ending.signal);
      await this.#journalFile?.clear();
      const startedAt = this.#clock.now();
      const hidden = step.faults ? { faults: faults.map(({ id }) => id) } : {};
      await this.#change((before) => ({ ...before, ...hidden, startedAt }));
    } else {
      await ensureNamespace(cluster, chapter);
    }
  }

  #follow(earlier: readonly JournalEntry[]): void {
    const { cluster, chapter, step } = this.#options;
    this.#stopFollowing();
    this.#observer = new StepObserver({
      chapter,
      step,
      cluster,
      clock: this.#clock,
      earlier,
      journalFile: this.#journalFile,
      changed: () => this.#schedule(),
    });
  }

  #stopFollowing(): void {
    this.#observer?.dispose();
    this.#observer = undefined;
  }

  async #change(change: (before: StepProgress) => StepProgress): Promise<void> {
    const { store, step } = this.#options;
    const written = store.update((before) => ({
      ...withStep(before, step.id, change),
      lastStep: step.id,
    }));
    this.#schedule();
    await written;
  }

  #schedule(): void {
    if (!this.#ending.signal.aborted) {
      this.#timer ??= this.#clock.after(0, () => {
        this.#timer = undefined;
        this.#evaluate();
      });
    }
  }

  #evaluate(): void {
    const { step, chapter, listener } = this.#options;
    const sources = { step, observer: this.#observer, files: this.#files, progress: this.#progress };
    if (this.#phase === "open") {
      const before = new Map(this.#views.map((view) => [view.id, view]));
      const now = this.#clock.now();
      this.#views = step.checks.map((check) =>
        nextView(check, findCheck(check, sources), {
          namespace: chapter.namespace,
          now,
          passedAt: this.#progress.passedChecks[check.id],
          before: before.get(check.id),
        }),
      );
      this.#keepPassed(now);
    }
    listener(this.snapshot);
  }

  #keepPassed(now: number): void {
    const progress = this.#progress;
    const passed = this.#views.filter(({ verdict }) => verdict.state === "passed");
    const fresh = passed.filter(({ id }) => progress.passedChecks[id] === undefined);
    if (fresh.length === 0) {
      return;
    }
    const added = Object.fromEntries(fresh.map(({ id }) => [id, now]));
    const isDone = passed.length === this.#options.step.checks.length;
    void this.#change((before) => ({
      ...before,
      passedChecks: { ...before.passedChecks, ...added },
      passedAt: before.passedAt ?? (isDone ? now : undefined),
    }));
  }
}

function drawAtRandom({ faults }: Step): readonly Fault[] {
  return faults ? drawFaults(faults, Math.random) : [];
}

function problemOf(error: unknown): LocalizedText {
  if (error instanceof UserError) {
    return error.text;
  }
  const detail = error instanceof Error ? error.message : String(error);
  return {
    ja: `ステップを準備できませんでした（${detail}）。`,
    en: `The step could not be prepared (${detail}).`,
  };
}
