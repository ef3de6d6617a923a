import type { IDaemonSet } from "kubernetes-models/apps/v1/DaemonSet";
import type { INode } from "kubernetes-models/v1/Node";
import type { IPod } from "kubernetes-models/v1/Pod";

export type DaemonSetStatus = NonNullable<IDaemonSet["status"]>;

/** What a sync reads, once, before it decides. */
export interface ObservedDaemonSet {
  readonly set: IDaemonSet;
  /** Every node, in the order of names. */
  readonly nodes: readonly INode[];
  /** The Pods that the set controls, but those that have ended and are going. */
  readonly pods: readonly IPod[];
  /** Of the set's template, as its Pods carry it. */
  readonly hash: string;
  /** Milliseconds until a failed Pod of a node may be replaced again. */
  readonly failureDelayMs: (node: string) => number;
  readonly now: number;
}

/** A Pod that is deleted because it has ended. */
export interface EndedPod {
  readonly pod: IPod;
  readonly node: string;
  readonly hasFailed: boolean;
}

export interface DaemonSetPlan {
  /** Names of nodes that get a Pod. */
  readonly create: readonly string[];
  readonly remove: readonly IPod[];
  /** Those of `remove` that are told of. */
  readonly ended: readonly EndedPod[];
  readonly recheckInMs: number | undefined;
}
