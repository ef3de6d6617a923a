import type { IJob } from "kubernetes-models/batch/v1/Job";
import type { IPod } from "kubernetes-models/v1/Pod";
import { isActive, isReady, isSucceeded } from "../kit/podConditions.ts";
import { timeText } from "../kit/times.ts";
import { indexesText, parseIndexes } from "./indexes.ts";
import { failsItsIndex } from "./indexFailures.ts";
import { isCounted } from "./policies.ts";
import {
  hasFailed,
  hasIndexLimit,
  indexOf,
  isEnding,
  isIndexed,
  isSuspended,
  isTracked,
  newCondition,
} from "./predicates.ts";
import type { Condition, JobPlan, JobStatus, ObservedJob, Performed } from "./types.ts";

/** What a sync writes: Pods are noted first, then let go, and only then counted. */
export interface Account {
  /** With the Pods noted that are let go next. */
  readonly noted: JobStatus;
  /** Pods whose end is in the status now. */
  readonly release: readonly IPod[];
  /** With those counted that were let go; by UID. */
  readonly counted: (stillTracked: ReadonlySet<string>) => JobStatus;
  /** Complete or Failed, when `counted` has it. */
  readonly verdict: Condition | undefined;
  /** Whether the Job was suspended or resumed with this sync. */
  readonly suspension: "Suspended" | "Resumed" | undefined;
}

/**
 * The status of a Job after its Pods were made and deleted (trackJobStatusAndRemoveFinalizers): a Pod is noted by its
 * UID, loses its finalizer, and is counted then, so that none is ever counted twice or never.
 */
export function account(observed: ObservedJob, plan: JobPlan, performed: Performed): Account {
  const { job, pods, now } = observed;
  const deleted = new Set(performed.deleted);
  const active = pods.filter((pod) => isActive(pod) && !deleted.has(pod));
  const activeCount = active.length + performed.created;
  const isStopped = plan.stop.every((pod) => deleted.has(pod));
  const verdict = plan.verdict
    ? isStopped
      ? plan.verdict
      : undefined
    : success(job, plan, activeCount, now);
  const release = pods.filter(
    (pod) =>
      isTracked(pod) &&
      !plan.remove.includes(pod) &&
      (job.metadata?.deletionTimestamp !== undefined ||
        verdict !== undefined ||
        isSucceeded(pod) ||
        (hasFailed(job, pod) && !plan.kept.has(pod))),
  );
  const tracked = new Set(pods.filter(isTracked).map(uidOf));
  const terminating = pods.filter(isEnding).length + deleted.size;
  const suspension = verdict ? undefined : suspensionOf(job);
  const base: JobStatus = {
    ...countReleased(job.status ?? {}, tracked),
    active: activeCount,
    ready: active.filter(isReady).length,
    terminating,
  };
  const noted = noteReleased(
    job,
    base,
    release,
    verdict !== undefined && verdict.type !== "SuccessCriteriaMet",
  );
  const indexed = isIndexed(job) ? { ...noted, ...indexFields(job, pods, release) } : noted;
  const timed = withStart(indexed, plan, suspension, now);
  const conditions = conditionsWith(job, verdict, suspension, now);
  const withConditions = { ...timed, ...(conditions.length > 0 ? { conditions } : {}) };
  return {
    noted: withoutZeros(withConditions),
    release,
    suspension,
    verdict,
    counted: (stillTracked) =>
      withoutZeros(finish(countReleased(withConditions, stillTracked), verdict, now)),
  };
}

function uidOf(pod: IPod): string {
  return pod.metadata?.uid ?? "";
}

/** Enough Pods have succeeded and none is left. */
function success(job: IJob, plan: JobPlan, active: number, now: number): Condition | undefined {
  const completions = job.spec?.completions;
  const isEnough = completions === undefined ? plan.succeeded > 0 : plan.succeeded >= completions;
  return isEnough && active === 0
    ? newCondition(
        "SuccessCriteriaMet",
        "True",
        "CompletionsReached",
        "Reached expected number of succeeded pods",
        now,
      )
    : undefined;
}

/** Pods that were noted and have lost their finalizer go into the counts. */
function countReleased(status: JobStatus, tracked: ReadonlySet<string>): JobStatus {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  const leftSucceeded = succeeded.filter((uid) => tracked.has(uid));
  const leftFailed = failed.filter((uid) => tracked.has(uid));
  return {
    ...status,
    succeeded: (status.succeeded ?? 0) + succeeded.length - leftSucceeded.length,
    failed: (status.failed ?? 0) + failed.length - leftFailed.length,
    uncountedTerminatedPods: {
      ...(leftSucceeded.length > 0 ? { succeeded: leftSucceeded } : {}),
      ...(leftFailed.length > 0 ? { failed: leftFailed } : {}),
    },
  };
}

