import type { Clock, Timer } from "../../../common/clock.ts";
import type { Disposable } from "../../../common/disposable.ts";
import { type Work, WorkTurns } from "./workTurns.ts";

const firstRetryMs = 5;
const longestRetryMs = 1_000_000;
/** So many keys are worked on at the same time, where a sync is done in parts (the real controllers' workers). */
const workers = 5;
/** A sync with a step that takes longer than this is not done again at once. */
const longStepMs = 10;
/** How many times as long as that step a key rests. */
const restFactor = 4;
/** The longest that a key rests. */
const longestRestMs = 1_000;

/** What is left of a sync: each step is a small part of it, and the event loop may get a turn in between. */
export type SyncSteps = Iterator<unknown, void>;

/** Does the work of one key at once, or returns its steps. */
type Sync = ((key: string) => void) | ((key: string) => SyncSteps);

interface Running {
  readonly key: string;
  readonly steps: SyncSteps;
  longestStepMs: number;
}

/**
 * Runs a sync for each key that was added: never two at a time for one key, once for many additions, again with
 * growing delay after an error (client-go's rate-limited workqueue). A key whose sync has a long step, as it has to look
 * at thousands of Pods, rests in proportion before it is synced again: what happens meanwhile becomes one sync.
 */
export class KeyedQueue implements Disposable, Work {
  readonly #sync: Sync;
  readonly #clock: Clock;
  readonly #turns: WorkTurns;
  /** Added, and not yet part of a turn. */
  readonly #due = new Set<string>();
  /** Part of the turn that runs. */
  readonly #ready = new Set<string>();
  readonly #running = new Map<string, Running>();
  readonly #failures = new Map<string, number>();
  readonly #restingUntil = new Map<string, number>();
  readonly #later = new Map<string, { readonly at: number; readonly timer: Timer }>();
  #isDisposed = false;

  /** `sync` does the work of one key, at once or in the steps that it returns; what it throws is retried. */
  constructor(clock: Clock, sync: Sync) {
    this.#clock = clock;
    this.#turns = WorkTurns.of(clock);
    this.#sync = sync;
  }

  /** Syncs the key in a later turn. */
  add(key: string): void {
    const restMs = (this.#restingUntil.get(key) ?? 0) - this.#clock.now();
    if (restMs > 0) {
      this.addAfter(key, restMs);
      return;
    }
    this.#restingUntil.delete(key);
    if (this.#isDisposed) {
      return;
    }
    this.#due.add(key);
    this.#turns.add(this);
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

  /** Syncs the key after `delayMs` and not before, whatever else asks for it meanwhile. */
  addNotBefore(key: string, delayMs: number): void {
    this.#rest(key, delayMs);
    this.#due.delete(key);
    this.#ready.delete(key);
    this.add(key);
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#turns.remove(this);
    for (const { timer } of this.#later.values()) {
      timer.cancel();
    }
    this.#due.clear();
    this.#ready.clear();
    this.#running.clear();
    this.#later.clear();
  }

  beginTurn(): void {
    for (const key of this.#due) {
      // a key that is being synced is synced again when that is done
      if (!this.#running.has(key)) {
        this.#ready.add(key);
        this.#due.delete(key);
      }
    }
  }

  step(): boolean {
    const running = this.#next();
    if (running) {
      this.#advance(running);
    }
    return this.#ready.size > 0 || this.#running.size > 0;
  }

  /** The next key that is due while a worker is free, else who has waited longest for its next step. */
  #next(): Running | undefined {
    const [key] = this.#ready;
    if (key !== undefined && this.#running.size < workers) {
      this.#ready.delete(key);
      const begun = { key, steps: stepsOf(this.#sync, key), longestStepMs: 0 };
      this.#running.set(key, begun);
      return begun;
    }
    const [running] = this.#running.values();
    return running;
  }

  #advance(running: Running): void {
    const { key, steps } = running;
    const startedAt = this.#clock.now();
    // to the end of the line; gone from it when it is done
    this.#running.delete(key);
    try {
      const isDone = steps.next().done === true;
      running.longestStepMs = Math.max(running.longestStepMs, this.#clock.now() - startedAt);
      if (!isDone) {
        if (!this.#isDisposed) {
          this.#running.set(key, running);
        }
        return;
      }
      this.#failures.delete(key);
    } catch {
      const failures = (this.#failures.get(key) ?? 0) + 1;
      this.#failures.set(key, failures);
      this.addAfter(key, Math.min(longestRetryMs, firstRetryMs * 2 ** (failures - 1)));
    }
    this.#ended(running);
  }

  #rest(key: string, forMs: number): void {
    const until = this.#clock.now() + forMs;
    this.#restingUntil.set(key, Math.max(until, this.#restingUntil.get(key) ?? 0));
  }

  #ended({ key, longestStepMs }: Running): void {
    if (longestStepMs > longStepMs) {
      this.#rest(key, Math.min(longestStepMs * restFactor, longestRestMs));
    }
    // it was added while it ran
    if (this.#due.delete(key)) {
      this.add(key);
    }
  }
}

/** A sync that is done at once is one step. */
function* stepsOf(sync: Sync, key: string): Generator<unknown, void> {
  const steps = sync(key);
  if (steps) {
    for (let next = steps.next(); !next.done; next = steps.next()) {
      yield;
    }
  }
}
