import type { Clock } from "../../../common/clock.ts";
import { type Disposable, DisposableList } from "../../../common/disposable.ts";
import type { ApiClient } from "../../api/apiClient.ts";
import { isNotFound } from "../../api/apiError.ts";
import { jobs } from "../../api/resources.ts";
import { finishedCondition } from "../job/predicates.ts";
import { KeyedQueue } from "../kit/keyedQueue.ts";
import { keyOf, parseKey } from "../kit/keys.ts";

/** Deletes each finished Job, with its Pods, after its ttlSecondsAfterFinished (pkg/controller/ttlafterfinished). */
export class TtlAfterFinishedController implements Disposable {
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #queue: KeyedQueue;
  readonly #parts = new DisposableList();

  constructor(client: ApiClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
    this.#queue = this.#parts.add(new KeyedQueue(clock, (key) => this.#sync(key)));
    this.#parts.add(client.watch(jobs, ({ object }) => this.#queue.add(keyOf(object))));
  }

  dispose(): void {
    this.#parts.dispose();
  }

  #sync(key: string): void {
    const job = this.#client.find(jobs, parseKey(key));
    const end = job && finishedCondition(job);
    const seconds = job?.spec?.ttlSecondsAfterFinished;
    if (seconds === undefined || !end?.lastTransitionTime || job?.metadata?.deletionTimestamp) {
      return;
    }
    const left = Date.parse(end.lastTransitionTime) + seconds * 1000 - this.#clock.now();
    if (left > 0) {
      this.#queue.addAfter(key, left);
      return;
    }
    const { uid = "" } = job?.metadata ?? {};
    try {
      const options = { propagationPolicy: "Foreground", preconditions: { uid } } as const;
      this.#client.delete(jobs, parseKey(key), options);
    } catch (error) {
      if (!isNotFound(error)) {
        throw error;
      }
    }
  }
}
