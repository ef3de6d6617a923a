import type { IReplicaSet } from "kubernetes-models/apps/v1/ReplicaSet";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { Clock } from "../../../common/clock.ts";
import { type Disposable, DisposableList } from "../../../common/disposable.ts";
import type { ApiClient } from "../../api/apiClient.ts";
import { pods, replicaSets } from "../../api/resources.ts";
import { claimObjects } from "../kit/claim.ts";
import { EventRecorder } from "../kit/eventRecorder.ts";
import { KeyedQueue } from "../kit/keyedQueue.ts";
import { controllerOf, isControlledBy, keyOf, parseKey } from "../kit/keys.ts";
import {
  isActive,
  isFailed,
  isSucceeded,
  isTerminating,
  nextAvailabilityInMs,
} from "../kit/podConditions.ts";
import { isNamespaceGoing, messageOf, PodControl, podFromTemplate } from "../kit/podControl.ts";
import { PodOwners } from "../kit/podOwners.ts";
import { selectorMatches } from "../kit/selectors.ts";
import { writeStatus } from "../kit/writeStatus.ts";
import { decide, type ObservedReplicaSet, type PodChanges } from "./decide.ts";
import { computeStatus } from "./status.ts";

/** Keeps the number of each ReplicaSet's Pods (pkg/controller/replicaset). */
export class ReplicaSetController implements Disposable {
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #queue: KeyedQueue;
  readonly #podControl: PodControl;
  readonly #owners = new PodOwners("ReplicaSet");
  readonly #parts = new DisposableList();

  constructor(client: ApiClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
    this.#podControl = new PodControl(client, new EventRecorder(client, clock, "replicaset-controller"));
    this.#queue = this.#parts.add(new KeyedQueue(clock, (key) => this.#sync(key)));
    this.#parts.add(client.watch(replicaSets, ({ object }) => this.#queue.add(keyOf(object))));
    this.#parts.add(client.watch(pods, ({ type, object }) => this.#podChanged(type, object)));
  }

  dispose(): void {
    this.#parts.dispose();
  }

  #podChanged(type: "ADDED" | "MODIFIED" | "DELETED", pod: IPod): void {
    for (const key of this.#owners.concernedBy(type, pod)) {
      this.#queue.add(key);
    }
    if (type !== "DELETED" && !controllerOf(pod)) {
      this.#offerOrphan(pod);
    }
  }

  #offerOrphan(pod: IPod): void {
    for (const set of this.#client.list(replicaSets, { namespace: pod.metadata?.namespace })) {
      if (selectorMatches(set.spec?.selector, pod.metadata?.labels)) {
        this.#queue.add(keyOf(set));
      }
    }
  }

  #sync(key: string): void {
    const set = this.#client.find(replicaSets, parseKey(key));
    if (!set) {
      return;
    }
    const observed = this.#observe(set);
    const failure = this.#perform(set, decide(observed));
    const status = computeStatus(observed, failure === undefined ? undefined : messageOf(failure));
    writeStatus(this.#client, replicaSets, set, status);
    if (failure !== undefined) {
      throw failure;
    }
    const wait = nextAvailabilityInMs(observed.active, set.spec?.minReadySeconds ?? 0, observed.now);
    if (wait !== undefined) {
      this.#queue.addAfter(key, wait);
    }
  }

  #observe(set: IReplicaSet): ObservedReplicaSet {
    const all = this.#client.list(pods, { namespace: set.metadata?.namespace });
    const fits = (pod: IPod) => selectorMatches(set.spec?.selector, pod.metadata?.labels);
    const active = claimObjects(this.#client, {
      ownerResource: replicaSets,
      owner: set,
      resource: pods,
      candidates: all.filter(isActive),
      fits,
    });
    const isEnding = (pod: IPod) => isTerminating(pod) && !isFailed(pod) && !isSucceeded(pod);
    return {
      set,
      active,
      terminating: all.filter((pod) => isEnding(pod) && isControlledBy(pod, set) && fits(pod)),
      related: () => this.#related(set, all),
      now: this.#clock.now(),
    };
  }

  #related(set: IReplicaSet, all: readonly IPod[]): IPod[] {
    const owner = controllerOf(set);
    const siblings = owner
      ? this.#client
          .list(replicaSets, { namespace: set.metadata?.namespace })
          .filter((each) => controllerOf(each)?.uid === owner.uid)
      : [set];
    return all.filter((pod) =>
      siblings.some((each) => selectorMatches(each.spec?.selector, pod.metadata?.labels)),
    );
  }

  /** Returns the first refusal, if there is one. */
  #perform(set: IReplicaSet, { create, remove }: PodChanges): unknown {
    let failure: unknown;
    for (const pod of remove) {
      failure ??= attempt(() => this.#podControl.delete(replicaSets, set, pod));
    }
    return failure ?? this.#createPods(set, create);
  }

  /** In batches of 1, 2, 4 and so on: where one fails, the others of its batch are still tried, the rest is not. */
  #createPods(set: IReplicaSet, count: number): unknown {
    let left = count;
    for (let size = 1; left > 0; size *= 2) {
      const batch = Math.min(size, left);
      const failures = Array.from({ length: batch }, () => attempt(() => this.#createPod(set))).filter(
        (failure) => failure !== undefined,
      );
      if (failures.length > 0) {
        return failures[0];
      }
      left -= batch;
    }
    return undefined;
  }

  #createPod(set: IReplicaSet): void {
    try {
      const pod = podFromTemplate(replicaSets, set, set.spec?.template ?? {});
      this.#podControl.create(replicaSets, set, pod);
    } catch (error) {
      if (!isNamespaceGoing(error)) {
        throw error;
      }
    }
  }
}

function attempt(action: () => void): unknown {
  try {
    action();
    return undefined;
  } catch (error) {
    return error ?? new Error("refused");
  }
}
