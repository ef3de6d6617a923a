import type { IEvent } from "kubernetes-models/v1/Event";
import type { Clock, Timer } from "../../../common/clock.ts";
import type { Disposable } from "../../../common/disposable.ts";
import type { ApiClient } from "../../api/apiClient.ts";
import { ApiError } from "../../api/apiError.ts";
import { events } from "../../api/resources.ts";
import { keyOf, parseKey } from "../kit/keys.ts";

/** The API server's --event-ttl: of a real cluster, it is etcd that forgets. */
const ttlMs = 60 * 60_000;
/** Events that go within so long go together. */
const atLeastMs = 60_000;

/** Removes each Event an hour after it was told for the last time. */
export class EventTtlController implements Disposable {
  readonly #client: ApiClient;
  readonly #clock: Clock;
  #timer: Timer;

  constructor(client: ApiClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
    this.#timer = clock.after(atLeastMs, () => this.#removeOld());
  }

  dispose(): void {
    this.#timer.cancel();
  }

  #removeOld(): void {
    const now = this.#clock.now();
    let next = now + ttlMs;
    for (const event of this.#client.list(events)) {
      const end = lastToldAt(event) + ttlMs;
      if (end <= now) {
        this.#remove(event);
      } else {
        next = Math.min(next, end);
      }
    }
    this.#timer = this.#clock.after(Math.max(next - now, atLeastMs), () => this.#removeOld());
  }

  #remove(event: IEvent): void {
    try {
      this.#client.delete(events, parseKey(keyOf(event)));
    } catch (error) {
      // it is gone already, or its turn comes at the next look
      if (!(error instanceof ApiError)) {
        throw error;
      }
    }
  }
}

/** The newest of the times that an Event carries; anybody may have written them. */
function lastToldAt({ lastTimestamp, eventTime, series, metadata }: IEvent): number {
  const times = [lastTimestamp, eventTime, series?.lastObservedTime, metadata?.creationTimestamp];
  return Math.max(0, ...times.map((time) => Date.parse(time ?? "")).filter((time) => !Number.isNaN(time)));
}
