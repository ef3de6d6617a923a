import type { INode } from "kubernetes-models/v1/Node";
import type { IPod } from "kubernetes-models/v1/Pod";
import { isRepelled } from "../controllers/kit/nodeFit.ts";
import { nodeTermsMatch } from "../controllers/kit/nodeTerms.ts";
import { preferredNeighbours } from "./podAffinity.ts";
import { crowding } from "./topologySpread.ts";

/** The placed Pods that matter to a Pod. */
export interface Neighbours {
  /** All, where the Pod has constraints of spreading. */
  readonly toSpreadFrom: readonly IPod[];
  /** Those that terms of affinity, theirs or the Pod's, can concern. */
  readonly byAffinity: readonly IPod[];
}

/** A wish, counted for each node, and how much it weighs against the others (the default plugins' weights). */
interface Wish {
  readonly weight: number;
  readonly scoreOf: (node: INode) => number;
}

/**
 * The best of the nodes that a Pod may run on: preferred taints, node affinity, neighbours and even spreading are
 * each brought to 0–100 and weighed, then the node with fewest Pods is taken.
 */
export function preferredNode(
  pod: IPod,
  fitting: readonly INode[],
  nodes: readonly INode[],
  { toSpreadFrom, byAffinity }: Neighbours,
  podsOn: (node: INode) => number,
): INode | undefined {
  const wishes: readonly Wish[] = [
    { weight: 3, scoreOf: (node) => (isRepelled(pod, node, ["PreferNoSchedule"]) ? 0 : 1) },
    { weight: 2, scoreOf: (node) => nodeAffinityScore(pod, node) },
    { weight: 2, scoreOf: (node) => preferredNeighbours(pod, node, nodes, byAffinity) },
    { weight: 2, scoreOf: (node) => -crowding(pod, node, nodes, toSpreadFrom) },
    { weight: 1, scoreOf: (node) => -podsOn(node) },
  ];
  const totals = fitting.map(() => 0);
  for (const { weight, scoreOf } of wishes) {
    for (const [index, score] of normalised(fitting.map(scoreOf)).entries()) {
      totals[index] = (totals[index] ?? 0) + weight * score;
    }
  }
  return fitting[totals.indexOf(Math.max(...totals))];
}

function nodeAffinityScore(pod: IPod, node: INode): number {
  const preferred = pod.spec?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  return preferred
    .filter(({ preference }) => nodeTermsMatch([preference], node))
    .reduce((sum, { weight }) => sum + weight, 0);
}

/** From 0 for the worst to 100 for the best; nothing to choose is 0. */
function normalised(scores: readonly number[]): number[] {
  const worst = Math.min(...scores);
  const range = Math.max(...scores) - worst;
  return scores.map((score) => (range === 0 ? 0 : ((score - worst) * 100) / range));
}
