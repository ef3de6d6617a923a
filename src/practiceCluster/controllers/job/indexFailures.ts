import type { IJob } from "kubernetes-models/batch/v1/Job";
import type { IPod } from "kubernetes-models/v1/Pod";
import { remainingDelayMs } from "./backoff.ts";
import { isCounted, matchFailure } from "./policies.ts";
import { endedAt, hasFailed, indexOf, isTracked } from "./predicates.ts";

/** Failures that are counted for each index on its own, in annotations of the index's Pods. */

const countAnnotation = "batch.kubernetes.io/job-index-failure-count";
const ignoredAnnotation = "batch.kubernetes.io/job-index-ignored-failure-count";

function numberIn(pod: IPod | undefined, annotation: string): number {
  const text = pod?.metadata?.annotations?.[annotation] ?? "0";
  return /^[0-9]+$/.test(text) ? Number(text) : 0;
}

/** The annotations of a Pod that takes an index over from a failed one. */
export function failureAnnotations(job: IJob, replaced: IPod | undefined): Record<string, string> {
  const isFailure = replaced !== undefined && isCounted(job, replaced);
  const isIgnored = replaced !== undefined && !isFailure;
  const counted = numberIn(replaced, countAnnotation) + Number(isFailure);
  const ignored = numberIn(replaced, ignoredAnnotation) + Number(isIgnored);
  return {
    [countAnnotation]: String(counted),
    ...(ignored > 0 ? { [ignoredAnnotation]: String(ignored) } : {}),
  };
}

/** Whether with this Pod its whole index has failed. */
export function failsItsIndex(job: IJob, pod: IPod): boolean {
  if (!hasFailed(job, pod)) {
    return false;
  }
  const { action } = matchFailure(job, pod);
  const isOver = numberIn(pod, countAnnotation) >= (job.spec?.backoffLimitPerIndex ?? 0);
  return action === "FailIndex" || (action !== "Ignore" && isOver);
}

/** The last failed Pod of each index that nobody has taken over: it is kept because it carries the count. */
export function failedPodsToReplace(
  job: IJob,
  pods: readonly IPod[],
  isTakenCareOf: (index: number) => boolean,
): Map<number, IPod> {
  const last = new Map<number, IPod>();
  for (const pod of pods.filter((each) => isTracked(each) && hasFailed(job, each))) {
    const index = indexOf(job, pod);
    const known = index === undefined ? undefined : last.get(index);
    const isLater = !known || (failuresOf(known) <= failuresOf(pod) && endedAt(pod) >= endedAt(known));
    if (index !== undefined && !isTakenCareOf(index) && isLater) {
      last.set(index, pod);
    }
  }
  return last;
}

/** Milliseconds until an index may get another Pod. */
export function indexDelayMs(failed: IPod | undefined, now: number): number {
  return failed
    ? remainingDelayMs({ failures: failuresOf(failed) + 1, lastFailureAt: endedAt(failed) }, now)
    : 0;
}

function failuresOf(pod: IPod): number {
  return numberIn(pod, countAnnotation) + numberIn(pod, ignoredAnnotation);
}
