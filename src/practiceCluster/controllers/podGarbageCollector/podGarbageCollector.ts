import type { INode } from "kubernetes-models/v1/Node";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { Clock } from "../../../common/clock.ts";
import { type Disposable, DisposableList } from "../../../common/disposable.ts";
import type { ApiClient } from "../../api/apiClient.ts";
import { isNotFound } from "../../api/apiError.ts";
import { nodes, pods } from "../../api/resources.ts";
import { KeyedQueue } from "../kit/keyedQueue.ts";
import { keyOf, parseKey } from "../kit/keys.ts";
import { isFailed, isSucceeded, isTerminating } from "../kit/podConditions.ts";
import { timeText } from "../kit/times.ts";

/** A node that is missing may be on its way back: so long its Pods are left alone. */
const quarantineMs = 40_000;
const outOfService = "node.kubernetes.io/out-of-service";

/**
 * Deletes the Pods that no node will delete: of nodes that do not exist any more, and those that are terminating on
 * nodes that are marked out of service (pkg/controller/podgc).
 */
export class PodGarbageCollector implements Disposable {
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #queue: KeyedQueue;
  /** When each missing node was first missed. */
  readonly #missing = new Map<string, number>();
  readonly #parts = new DisposableList();

  constructor(client: ApiClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
    this.#queue = this.#parts.add(new KeyedQueue(clock, (key) => this.#sync(key)));
    this.#parts.add(client.watch(nodes, ({ object }) => this.#nodeChanged(object.metadata?.name ?? "")));
    this.#parts.add(
      client.watch(pods, ({ type, object }) => {
        if (type !== "DELETED" && object.spec?.nodeName) {
          this.#queue.add(keyOf(object));
        }
      }),
    );
  }

  dispose(): void {
    this.#parts.dispose();
  }

  #nodeChanged(name: string): void {
    for (const pod of this.#client.list(pods, { fieldSelector: `spec.nodeName=${name}` })) {
      this.#queue.add(keyOf(pod));
    }
  }

  #sync(key: string): void {
    const pod = this.#client.find(pods, parseKey(key));
    const name = pod?.spec?.nodeName;
    if (!pod || !name) {
      return;
    }
    const node = this.#client.find(nodes, { name });
    if (!node) {
      this.#collectOrphan(key, pod, name);
      return;
    }
    this.#missing.delete(name);
    if (isTerminating(pod) && isOutOfService(node)) {
      this.#remove(pod);
    }
  }

  #collectOrphan(key: string, pod: IPod, nodeName: string): void {
    const now = this.#clock.now();
    const since = this.#missing.get(nodeName) ?? now;
    this.#missing.set(nodeName, since);
    const left = since + quarantineMs - now;
    if (left > 0) {
      this.#queue.addAfter(key, left);
    } else {
      this.#remove(pod, "PodGC: node no longer exists");
    }
  }

  /** The Pod ends as failed, with a reason where it was disrupted, and is gone. */
  #remove(pod: IPod, disruption?: string): void {
    const key = parseKey(keyOf(pod));
    try {
      if (!isFailed(pod) && !isSucceeded(pod)) {
        this.#client.update(pods, this.#failed(pod, disruption), { subresource: "status" });
      }
      this.#client.delete(pods, key, { gracePeriodSeconds: 0 });
    } catch (error) {
      if (!isNotFound(error)) {
        throw error;
      }
    }
  }

  #failed(pod: IPod, disruption: string | undefined): IPod {
    const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== "DisruptionTarget");
    const target = {
      type: "DisruptionTarget",
      status: "True" as const,
      observedGeneration: pod.metadata?.generation ?? 1,
      reason: "DeletionByPodGC",
      message: disruption ?? "",
      lastTransitionTime: timeText(this.#clock.now()),
    };
    const conditions = disruption === undefined ? pod.status?.conditions : [...others, target];
    const status = { ...pod.status, phase: "Failed" as const, ...(conditions ? { conditions } : {}) };
    return { ...structuredClone(pod), status };
  }
}

function isOutOfService({ spec, status }: INode): boolean {
  const isReady = status?.conditions?.some((each) => each.type === "Ready" && each.status === "True");
  return !isReady && (spec?.taints ?? []).some(({ key }) => key === outOfService);
}
