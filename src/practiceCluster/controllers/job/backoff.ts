import type { IPod } from "kubernetes-models/v1/Pod";
import { endedAt } from "./predicates.ts";
import type { Backoff } from "./types.ts";

/** The delay before a Pod takes the place of one that failed (backoff_utils.go). */

const firstDelayMs = 10_000;
const longestDelayMs = 600_000;

/** What is to be remembered of failures, after Pods that ended newly. A success begins the count anew. */
export function nextBackoff(
  before: Backoff | undefined,
  succeeded: readonly IPod[],
  failed: readonly IPod[],
): Backoff | undefined {
  const failures = failed.map(endedAt);
  if (succeeded.length === 0) {
    return failures.length === 0
      ? before
      : { failures: (before?.failures ?? 0) + failures.length, lastFailureAt: Math.max(...failures) };
  }
  const lastSuccess = Math.max(...succeeded.map(endedAt));
  const since = failures.filter((time) => time > lastSuccess);
  return since.length === 0 ? undefined : { failures: since.length, lastFailureAt: Math.max(...since) };
}

/** Milliseconds until the next Pod may be made. */
export function remainingDelayMs(backoff: Backoff | undefined, now: number): number {
  if (!backoff || backoff.failures === 0) {
    return 0;
  }
  const delay = Math.min(longestDelayMs, firstDelayMs * 2 ** (backoff.failures - 1));
  return Math.max(0, backoff.lastFailureAt + delay - now);
}
