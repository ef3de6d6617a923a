import type { IJob } from "kubernetes-models/batch/v1/Job";
import type { IPod } from "kubernetes-models/v1/Pod";
import { isFailed, isSucceeded, isTerminating } from "../kit/podConditions.ts";
import { timeText } from "../kit/times.ts";
import type { Condition } from "./types.ts";

/** Plain questions about a Job and its Pods (job_controller.go). */

/** Keeps a Pod until it is counted. */
export const trackingFinalizer = "batch.kubernetes.io/job-tracking";

const indexAnnotation = "batch.kubernetes.io/job-completion-index";

export function isTracked(pod: IPod): boolean {
  return pod.metadata?.finalizers?.includes(trackingFinalizer) ?? false;
}

export function isIndexed({ spec }: IJob): boolean {
  return spec?.completionMode === "Indexed";
}

export function isSuspended({ spec }: IJob): boolean {
  return spec?.suspend === true;
}

export function hasIndexLimit({ spec }: IJob): boolean {
  return spec?.completionMode === "Indexed" && spec.backoffLimitPerIndex !== undefined;
}

/** A Pod is replaced only when it has failed, not as soon as it is ending. */
export function waitsForFailed({ spec }: IJob): boolean {
  return spec?.podReplacementPolicy === "Failed" || spec?.podFailurePolicy !== undefined;
}

/** The index that an Indexed Job gave to a Pod; undefined where there is none, or none below its completions. */
export function indexOf(job: IJob, pod: IPod): number | undefined {
  const text = pod.metadata?.annotations?.[indexAnnotation] ?? "";
  const index = /^[0-9]+$/.test(text) ? Number(text) : undefined;
  return index !== undefined && index < (job.spec?.completions ?? 0) ? index : undefined;
}

/** It has failed, or counts as failed because it is going. */
export function hasFailed(job: IJob, pod: IPod): boolean {
  return isFailed(pod) || (!waitsForFailed(job) && isTerminating(pod) && !isSucceeded(pod));
}

/** It is being deleted and has not ended yet. */
export function isEnding(pod: IPod): boolean {
  return isTerminating(pod) && !isFailed(pod) && !isSucceeded(pod);
}

export function findCondition(job: IJob, type: string): Condition | undefined {
  return job.status?.conditions?.find((each) => each.type === type && each.status === "True");
}

/** Complete or Failed: nothing more is done for it. */
export function isFinished(job: IJob): boolean {
  return finishedCondition(job) !== undefined;
}

export function finishedCondition(job: IJob): Condition | undefined {
  return findCondition(job, "Complete") ?? findCondition(job, "Failed");
}

export function newCondition(
  type: string,
  status: "True" | "False",
  reason: string,
  message: string,
  now: number,
): Condition {
  const time = timeText(now);
  return { type, status, lastProbeTime: time, lastTransitionTime: time, reason, message };
}

/** When a Pod ended: its containers, else its readiness, else its deletion tell. */
export function endedAt(pod: IPod): number {
  const ends = (pod.status?.containerStatuses ?? []).map(({ state }) => state?.terminated?.finishedAt);
  if (ends.length > 0 && ends.every((end) => end !== undefined)) {
    return Math.max(...ends.map((end) => Date.parse(String(end))));
  }
  const unready = pod.status?.conditions?.find(({ type, status }) => type === "Ready" && status === "False");
  if (unready?.lastTransitionTime) {
    return Date.parse(unready.lastTransitionTime);
  }
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, creationTimestamp } = pod.metadata ?? {};
  return deletionTimestamp
    ? Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000
    : Date.parse(creationTimestamp ?? timeText(0));
}
