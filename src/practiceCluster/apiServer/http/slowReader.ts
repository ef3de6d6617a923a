import type { ServerResponse } from "node:http";
import type { Clock, Timer } from "../../../common/clock.ts";

/** A client that takes nothing of what waits for it for so long is left: one that was suspended lists and watches again. */
const patienceMs = 10_000;
/** What may wait for one client that takes something now and then. */
const mostWaiting = 64 * 1024 * 1024;

/**
 * Writes to a client that may read slowly or not at all: what it has not taken waits in memory, but not without end. A
 * client that is left finds its connection or stream cut off, as by the real server's watch cache.
 */
export class SlowReader {
  readonly #response: ServerResponse;
  readonly #clock: Clock;
  #written = 0;
  #takenBefore = 0;
  #timer: Timer | undefined;
  #isGone = false;

  constructor(response: ServerResponse, clock: Clock) {
    this.#response = response;
    this.#clock = clock;
    response.on("close", () => {
      this.#isGone = true;
      this.#timer?.cancel();
    });
  }

  write(text: string): void {
    if (this.#isGone) {
      return;
    }
    this.#written += Buffer.byteLength(text);
    const isTaken = this.#response.write(text);
    if (this.#response.writableLength > mostWaiting) {
      this.#response.destroy();
    } else if (!isTaken && this.#timer === undefined) {
      this.#takenBefore = this.#taken();
      this.#lookLater();
    }
  }

  #lookLater(): void {
    this.#timer = this.#clock.after(patienceMs, () => {
      this.#timer = undefined;
      const taken = this.#taken();
      if (this.#response.writableLength > 0 && taken === this.#takenBefore) {
        this.#response.destroy();
      } else if (this.#response.writableLength > 0) {
        this.#takenBefore = taken;
        this.#lookLater();
      }
    });
  }

  #taken(): number {
    return this.#written - this.#response.writableLength;
  }
}
