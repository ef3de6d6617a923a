import type { IPod } from "kubernetes-models/v1/Pod";

/** The Pod object exists (a replica that is still to be made has no phase). */
export function isCreated(pod: IPod): boolean {
  return (pod.status?.phase ?? "") !== "";
}

export function isPending(pod: IPod): boolean {
  return pod.status?.phase === "Pending";
}

export function isFailed(pod: IPod): boolean {
  return pod.status?.phase === "Failed";
}

export function isSucceeded(pod: IPod): boolean {
  return pod.status?.phase === "Succeeded";
}

export function isTerminating(pod: IPod): boolean {
  return pod.metadata?.deletionTimestamp !== undefined;
}

/** Its condition Ready is True. */
export function isReady(pod: IPod): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
}

export function isRunningAndReady(pod: IPod): boolean {
  return pod.status?.phase === "Running" && isReady(pod);
}

/** Milliseconds until a Ready Pod counts as available; 0 when it does; undefined when it is not Ready. */
export function availableInMs(pod: IPod, minReadySeconds: number, now: number): number | undefined {
  if (!isReady(pod)) {
    return undefined;
  }
  if (minReadySeconds === 0) {
    return 0;
  }
  const since = pod.status?.conditions?.find(({ type }) => type === "Ready")?.lastTransitionTime;
  return since ? Math.max(0, Date.parse(String(since)) + minReadySeconds * 1000 - now) : undefined;
}

export function isRunningAndAvailable(pod: IPod, minReadySeconds: number, now: number): boolean {
  return pod.status?.phase === "Running" && availableInMs(pod, minReadySeconds, now) === 0;
}

/** It counts towards what its workload wants: not ended, not ending. */
export function isActive(pod: IPod): boolean {
  return !isSucceeded(pod) && !isFailed(pod) && !isTerminating(pod);
}

/** Ready for at least minReadySeconds. */
export function isAvailable(pod: IPod, minReadySeconds: number, now: number): boolean {
  return availableInMs(pod, minReadySeconds, now) === 0;
}

/** The soonest moment, in milliseconds from now, at which a Ready Pod becomes available; undefined: none will. */
export function nextAvailabilityInMs(
  pods: readonly IPod[],
  minReadySeconds: number,
  now: number,
): number | undefined {
  const waits = pods.map((pod) => availableInMs(pod, minReadySeconds, now) ?? 0).filter((wait) => wait > 0);
  return waits.length > 0 ? Math.min(...waits) : undefined;
}
