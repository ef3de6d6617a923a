import type { IJob } from "kubernetes-models/batch/v1/Job";
import type { IPod } from "kubernetes-models/v1/Pod";
import { isActive, isSucceeded } from "../kit/podConditions.ts";
import { timeText } from "../kit/times.ts";
import { inDeletionOrder } from "../replicaSet/deletionOrder.ts";
import { nextBackoff, remainingDelayMs } from "./backoff.ts";
import { parseIndexes } from "./indexes.ts";
import { failedPodsToReplace, failsItsIndex, indexDelayMs } from "./indexFailures.ts";
import { isCounted, matchFailure, matchSuccess } from "./policies.ts";
import {
  findCondition,
  hasFailed,
  hasIndexLimit,
  indexOf,
  isEnding,
  isIndexed,
  isSuspended,
  isTracked,
  newCondition,
  waitsForFailed,
} from "./predicates.ts";
import type { Backoff, Condition, JobPlan, JobSpec, NewPod, ObservedJob } from "./types.ts";

/** The most Pods that one sync makes or deletes. */
const burst = 500;
const shortestDelayMs = 1_000;

/** What a Job needs done, after syncJob and manageJob of job_controller.go: decides, changes nothing. */
export function decide(observed: ObservedJob): JobPlan {
  return new JobDecision(observed).plan();
}

class JobDecision {
  readonly #job: IJob;
  readonly #spec: JobSpec | undefined;
  readonly #pods: readonly IPod[];
  readonly #now: number;
  readonly #active: readonly IPod[];
  readonly #succeededIndexes: ReadonlySet<number>;
  readonly #failedIndexes: ReadonlySet<number>;
  readonly #toReplace: ReadonlyMap<number, IPod>;
  readonly #succeeded: number;
  readonly #failed: number;
  readonly #backoff: Backoff | undefined;
  readonly #startTime: string | undefined;
  #recheckInMs: number | undefined;

