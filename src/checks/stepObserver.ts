import type { LessonCluster, ResourceSnapshot, WatchedChange } from "../clusters/cluster.ts";
import type { Clock } from "../common/clock.ts";
import type { Disposable } from "../common/disposable.ts";
import type { Query } from "../lessons/check.ts";
import type { Chapter, Step } from "../lessons/course.ts";
import { queriesOf } from "./checkViews.ts";
import { ClusterFollower } from "./clusterFollower.ts";
import { Journal, type JournalEntry } from "./journal.ts";
import type { JournalFile } from "./journalFile.ts";
import { KubectlRunner } from "./kubectlRunner.ts";
import { liveClaims, livePods } from "./liveObjects.ts";
import type { ClusterView } from "./lookup.ts";
import type { Finding } from "./verdict.ts";

export interface StepObserverOptions {
  readonly chapter: Chapter;
  readonly step: Step;
  readonly cluster: LessonCluster;
  readonly clock: Clock;
  /** What a window that was reloaded midway knew before. */
  readonly earlier: readonly JournalEntry[];
  readonly journalFile: JournalFile | undefined;
  /** Called whenever a finding may have changed. */
  readonly changed: () => void;
}

/** Follows the cluster for one step: its resources, the order of what happened to them, and its runs of kubectl. */
export class StepObserver implements ClusterView, Disposable {
  readonly #options: StepObserverOptions;
  readonly #journal: Journal;
  readonly #runners: readonly KubectlRunner[];
  readonly #follower: ClusterFollower;

  constructor(options: StepObserverOptions) {
    const { chapter, step, cluster, clock, earlier, changed } = options;
    this.#options = options;
    this.#journal = new Journal(earlier);
    const queries = [livePods, liveClaims, ...step.checks.flatMap(queriesOf)];
    this.#runners = step.checks.flatMap((check) =>
      check.kind === "kubectl"
        ? [new KubectlRunner(check, cluster.kubectl, chapter.namespace, clock, changed)]
        : [],
    );
    this.#follower = new ClusterFollower(cluster.watches, chapter.namespace, queries, (key, change) =>
      this.#clusterChanged(key, change),
    );
    this.commandEnded();
  }

  get namespace(): string {
    return this.#follower.namespace;
  }

  /** What happened since the step began, in the server's order. */
  get entries(): readonly JournalEntry[] {
    return this.#journal.entries;
  }

  snapshotOf(query: Query): ResourceSnapshot | undefined {
    return this.#follower.snapshotOf(query);
  }

  /** What the last run of that kubectl check found; undefined before the first. */
  findingOf(checkId: string): Finding | undefined {
    return this.#runners.find(({ check }) => check.id === checkId)?.finding;
  }

  /** The learner ran something: what no watch shows may be different now. */
  commandEnded(): void {
    for (const runner of this.#runners) {
      runner.ask();
    }
  }

  dispose(): void {
    this.#follower.dispose();
    for (const runner of this.#runners) {
      runner.dispose();
    }
  }

  #clusterChanged(key: string, change: WatchedChange | undefined): void {
    if (change) {
      const added = this.#journal.record(change);
      void this.#options.journalFile?.append(added);
    }
    for (const runner of this.#runners) {
      runner.resourceChanged(key);
    }
    this.#options.changed();
  }
}
