import type { INode } from "kubernetes-models/v1/Node";
import type { IPod } from "kubernetes-models/v1/Pod";
import { isAvailable, isFailed, isReady, isSucceeded, isTerminating } from "../kit/podConditions.ts";
import { isUpdated, needOf, targetNodeOf } from "./nodes.ts";
import type { DaemonSetPlan, EndedPod, ObservedDaemonSet } from "./types.ts";
import { byAge, maxSurge, planUpdate } from "./update.ts";

/** What a DaemonSet needs done: first the right Pods on each node, then, when nothing is to do there, the update. */
export function decide(observed: ObservedDaemonSet): DaemonSetPlan {
  const byNode = podsByNode(observed);
  const plan = new NodeByNode(observed, byNode).plan();
  if (plan.create.length + plan.remove.length > 0) {
    return plan;
  }
  const update = planUpdate(observed, byNode);
  return { ...plan, create: update.create, remove: update.remove };
}

/** The set's Pods by the nodes that they run on or are meant for. */
export function podsByNode({ pods }: ObservedDaemonSet): Map<string, IPod[]> {
  const byNode = new Map<string, IPod[]>();
  for (const pod of pods) {
    const node = targetNodeOf(pod);
    if (node !== undefined) {
      byNode.set(node, [...(byNode.get(node) ?? []), pod]);
    }
  }
  return byNode;
}

/** podsShouldBeOnNode of daemon_controller.go, for every node. */
class NodeByNode {
  readonly #observed: ObservedDaemonSet;
  readonly #byNode: ReadonlyMap<string, readonly IPod[]>;
  readonly #create: string[] = [];
  readonly #remove: IPod[] = [];
  readonly #ended: EndedPod[] = [];
  #recheckInMs: number | undefined;

  constructor(observed: ObservedDaemonSet, byNode: ReadonlyMap<string, readonly IPod[]>) {
    this.#observed = observed;
    this.#byNode = byNode;
  }

  plan(): DaemonSetPlan {
    for (const node of this.#observed.nodes) {
      this.#visit(node);
    }
    const names = new Set(this.#observed.nodes.map(({ metadata }) => metadata?.name));
    for (const [name, pods] of this.#byNode) {
      // the scheduler never binds a Pod whose node is gone
      this.#remove.push(...(names.has(name) ? [] : pods.filter(({ spec }) => !spec?.nodeName)));
    }
    return {
      create: this.#create,
      remove: this.#remove,
      ended: this.#ended,
      recheckInMs: this.#recheckInMs,
    };
  }

  #visit(node: INode): void {
    const name = node.metadata?.name ?? "";
    const pods = this.#byNode.get(name);
    const { shouldRun, mayStay } = needOf(this.#observed.set, node);
    if (!pods) {
      this.#create.push(...(shouldRun ? [name] : []));
    } else if (mayStay) {
      this.#keep(name, pods, shouldRun);
    } else {
      this.#remove.push(...pods.filter((pod) => !isTerminating(pod)));
    }
  }

  #keep(node: string, pods: readonly IPod[], shouldRun: boolean): void {
    const living = pods.filter((pod) => !isTerminating(pod));
    const running = living.filter((pod) => !isFailed(pod) && !isSucceeded(pod)).sort(byAge);
    for (const pod of living.filter((each) => isFailed(each) || isSucceeded(each))) {
      this.#replaceEnded(node, pod);
    }
    if (maxSurge(this.#observed.set, 1) === 0) {
      this.#remove.push(...running.slice(1));
    } else if (running.length === 0 && shouldRun) {
      this.#create.push(node);
    } else {
      this.#prune(running);
    }
  }

  #replaceEnded(node: string, pod: IPod): void {
    const hasFailed = isFailed(pod);
    const wait = hasFailed ? this.#observed.failureDelayMs(node) : 0;
    if (wait > 0) {
      this.#recheckInMs = Math.min(this.#recheckInMs ?? wait, wait);
      return;
    }
    this.#remove.push(pod);
    this.#ended.push({ pod, node, hasFailed });
  }

  /** With a surge the oldest new Pod and the oldest old one stay, until one of them is of no use. */
  #prune(running: readonly IPod[]): void {
    const { set, hash, now } = this.#observed;
    const newPod = running.find((pod) => isUpdated(set, pod, hash));
    const oldPod = running.find((pod) => !isUpdated(set, pod, hash));
    this.#remove.push(...running.filter((pod) => pod !== newPod && pod !== oldPod));
    if (newPod && oldPod) {
      const isDone = !isReady(oldPod) || isAvailable(newPod, set.spec?.minReadySeconds ?? 0, now);
      this.#remove.push(...(isDone ? [oldPod] : []));
    }
  }
}
