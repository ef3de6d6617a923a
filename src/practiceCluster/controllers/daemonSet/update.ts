import type { IDaemonSet } from "kubernetes-models/apps/v1/DaemonSet";
import type { IPod } from "kubernetes-models/v1/Pod";
import { scaledValue } from "../kit/limits.ts";
import { isAvailable, isTerminating } from "../kit/podConditions.ts";
import { isUpdated, needOf } from "./nodes.ts";
import type { ObservedDaemonSet } from "./types.ts";

/** Replaces Pods of older templates, as many at once as the strategy allows (rollingUpdate of update.go). */

interface UpdatePlan {
  readonly create: readonly string[];
  readonly remove: readonly IPod[];
}

/** A node's Pods: at most one of the new template and one of an older one; undefined when there are more. */
interface NodePods {
  readonly newPod: IPod | undefined;
  readonly oldPod: IPod | undefined;
}

const nothing: UpdatePlan = { create: [], remove: [] };

/** Bound Pods first, then the older ones. */
export function byAge(a: IPod, b: IPod): number {
  const bound = (pod: IPod) => (pod.spec?.nodeName ? 0 : 1);
  const key = ({ metadata }: IPod) => `${metadata?.creationTimestamp ?? ""} ${metadata?.name ?? ""}`;
  return bound(a) - bound(b) || (key(a) < key(b) ? -1 : 1);
}

/** How many nodes may have two Pods at once. */
export function maxSurge({ spec }: IDaemonSet, desired: number): number {
  const value = spec?.updateStrategy?.rollingUpdate?.maxSurge;
  return spec?.updateStrategy?.type === "OnDelete" ? 0 : scaledValue(value, desired, "up");
}

export function planUpdate(
  observed: ObservedDaemonSet,
  byNode: ReadonlyMap<string, readonly IPod[]>,
): UpdatePlan {
  const { set, nodes } = observed;
  if (set.spec?.updateStrategy?.type === "OnDelete") {
    return nothing;
  }
  const wanted = nodes
    .filter((node) => needOf(set, node).shouldRun)
    .map(({ metadata }) => metadata?.name ?? "");
  const names = [...new Set([...wanted, ...byNode.keys()])].sort();
  const podsOf = (name: string) => sortedOut(observed, byNode.get(name) ?? []);
  const surge = maxSurge(set, wanted.length);
  if (surge === 0) {
    return { create: [], remove: podsToReplace(observed, names.map(podsOf), wanted.length) };
  }
  const surging = new Surge(observed, new Set(wanted), surge);
  for (const name of names) {
    surging.visit(name, podsOf(name));
  }
  return surging.plan();
}

function sortedOut({ set, hash }: ObservedDaemonSet, pods: readonly IPod[]): NodePods | undefined {
  const living = pods.filter((pod) => !isTerminating(pod));
  const updated = living.filter((pod) => isUpdated(set, pod, hash));
  const old = living.filter((pod) => !isUpdated(set, pod, hash));
  return updated.length > 1 || old.length > 1 ? undefined : { newPod: updated[0], oldPod: old[0] };
}

function available({ set, now }: ObservedDaemonSet, pod: IPod): boolean {
  return isAvailable(pod, set.spec?.minReadySeconds ?? 0, now);
}

/** Old Pods that are of no use go at once, others as far as enough stay available. */
function podsToReplace(
  observed: ObservedDaemonSet,
  nodes: readonly (NodePods | undefined)[],
  desired: number,
): IPod[] {
  const value = observed.set.spec?.updateStrategy?.rollingUpdate?.maxUnavailable;
  const maxUnavailable = scaledValue(value, desired, "up") || (desired > 0 ? 1 : 0);
  const useless: IPod[] = [];
  const candidates: IPod[] = [];
  let unavailable = 0;
  for (const pods of nodes) {
    const { newPod, oldPod } = pods ?? { newPod: undefined, oldPod: undefined };
    if (oldPod && !newPod && available(observed, oldPod)) {
      candidates.push(oldPod);
    } else if (!newPod || oldPod || !available(observed, newPod)) {
      unavailable += 1;
      useless.push(...(oldPod && !newPod ? [oldPod] : []));
    }
  }
  return [...useless, ...candidates.slice(0, Math.max(0, maxUnavailable - unavailable))];
}

/** New Pods come beside old ones, which go when the new ones are available. */
class Surge {
  readonly #observed: ObservedDaemonSet;
  readonly #wanted: ReadonlySet<string>;
  readonly #most: number;
  readonly #remove: IPod[] = [];
  readonly #leaving: IPod[] = [];
  readonly #create: string[] = [];
  readonly #candidates: string[] = [];
  #surging = 0;
  #available = 0;

  constructor(observed: ObservedDaemonSet, wanted: ReadonlySet<string>, most: number) {
    this.#observed = observed;
    this.#wanted = wanted;
    this.#most = most;
  }

  visit(node: string, pods: NodePods | undefined): void {
    if (!pods) {
      this.#surging += 1;
      return;
    }
    const { newPod, oldPod } = pods;
    const counted = oldPod ?? newPod;
    this.#available += Number(counted !== undefined && available(this.#observed, counted));
    if (oldPod && newPod) {
      this.#visitPair(oldPod, newPod);
    } else if (oldPod) {
      this.#visitOld(node, oldPod);
    }
  }

  plan(): UpdatePlan {
    const spare = Math.max(0, this.#available - this.#wanted.size);
    const room = Math.max(0, this.#most - this.#surging);
    return {
      create: [...this.#create, ...this.#candidates.slice(0, room)],
      remove: [...this.#remove, ...this.#leaving.slice(0, spare)],
    };
  }

  #visitPair(oldPod: IPod, newPod: IPod): void {
    if (available(this.#observed, newPod)) {
      this.#remove.push(oldPod);
    } else {
      this.#surging += 1;
    }
  }

  #visitOld(node: string, oldPod: IPod): void {
    const isUseful = available(this.#observed, oldPod);
    if (!this.#wanted.has(node)) {
      (isUseful ? this.#leaving : this.#remove).push(oldPod);
    } else {
      (isUseful ? this.#candidates : this.#create).push(node);
    }
  }
}
