import type { Clock, Timer } from "../../common/clock.ts";
import type { Disposable } from "../../common/disposable.ts";

/**
 * Calls `onIdle` once when no client has been connected for so long: a cluster that was left running in the background
 * ends by itself. A window of the editor holds a connection open, so an open lesson keeps it running.
 */
export class IdleExit implements Disposable {
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #onIdle: () => void;
  #connections = 0;
  #timer: Timer | undefined;

  constructor(limitMs: number, clock: Clock, onIdle: () => void) {
    this.#limitMs = limitMs;
    this.#clock = clock;
    this.#onIdle = onIdle;
    this.#wait();
  }

  connected(): void {
    this.#connections += 1;
    this.#timer?.cancel();
  }

  disconnected(): void {
    this.#connections -= 1;
    if (this.#connections === 0) {
      this.#wait();
    }
  }

  dispose(): void {
    this.#timer?.cancel();
  }

  #wait(): void {
    this.#timer = this.#clock.after(this.#limitMs, this.#onIdle);
  }
}
