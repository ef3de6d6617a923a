import type { Clock, Timer } from "../../../common/clock.ts";
import type { Disposable } from "../../../common/disposable.ts";

const firstRetryMs = 5;
const longestRetryMs = 1_000_000;

/**
 * Runs a sync for each key that was added: never two at a time for one key, once for many additions, again with
 * growing delay after an error (client-go's rate-limited workqueue).
 */
export class KeyedQueue implements Disposable {
  readonly #sync: (key: string) => void;
  readonly #clock: Clock;
  readonly #due = new Set<string>();
  readonly #failures = new Map<string, number>();
  readonly #later = new Map<string, { readonly at: number; readonly timer: Timer }>();
  #run: Timer | undefined;
  #isDisposed = false;

  /** `sync` does the work of one key; what it throws is retried. */
  constructor(clock: Clock, sync: (key: string) => void) {
    this.#clock = clock;
    this.#sync = sync;
  }

  /** Syncs the key in a later turn. */
  add(key: string): void {
    if (this.#isDisposed) {
      return;
    }
    this.#due.add(key);
    this.#run ??= this.#clock.after(0, () => this.#runDue());
  }

  /** Syncs the key after `delayMs`, or sooner when an earlier time was asked for. */
  addAfter(key: string, delayMs: number): void {
    if (delayMs <= 0) {
      this.add(key);
      return;
    }
    const at = this.#clock.now() + delayMs;
    const known = this.#later.get(key);
    if (this.#isDisposed || (known && known.at <= at)) {
      return;
    }
    known?.timer.cancel();
    const timer = this.#clock.after(delayMs, () => {
      this.#later.delete(key);
      this.add(key);
    });
    this.#later.set(key, { at, timer });
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#run?.cancel();
    for (const { timer } of this.#later.values()) {
      timer.cancel();
    }
    this.#due.clear();
    this.#later.clear();
  }

  #runDue(): void {
    this.#run = undefined;
    const keys = [...this.#due];
    this.#due.clear();
    for (const key of keys) {
      this.#syncOne(key);
    }
  }

  #syncOne(key: string): void {
    try {
      this.#sync(key);
      this.#failures.delete(key);
    } catch {
      const failures = (this.#failures.get(key) ?? 0) + 1;
      this.#failures.set(key, failures);
      this.addAfter(key, Math.min(longestRetryMs, firstRetryMs * 2 ** (failures - 1)));
    }
  }
}
