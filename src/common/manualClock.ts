import type { Clock, Timer } from "./clock.ts";

interface Entry {
  readonly at: number;
  readonly sequence: number;
  readonly callback: () => void;
}

/**
 * A clock that moves only when told to: for tests and for forecasts. Timers run in order of their
 * time, and those of one time in the order in which they were set.
 */
export class ManualClock implements Clock {
  #now: number;
  #sequence = 0;
  readonly #entries = new Set<Entry>();

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  after(delayMs: number, callback: () => void): Timer {
    const entry: Entry = { at: this.#now + Math.max(0, delayMs), sequence: this.#sequence++, callback };
    this.#entries.add(entry);
    return { cancel: () => this.#entries.delete(entry) };
  }

  /** The time of the next timer, or undefined when nothing waits. */
  nextAt(): number | undefined {
    return this.#next()?.at;
  }

  /** Moves time forward by `durationMs`, running each timer at its own time; other turns run between timers. */
  async advance(durationMs: number): Promise<void> {
    const end = this.#now + durationMs;
    await settleTurns();
    for (let next = this.#next(); next && next.at <= end; next = this.#next()) {
      this.#entries.delete(next);
      this.#now = next.at;
      next.callback();
      await settleTurns();
    }
    this.#now = end;
  }

  #next(): Entry | undefined {
    let first: Entry | undefined;
    for (const entry of this.#entries) {
      if (!first || entry.at < first.at || (entry.at === first.at && entry.sequence < first.sequence)) {
        first = entry;
      }
    }
    return first;
  }
}

/** Lets promise callbacks and immediates that are due run before time moves on. */
function settleTurns(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}
