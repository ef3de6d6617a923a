import type { Clock, Timer } from "../../../common/clock.ts";

/** The longest that all queues of a cluster together work before the event loop gets its turn. */
const turnMs = 10;

/** Work that is done in small parts. */
export interface Work {
  /** A turn begins: what is due by now may be done in it; what is added from now on waits for the next. */
  beginTurn(): void;
  /** Does one small part; returns false when nothing is left for this turn. */
  step(): boolean;
}

/**
 * Shares turns of the event loop among the queues of one cluster: a turn ends after a few milliseconds, so that
 * requests are answered however much there is to do, and who was interrupted stands behind the others in the next.
 */
export class WorkTurns {
  static readonly #known = new WeakMap<Clock, WorkTurns>();
  readonly #clock: Clock;
  #due = new Set<Work>();
  #timer: Timer | undefined;

  private constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The turns of everything that lives by that clock. */
  static of(clock: Clock): WorkTurns {
    const turns = WorkTurns.#known.get(clock) ?? new WorkTurns(clock);
    WorkTurns.#known.set(clock, turns);
    return turns;
  }

  /** The work gets its part of a later turn. */
  add(work: Work): void {
    this.#due.add(work);
    this.#timer ??= this.#clock.after(0, () => this.#run());
  }

  /** The work gets no more turns. */
  remove(work: Work): void {
    this.#due.delete(work);
    if (this.#due.size === 0) {
      this.#timer?.cancel();
      this.#timer = undefined;
    }
  }

  #run(): void {
    this.#timer = undefined;
    const line = [...this.#due];
    this.#due = new Set();
    for (const work of line) {
      work.beginTurn();
    }
    try {
      this.#workFor(turnMs, line);
    } finally {
      // who is still in the line stands before those that were added meanwhile
      const added = [...this.#due];
      this.#due = new Set();
      for (const work of [...line, ...added]) {
        this.add(work);
      }
    }
  }

  /** Leaves in the line what is not done yet: first who got nothing of the turn, last who was interrupted. */
  #workFor(ms: number, line: Work[]): void {
    const endAt = this.#clock.now() + ms;
    for (let work = line.shift(); work; work = line.shift()) {
      let hasMore = work.step();
      while (hasMore && this.#clock.now() < endAt) {
        hasMore = work.step();
      }
      if (hasMore) {
        line.push(work);
      }
      if (this.#clock.now() >= endAt) {
        return;
      }
    }
  }
}
