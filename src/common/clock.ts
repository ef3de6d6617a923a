/** A timer that was set; `cancel` is idempotent. */
export interface Timer {
  cancel(): void;
}

/**
 * The only source of time below the editor. Controllers, probes, back-off and journals take one,
 * so that a forecast can let hours pass in milliseconds and a test can hold time still.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Calls `callback` once, `delayMs` milliseconds from now (0: in a later turn, never inside this call). */
  after(delayMs: number, callback: () => void): Timer;
}

/** The longest that setTimeout can wait (about 25 days); for anything longer it would not wait at all. */
const longestWaitMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, callback) {
    let handle: ReturnType<typeof setTimeout>;
    const wait = (restMs: number) => {
      const isLast = !(restMs > longestWaitMs);
      handle = setTimeout(
        isLast ? callback : () => wait(restMs - longestWaitMs),
        Math.min(restMs, longestWaitMs),
      );
    };
    wait(delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
};

/** Resolves after `delayMs` on `clock`; rejects with the signal's reason as soon as it is aborted. */
export function delay(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = () => {
      timer.cancel();
      reject(signal?.reason);
    };
    const timer = clock.after(delayMs, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
