const firstWaitMs = 10_000;
const longestWaitMs = 300_000;

/**
 * How long a container that ended waits before it is started again: not at all the first time, then 10 s, 20 s … 5 min.
 * A container that ran for 10 minutes begins anew (client-go util/flowcontrol, Backoff, with the kubelet's numbers).
 */
export class RestartBackOff {
  #entry: { readonly waitMs: number; readonly restartedAt: number } | undefined;

  /** Milliseconds to wait from `endedAt` on; 0: the container is started at once. */
  waitAfter(endedAt: number): number {
    return this.#isForgotten(endedAt) ? 0 : (this.#entry?.waitMs ?? 0);
  }

  /** The container that ended at `endedAt` is started again now. */
  restarted(endedAt: number, now: number): void {
    const last = this.#entry;
    const waitMs =
      !last || this.#isForgotten(endedAt) ? firstWaitMs : Math.min(longestWaitMs, last.waitMs * 2);
    this.#entry = { waitMs, restartedAt: now };
  }

  #isForgotten(endedAt: number): boolean {
    return !this.#entry || endedAt - this.#entry.restartedAt > 2 * longestWaitMs;
  }
}

/** A duration as Go prints it: "10s", "1m20s", "5m0s". */
export function durationText(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
