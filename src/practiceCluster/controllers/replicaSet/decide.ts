import type { IReplicaSet } from "kubernetes-models/apps/v1/ReplicaSet";
import type { IPod } from "kubernetes-models/v1/Pod";
import { inDeletionOrder } from "./deletionOrder.ts";

/** What a sync reads, once, before it decides. */
export interface ObservedReplicaSet {
  readonly set: IReplicaSet;
  /** The Pods that the set controls and that have not ended. */
  readonly active: readonly IPod[];
  /** Those that are ending. */
  readonly terminating: readonly IPod[];
  /** The Pods of all ReplicaSets of the same owner; asked for only where some of the set's own have to go. */
  readonly related: () => readonly IPod[];
  readonly now: number;
}

export interface PodChanges {
  readonly create: number;
  readonly remove: readonly IPod[];
}

/** The most Pods that one sync makes or deletes. */
const burst = 500;

/** How many Pods to make, or which to give up (manageReplicas of replica_set.go). */
export function decide({ set, active, related, now }: ObservedReplicaSet): PodChanges {
  const surplus = active.length - (set.spec?.replicas ?? 1);
  if (set.metadata?.deletionTimestamp || surplus === 0) {
    return { create: 0, remove: [] };
  }
  if (surplus < 0) {
    return { create: Math.min(-surplus, burst), remove: [] };
  }
  return { create: 0, remove: inDeletionOrder(active, related(), now).slice(0, Math.min(surplus, burst)) };
}
