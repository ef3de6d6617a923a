import { type FSWatcher, watch } from "node:fs";
import { mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { LessonCluster, WatchedChange } from "../clusters/cluster.ts";
import { type Clock, systemClock, type Timer } from "../common/clock.ts";
import type { LocalizedText } from "../common/language.ts";
import { UserError } from "../common/userError.ts";
import type { Check, FileCheck } from "../lessons/check.ts";
import type { Chapter, Step } from "../lessons/course.ts";
import { restoreFiles, writeMissingFiles } from "../lessons/learnerFolder.ts";
import { emptyStepProgress, type StepProgress, stepProgress, withStep } from "../lessons/progress.ts";
import type { ProgressStore } from "../lessons/progressStore.ts";
import { evaluateAnswerCheck } from "./answerCheck.ts";
import { evaluateApiCheck, loadingWords } from "./apiCheck.ts";
import { nextView, queriesOf } from "./checkViews.ts";
import { ClusterFollower, resourceKey } from "./clusterFollower.ts";
import { evaluateFileCheck, fileSizeLimit, type LearnerFile } from "./fileCheck.ts";
import { Journal, type JournalEntry } from "./journal.ts";
import { JournalFile } from "./journalFile.ts";
import { KubectlRunner } from "./kubectlRunner.ts";
import { liveClaims, liveObjects, livePods } from "./liveObjects.ts";
import { watchedResource } from "./lookup.ts";
import { applyStart, ensureNamespace, objectsToRemove, removeObjects } from "./stepObjects.ts";
import type { StepSession, StepSnapshot } from "./stepSnapshot.ts";
import { evaluateTraceCheck } from "./traceCheck.ts";
import type { CheckView, Finding } from "./verdict.ts";

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
  #follower: ClusterFollower | undefined;
  readonly #journalFile: JournalFile | undefined;
  #journal = new Journal();
  #seeded = new Set<string>();
  #runners: readonly KubectlRunner[] = [];
  #files = new Map<string, LearnerFile>();
  #fileWatch: FSWatcher | undefined;
  #views: readonly CheckView[] = [];
  #timer: Timer | undefined;
  #fileTimer: Timer | undefined;

  constructor(options: OpenStepOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
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
    const pods = this.#follower?.snapshotOf(livePods);
    return {
      stepId: step.id,
      namespace: chapter.namespace,
      phase: this.#phase,
      problem: this.#problem ?? store.problem,
      checks: this.#views,
      live: liveObjects(pods, this.#follower?.snapshotOf(liveClaims)),
      liveConfirmedAt: pods?.confirmedAt ?? 0,
      progress: this.#progress,
      passed: this.#progress.passedAt !== undefined,
    };
  }

  async answer(questionId: string, value: string): Promise<void> {
    await this.#change((before) => ({ ...before, answers: { ...before.answers, [questionId]: value } }));
  }

  commandEnded(): void {
    for (const runner of this.#runners) {
      runner.ask();
    }
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
    this.#fileWatch?.close();
    this.#timer?.cancel();
    this.#fileTimer?.cancel();
  }

  get #progress(): StepProgress {
    return stepProgress(this.#options.store.progress, this.#options.step.id);
  }

  async #prepare(anew: boolean): Promise<void> {
    this.#phase = "preparing";
    this.#problem = undefined;
    this.#schedule();
    try {
      await this.#writeFiles(anew);
      await this.#putStartState(anew);
      this.#phase = "open";
    } catch (error) {
      this.#phase = "failed";
      this.#problem = problemOf(error);
    }
    const earlier = (await this.#journalFile?.read()) ?? [];
    await this.#readFiles();
    if (!this.#ending.signal.aborted) {
      this.#follow(earlier);
    }
    this.#schedule();
  }

  async #writeFiles(anew: boolean): Promise<void> {
    const { folder, step } = this.#options;
    await mkdir(folder, { recursive: true });
    if (anew) {
      await restoreFiles(folder, step, this.#clock);
    }
    await writeMissingFiles(folder, step);
    if (!this.#ending.signal.aborted) {
      this.#fileWatch ??= watch(folder, { persistent: false }, () => this.#filesChanged());
    }
  }

  async #putStartState(anew: boolean): Promise<void> {
    const { cluster, chapter, step } = this.#options;
    if (anew) {
      await removeObjects(cluster, chapter, this.#ending.signal);
    }
    if (anew || this.#progress.startedAt === undefined) {
      await applyStart(cluster, chapter, step, this.#ending.signal);
      await this.#journalFile?.clear();
      const startedAt = this.#clock.now();
      await this.#change((before) => ({ ...before, startedAt }));
    } else {
      await ensureNamespace(cluster, chapter);
    }
  }

  #follow(earlier: readonly JournalEntry[]): void {
    const { cluster, chapter, step } = this.#options;
    this.#stopFollowing();
    this.#journal = new Journal(earlier);
    this.#seeded = new Set();
    this.#runners = step.checks.flatMap((check) =>
      check.kind === "kubectl"
        ? [new KubectlRunner(check, cluster.kubectl, chapter.namespace, this.#clock, () => this.#schedule())]
        : [],
    );
    const queries = [livePods, liveClaims, ...step.checks.flatMap(queriesOf)];
    this.#follower = new ClusterFollower(cluster.watches, chapter.namespace, queries, (key, change) =>
      this.#clusterChanged(key, change),
    );
    this.commandEnded();
  }

  #stopFollowing(): void {
    this.#follower?.dispose();
    this.#follower = undefined;
    for (const runner of this.#runners) {
      runner.dispose();
    }
    this.#runners = [];
  }

  #clusterChanged(key: string, change: WatchedChange | undefined): void {
    this.#record(key, change);
    for (const runner of this.#runners) {
      runner.resourceChanged(key);
    }
    this.#schedule();
  }

  /** A watch that others already shared gives no change for what is there: that is written as found. */
  #record(key: string, change: WatchedChange | undefined): void {
    if (change) {
      this.#seeded.add(key);
      this.#write(change);
      return;
    }
    const { step, chapter } = this.#options;
    const query = [livePods, liveClaims, ...step.checks.flatMap(queriesOf)].find(
      (candidate) => resourceKey(candidate) === key,
    );
    const snapshot = query && this.#follower?.snapshotOf(query);
    if (!query || !snapshot?.synced || this.#seeded.has(key)) {
      return;
    }
    this.#seeded.add(key);
    const resource = watchedResource(query, chapter.namespace);
    for (const object of snapshot.objects.values()) {
      const found = { type: "ADDED", resource, object, at: this.#clock.now(), initial: true } as const;
      this.#write(found);
    }
  }

  #write(change: WatchedChange): void {
    const added = this.#journal.record(change);
    void this.#journalFile?.append(added);
  }

  /** An editor writes a file in several events; the last of a burst is the one that is read. */
  #filesChanged(): void {
    this.#fileTimer?.cancel();
    this.#fileTimer = this.#clock.after(30, () => void this.#readFiles().then(() => this.#schedule()));
  }

  async #readFiles(): Promise<void> {
    const checks = this.#options.step.checks.filter((check): check is FileCheck => check.kind === "file");
    for (const { file } of checks) {
      this.#files.set(file, await readLearnerFile(join(this.#options.folder, file)));
    }
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
    if (this.#phase === "open") {
      const before = new Map(this.#views.map((view) => [view.id, view]));
      const now = this.#clock.now();
      this.#views = step.checks.map((check) =>
        nextView(check, this.#find(check), {
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

  #find(check: Check): Finding {
    const loading: Finding = {
      verdict: { state: "notYet", message: loadingWords },
      observed: "",
      expected: check.expected,
    };
    const view = this.#follower;
    if (!view) {
      return loading;
    }
    switch (check.kind) {
      case "api":
        return evaluateApiCheck(check, view);
      case "trace":
        return evaluateTraceCheck(check, this.#journal.entries, view);
      case "kubectl":
        return this.#runners.find((runner) => runner.check.id === check.id)?.finding ?? loading;
      case "file":
        return evaluateFileCheck(check, this.#files.get(check.file) ?? { state: "missing" });
      case "answer": {
        const question = this.#options.step.questions.find(({ id }) => id === check.question);
        return question
          ? evaluateAnswerCheck(check, question, this.#progress.answers[check.question], view)
          : loading;
      }
    }
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
