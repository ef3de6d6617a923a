import type { IPod } from "kubernetes-models/v1/Pod";

/**
 * The Pods that have a node, by node: what the scheduler knows without asking for all Pods each time (the cache of
 * pkg/scheduler/backend/cache). It hears of them as they change, and is told at once what the scheduler itself does.
 */
export class PlacedPods {
  readonly #byNode = new Map<string, Map<string, IPod>>();
  readonly #nodeOf = new Map<string, string>();
  readonly #withAffinity = new Map<string, IPod>();

  /** A Pod as it is now. One that has no node is known already where it has been given one just now. */
  set(pod: IPod): void {
    const { nodeName } = pod.spec ?? {};
    if (!nodeName) {
      return;
    }
    this.delete(pod);
    if (["Succeeded", "Failed"].includes(pod.status?.phase ?? "")) {
      return;
    }
    const uid = pod.metadata?.uid ?? "";
    const there = this.#byNode.get(nodeName) ?? new Map<string, IPod>();
    this.#byNode.set(nodeName, there);
    there.set(uid, pod);
    this.#nodeOf.set(uid, nodeName);
    if (pod.spec?.affinity) {
      this.#withAffinity.set(uid, pod);
    }
  }

  /** The Pod takes no place any more. */
  delete({ metadata }: IPod): void {
    const uid = metadata?.uid ?? "";
    const nodeName = this.#nodeOf.get(uid);
    if (nodeName === undefined) {
      return;
    }
    const there = this.#byNode.get(nodeName);
    there?.delete(uid);
    if (there?.size === 0) {
      this.#byNode.delete(nodeName);
    }
    this.#nodeOf.delete(uid);
    this.#withAffinity.delete(uid);
  }

  on(nodeName: string): readonly IPod[] {
    return [...(this.#byNode.get(nodeName)?.values() ?? [])];
  }

  countOn(nodeName: string): number {
    return this.#byNode.get(nodeName)?.size ?? 0;
  }

  all(): readonly IPod[] {
    return [...this.#byNode.values()].flatMap((there) => [...there.values()]);
  }

  /** The Pods that terms of affinity can concern: all for a Pod with terms of its own, else those that have some. */
  neighboursOf(pod: IPod): readonly IPod[] {
    return pod.spec?.affinity ? this.all() : [...this.#withAffinity.values()];
  }
}
