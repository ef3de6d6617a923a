import type { INode } from "kubernetes-models/v1/Node";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { Clock, Timer } from "../../../common/clock.ts";
import { type Disposable, DisposableList } from "../../../common/disposable.ts";
import type { ApiClient } from "../../api/apiClient.ts";
import { isNotFound } from "../../api/apiError.ts";
import { nodes, pods } from "../../api/resources.ts";
import { EventRecorder } from "../kit/eventRecorder.ts";
import { keyOf, parseKey } from "../kit/keys.ts";
import { isTerminating } from "../kit/podConditions.ts";
import { timeText } from "../kit/times.ts";
import { toleratedForMs } from "./tolerance.ts";

interface Deadline {
  readonly uid: string | undefined;
  readonly at: number;
  readonly timer: Timer;
}

/** Deletes Pods from nodes whose NoExecute taints they do not tolerate, or no longer (pkg/controller/tainteviction). */
export class TaintEvictionController implements Disposable {
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #events: EventRecorder;
  readonly #deadlines = new Map<string, Deadline>();
  readonly #parts = new DisposableList();

  constructor(client: ApiClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
    this.#events = new EventRecorder(client, clock, "taint-eviction-controller");
    this.#parts.add(client.watch(nodes, ({ object }) => this.#nodeChanged(object)));
    this.#parts.add(
      client.watch(pods, ({ type, object }) => {
        if (type === "DELETED") {
          this.#forget(keyOf(object));
        } else {
          this.#judge(object, this.#nodeOf(object));
        }
      }),
    );
  }

  dispose(): void {
    this.#parts.dispose();
    for (const { timer } of this.#deadlines.values()) {
      timer.cancel();
    }
  }

  #nodeOf({ spec }: IPod): INode | undefined {
    return spec?.nodeName ? this.#client.find(nodes, { name: spec.nodeName }) : undefined;
  }

  #nodeChanged(node: INode): void {
    const fieldSelector = `spec.nodeName=${node.metadata?.name}`;
    for (const pod of this.#client.list(pods, { fieldSelector })) {
      this.#judge(pod, node);
    }
  }

  #judge(pod: IPod, node: INode | undefined): void {
    const key = keyOf(pod);
    const hasTaint = node?.spec?.taints?.some(({ effect }) => effect === "NoExecute") ?? false;
    const wait = node && hasTaint && !isTerminating(pod) ? toleratedForMs(pod, node) : undefined;
    const known = this.#deadlines.get(key);
    if (wait === undefined) {
      this.#cancel(key, pod);
    } else if (known?.uid !== pod.metadata?.uid || (known?.at ?? 0) > this.#clock.now() + wait) {
      this.#forget(key);
      const timer = this.#clock.after(wait, () => this.#evict(key));
      this.#deadlines.set(key, { uid: pod.metadata?.uid, at: this.#clock.now() + wait, timer });
    }
  }

  #cancel(key: string, pod: IPod): void {
    if (this.#deadlines.has(key) && !isTerminating(pod)) {
      const name = `${pod.metadata?.namespace}/${pod.metadata?.name}`;
      this.#record(pod, `Cancelling deletion of Pod ${name}`);
    }
    this.#forget(key);
  }

  #forget(key: string): void {
    this.#deadlines.get(key)?.timer.cancel();
    this.#deadlines.delete(key);
  }

  #evict(key: string): void {
    const uid = this.#deadlines.get(key)?.uid;
    this.#deadlines.delete(key);
    const pod = this.#client.find(pods, parseKey(key));
    if (!pod || pod.metadata?.uid !== uid || isTerminating(pod)) {
      return;
    }
    this.#record(pod, `Marking for deletion Pod ${key}`);
    const marked = structuredClone(pod);
    const others = (marked.status?.conditions ?? []).filter(({ type }) => type !== "DisruptionTarget");
    const target = {
      type: "DisruptionTarget",
      status: "True" as const,
      observedGeneration: pod.metadata?.generation ?? 1,
      reason: "DeletionByTaintManager",
      message: "Taint manager: deleting due to NoExecute taint",
      lastTransitionTime: timeText(this.#clock.now()),
    };
    marked.status = { ...marked.status, conditions: [...others, target] };
    try {
      this.#client.update(pods, marked, { subresource: "status" });
      this.#client.delete(pods, parseKey(key));
    } catch (error) {
      if (!isNotFound(error)) {
        throw error;
      }
    }
  }

  #record(pod: IPod, message: string): void {
    const subject = { apiVersion: "v1", kind: "Pod", object: pod };
    this.#events.record(subject, "Normal", "TaintManagerEviction", message);
  }
}
