import { Killed } from "../../kit/input.ts";

const longestTurnMs = 4;
const stepsBetweenLooks = 16;

/** Lets others have their turn: a script that only computes must not stop the practice cluster. */
export class Turns {
  readonly #killed: AbortSignal;
  #steps = 0;
  #since = performance.now();

  constructor(killed: AbortSignal) {
    this.#killed = killed;
  }

  /** Called at every step of a script. Throws Killed. */
  async take(): Promise<void> {
    this.#steps++;
    if (this.#steps % stepsBetweenLooks === 0 && performance.now() - this.#since > longestTurnMs) {
      await new Promise((resolve) => setImmediate(resolve));
      this.#since = performance.now();
    }
    if (this.#killed.aborted) {
      throw new Killed("killed");
    }
  }
}