  constructor({ job, pods, backoff, now }: ObservedJob) {
    this.#job = job;
    this.#spec = job.spec;
    this.#pods = pods;
    this.#now = now;
    this.#active = pods.filter(isActive);
    const { succeeded: countedSucceeded = [], failed: countedFailed = [] } =
      job.status?.uncountedTerminatedPods ?? {};
    const newSucceeded = this.#uncounted(countedSucceeded).filter(isSucceeded);
    const newFailed = this.#uncounted(countedFailed).filter((pod) => hasFailed(job, pod));
    this.#succeededIndexes = this.#indexesWith(job.status?.completedIndexes, isSucceeded);
    this.#failedIndexes = hasIndexLimit(job)
      ? this.#indexesWith(job.status?.failedIndexes, (pod) => failsItsIndex(job, pod))
      : new Set();
    this.#toReplace = hasIndexLimit(job)
      ? failedPodsToReplace(job, pods, (index) => this.#isTakenCareOf(index))
      : new Map();
    this.#succeeded = isIndexed(job)
      ? this.#succeededIndexes.size
      : (job.status?.succeeded ?? 0) + newSucceeded.length + countedSucceeded.length;
    this.#failed =
      (job.status?.failed ?? 0) +
      newFailed.filter((pod) => isCounted(job, pod)).length +
      countedFailed.length;
    this.#backoff = nextBackoff(backoff, newSucceeded, newFailed);
    this.#startTime = job.status?.startTime ?? (isSuspended(job) ? undefined : timeText(now));
  }

  plan(): JobPlan {
    const verdict = this.#verdict();
    const changes = verdict ? { stop: this.#active } : this.#manage();
    return {
      verdict,
      stop: [],
      remove: [],
      create: [],
      ...changes,
      startTime: this.#startTime,
      succeeded: this.#succeeded,
      backoff: this.#backoff,
      kept: new Set(this.#toReplace.values()),
      recheckInMs: this.#recheckInMs,
    };
  }

  /** Pods that wait to be counted and are not in the status yet. */
  #uncounted(known: readonly string[]): IPod[] {
    return this.#pods.filter(
      (pod) =>
        isTracked(pod) &&
        !known.includes(pod.metadata?.uid ?? "") &&
        (!isIndexed(this.#job) || indexOf(this.#job, pod) !== undefined),
    );
  }

  #indexesWith(known: string | undefined, isOne: (pod: IPod) => boolean): Set<number> {
    const indexes = parseIndexes(known, this.#spec?.completions ?? 0);
    for (const pod of this.#pods.filter((each) => isTracked(each) && isOne(each))) {
      const index = indexOf(this.#job, pod);
      if (index !== undefined) {
        indexes.add(index);
      }
    }
    return indexes;
  }

  #isTakenCareOf(index: number): boolean {
    return (
      this.#succeededIndexes.has(index) ||
      this.#failedIndexes.has(index) ||
      this.#active.some((pod) => indexOf(this.#job, pod) === index)
    );
  }

  #failure(reason: string, message: string): Condition {
    return newCondition("FailureTarget", "True", reason, message, this.#now);
  }

  /** Whether the Job has ended, in the order in which its reasons count. */
  #verdict(): Condition | undefined {
    return (
      findCondition(this.#job, "SuccessCriteriaMet") ??
      findCondition(this.#job, "FailureTarget") ??
      this.#policyVerdict() ??
      this.#limitVerdict() ??
      this.#indexVerdict()
    );
  }

  #policyVerdict(): Condition | undefined {
    for (const pod of this.#pods.filter((each) => hasFailed(this.#job, each))) {
      const { message } = matchFailure(this.#job, pod);
      if (message !== undefined) {
        return this.#failure("PodFailurePolicy", message);
      }
    }
    return undefined;
  }

  #limitVerdict(): Condition | undefined {
    if (this.#failed > (this.#spec?.backoffLimit ?? 6) || this.#hasRestartedTooOften()) {
      return this.#failure("BackoffLimitExceeded", "Job has reached the specified backoff limit");
    }
    const deadline = this.#spec?.activeDeadlineSeconds;
    if (deadline === undefined || isSuspended(this.#job) || this.#startTime === undefined) {
      return undefined;
    }
    const left = Date.parse(this.#startTime) + deadline * 1000 - this.#now;
    if (left <= 0) {
      return this.#failure("DeadlineExceeded", "Job was active longer than specified deadline");
    }
    this.#recheckIn(left);
    return undefined;
  }

  /** With OnFailure the containers' restarts in the same Pod count. */
  #hasRestartedTooOften(): boolean {
    if (this.#spec?.template.spec?.restartPolicy !== "OnFailure") {
      return false;
    }
    const restarts = this.#pods
      .filter(({ status }) => status?.phase === "Running" || status?.phase === "Pending")
      .flatMap(({ status }) => [
        ...(status?.initContainerStatuses ?? []),
        ...(status?.containerStatuses ?? []),
      ])
      .reduce((sum, { restartCount }) => sum + restartCount, 0);
    const limit = this.#spec.backoffLimit ?? 6;
    return limit === 0 ? restarts > 0 : restarts >= limit;
  }

  #indexVerdict(): Condition | undefined {
    if (!isIndexed(this.#job)) {
      return undefined;
    }
    const failed = this.#failedIndexes.size;
    const most = this.#spec?.maxFailedIndexes;
    if (most !== undefined && failed > most) {
      const message = "Job has exceeded the specified maximal number of failed indexes";
      return this.#failure("MaxFailedIndexesExceeded", message);
    }
    if (failed > 0 && failed + this.#succeeded >= (this.#spec?.completions ?? 0)) {
      return this.#failure("FailedIndexes", "Job has failed indexes");
    }
    const met = matchSuccess(this.#job, this.#succeededIndexes);
    return met === undefined
      ? undefined
      : newCondition("SuccessCriteriaMet", "True", "SuccessPolicy", met, this.#now);
  }

  #recheckIn(milliseconds: number): void {
    this.#recheckInMs = Math.min(this.#recheckInMs ?? milliseconds, milliseconds);
  }

  /** Makes or removes Pods until as many are active as should be. */
  #manage(): Partial<JobPlan> {
    if (this.#job.metadata?.deletionTimestamp) {
      return {};
    }
    if (isSuspended(this.#job)) {
      return { remove: this.#active };
    }
    const wanted = this.#wantedActive();
    const remove = this.#surplus(Math.max(0, this.#active.length - wanted)).slice(0, burst);
    if (remove.length > 0) {
      return { remove };
    }
    const ending = waitsForFailed(this.#job) ? this.#pods.filter(isEnding).length : 0;
    const missing = Math.min(burst, wanted - ending - this.#active.length);
    return missing > 0 ? { create: this.#newPods(missing) } : {};
  }

  #wantedActive(): number {
    const { completions, parallelism = 1 } = this.#spec ?? {};
    if (completions === undefined) {
      return this.#succeeded > 0 ? this.#active.length : parallelism;
    }
    return Math.max(0, Math.min(parallelism, completions - this.#succeeded));
  }

  /** Of an Indexed Job those without an index and the doubles go in any case. */
  #surplus(atLeast: number): IPod[] {
    const ordered = inDeletionOrder(this.#active, [], this.#now);
    if (!isIndexed(this.#job)) {
      return ordered.slice(0, atLeast);
    }
    const holders = new Map<number | undefined, IPod>();
    for (const pod of ordered) {
      holders.set(indexOf(this.#job, pod), pod);
    }
    holders.delete(undefined);
    const kept = new Set(holders.values());
    const wrong = ordered.filter((pod) => !kept.has(pod));
    const others = ordered.filter((pod) => kept.has(pod));
    return [...wrong, ...others.slice(0, Math.max(0, atLeast - wrong.length))];
  }

  #newPods(count: number): NewPod[] {
    if (!isIndexed(this.#job)) {
      return this.#mustWait() ? [] : Array.from({ length: count }, () => ({}));
    }
    const pending = this.#pendingIndexes(count);
    if (!hasIndexLimit(this.#job)) {
      return this.#mustWait() ? [] : pending.map((index) => ({ index }));
    }
    const delays = pending.map((index) => indexDelayMs(this.#toReplace.get(index), this.#now));
    const soonest = Math.min(...delays);
    if (soonest > 0) {
      this.#recheckIn(Math.max(shortestDelayMs, soonest));
    }
    return pending
      .filter((_index, position) => delays[position] === 0)
      .map((index) => {
        const replaces = this.#toReplace.get(index);
        return replaces ? { index, replaces } : { index };
      });
  }

  #mustWait(): boolean {
    const wait = remainingDelayMs(this.#backoff, this.#now);
    if (wait > 0) {
      this.#recheckIn(Math.max(shortestDelayMs, wait));
    }
    return wait > 0;
  }

  /** The lowest indexes that have no Pod and need one. */
  #pendingIndexes(count: number): number[] {
    const holding = this.#pods.filter((pod) => isActive(pod) || (waitsForFailed(this.#job) && isEnding(pod)));
    const held = new Set(holding.map((pod) => indexOf(this.#job, pod)));
    const pending: number[] = [];
    for (let index = 0; index < (this.#spec?.completions ?? 0) && pending.length < count; index++) {
      if (!held.has(index) && !this.#succeededIndexes.has(index) && !this.#failedIndexes.has(index)) {
        pending.push(index);
      }
    }
    return pending;
  }
}
