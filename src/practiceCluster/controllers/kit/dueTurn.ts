import type { Clock } from "../../../common/clock.ts";
import { type Work, WorkTurns } from "./workTurns.ts";

/** One thing that is done in a later turn, once for many times that it was asked for. */
export class DueTurn implements Work {
  readonly #turns: WorkTurns;
  readonly #act: () => void;
  #isDue = false;

  constructor(clock: Clock, act: () => void) {
    this.#turns = WorkTurns.of(clock);
    this.#act = act;
  }

  /** It is done in a later turn. */
  ask(): void {
    if (!this.#isDue) {
      this.#isDue = true;
      this.#turns.add(this);
    }
  }

  /** It is not done, unless it is asked for again. */
  cancel(): void {
    this.#isDue = false;
    this.#turns.remove(this);
  }

  beginTurn(): void {
    // what is due is due in this turn
  }

  step(): boolean {
    if (this.#isDue) {
      this.#isDue = false;
      this.#act();
    }
    return false;
  }
}