/** An Indexed Job tells its successes by their indexes, so that only others need noting. */
function noteReleased(job: IJob, status: JobStatus, release: readonly IPod[], countsAll: boolean): JobStatus {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  const ends = release.filter((pod) => !isIndexed(job) || indexOf(job, pod) !== undefined);
  const isNew = (pod: IPod) => !succeeded.includes(uidOf(pod)) && !failed.includes(uidOf(pod));
  const newSucceeded = isIndexed(job) ? [] : ends.filter((pod) => isSucceeded(pod) && isNew(pod));
  const newFailed = ends.filter(
    (pod) => !isSucceeded(pod) && (hasFailed(job, pod) || countsAll) && isNew(pod) && isCounted(job, pod),
  );
  const allSucceeded = [...succeeded, ...newSucceeded.map(uidOf)];
  const allFailed = [...failed, ...newFailed.map(uidOf)];
  return {
    ...status,
    uncountedTerminatedPods: {
      ...(allSucceeded.length > 0 ? { succeeded: allSucceeded } : {}),
      ...(allFailed.length > 0 ? { failed: allFailed } : {}),
    },
  };
}

function indexFields(job: IJob, pods: readonly IPod[], release: readonly IPod[]): Partial<JobStatus> {
  const completions = job.spec?.completions ?? 0;
  const completed = parseIndexes(job.status?.completedIndexes, completions);
  for (const pod of release.filter(isSucceeded)) {
    const index = indexOf(job, pod);
    if (index !== undefined) {
      completed.add(index);
    }
  }
  const fields = { succeeded: completed.size, completedIndexes: indexesText(completed) };
  return hasIndexLimit(job) ? { ...fields, failedIndexes: failedIndexesOf(job, pods) } : fields;
}

function failedIndexesOf(job: IJob, pods: readonly IPod[]): string {
  const failed = parseIndexes(job.status?.failedIndexes, job.spec?.completions ?? 0);
  for (const pod of pods.filter((each) => isTracked(each) && failsItsIndex(job, each))) {
    const index = indexOf(job, pod);
    if (index !== undefined) {
      failed.add(index);
    }
  }
  return indexesText(failed);
}

function suspensionOf(job: IJob): Account["suspension"] {
  if (job.metadata?.deletionTimestamp) {
    return undefined;
  }
  const known = job.status?.conditions?.find(({ type }) => type === "Suspended");
  if (isSuspended(job)) {
    return known?.status === "True" ? undefined : "Suspended";
  }
  return known?.status === "True" ? "Resumed" : undefined;
}

/** The time of a Job runs from its start, and anew from each time that it is resumed. */
function withStart(
  status: JobStatus,
  plan: JobPlan,
  suspension: Account["suspension"],
  now: number,
): JobStatus {
  const { startTime: _before, ...rest } = status;
  const startTime = suspension === "Resumed" ? timeText(now) : plan.startTime;
  return suspension === "Suspended" || startTime === undefined ? rest : { ...rest, startTime };
}

function conditionsWith(
  job: IJob,
  verdict: Condition | undefined,
  suspension: Account["suspension"],
  now: number,
): Condition[] {
  const before = job.status?.conditions ?? [];
  if (verdict) {
    return before.some(({ type }) => type === verdict.type) ? [...before] : [...before, verdict];
  }
  if (suspension === undefined) {
    return [...before];
  }
  const status = suspension === "Suspended" ? "True" : "False";
  const condition = newCondition(
    "Suspended",
    status,
    `Job${suspension}`,
    `Job ${suspension.toLowerCase()}`,
    now,
  );
  return before.some(({ type }) => type === "Suspended")
    ? before.map((each) => (each.type === "Suspended" ? condition : each))
    : [...before, condition];
}

/** A Job has ended when all its Pods are counted and none is ending any more. */
function finish(status: JobStatus, verdict: Condition | undefined, now: number): JobStatus {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  if (!verdict || succeeded.length + failed.length > 0 || (status.terminating ?? 0) > 0) {
    return status;
  }
  const { reason = "", message = "" } = verdict;
  const isSuccess = verdict.type === "SuccessCriteriaMet";
  const condition = newCondition(isSuccess ? "Complete" : "Failed", "True", reason, message, now);
  return {
    ...status,
    conditions: [...(status.conditions ?? []), condition],
    ...(isSuccess ? { completionTime: timeText(now) } : {}),
  };
}

function withoutZeros({ active, succeeded, failed, completedIndexes, ...rest }: JobStatus): JobStatus {
  return {
    ...rest,
    ...(active ? { active } : {}),
    ...(succeeded ? { succeeded } : {}),
    ...(failed ? { failed } : {}),
    ...(completedIndexes ? { completedIndexes } : {}),
  };
}
