const firstDelayMs = 1_000;
const longestDelayMs = 15 * 60_000;

/** Delays the replacement of Pods that fail again and again, so that nobody fights with a node that refuses them. */
export class FailureBackoff {
  readonly #delays = new Map<string, { readonly delayMs: number; readonly since: number }>();

  /** Milliseconds until a failure may be answered again. */
  remainingMs(key: string, now: number): number {
    const known = this.#delays.get(key);
    return known ? Math.max(0, known.since + known.delayMs - now) : 0;
  }

  /** Doubles the delay; after twice the longest delay without a failure it begins anew. */
  note(key: string, now: number): void {
    const known = this.#delays.get(key);
    const isRecent = known !== undefined && now - known.since <= 2 * longestDelayMs;
    const delayMs = isRecent ? Math.min(longestDelayMs, known.delayMs * 2) : firstDelayMs;
    this.#delays.set(key, { delayMs, since: now });
  }
}
