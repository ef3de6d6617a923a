import type { Clock, Timer } from "../common/clock.ts";
import type { Disposable } from "../common/disposable.ts";
import type { IdentityGuard } from "./identityGuard.ts";
import type { SharedWatchHub } from "./watchHub.ts";

/** A connection that says nothing for so long is asked whether it is still there: a frozen server closes nothing. */
const silenceMs = 15_000;

/**
 * Keeps the health true while nobody asks anything: one small watch tells at once when the server goes away or
 * comes back, and a long silence is broken by one question.
 */
export class HealthWatch implements Disposable {
  readonly #observation: Disposable;
  readonly #guard: IdentityGuard;
  readonly #clock: Clock;
  #timer: Timer;

  constructor(hub: SharedWatchHub, guard: IdentityGuard, clock: Clock) {
    this.#guard = guard;
    this.#clock = clock;
    this.#observation = hub.observe({ apiVersion: "v1", plural: "namespaces" }, { changed: () => undefined });
    this.#timer = this.#clock.after(silenceMs, () => this.#ask());
  }

  dispose(): void {
    this.#observation.dispose();
    this.#timer.cancel();
  }

  #ask(): void {
    const again = () => {
      if (this.#guard.health.state !== "closed") {
        this.#timer = this.#clock.after(silenceMs, () => this.#ask());
      }
    };
    this.#guard.confirm().then(again, again);
  }
}
