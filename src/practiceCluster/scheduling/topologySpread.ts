import type { INode } from "kubernetes-models/v1/Node";
import type { IPod } from "kubernetes-models/v1/Pod";
import { isRepelled, matchesNodeAffinity } from "../controllers/kit/nodeFit.ts";
import { selectorMatches } from "../controllers/kit/selectors.ts";

type Constraint = NonNullable<NonNullable<IPod["spec"]>["topologySpreadConstraints"]>[number];

/** Some node refuses a Pod with these words (pkg/scheduler/framework/plugins/podtopologyspread). */
export const spreadReasons = {
  skew: "node(s) didn't match pod topology spread constraints",
  label: "node(s) didn't match pod topology spread constraints (missing required label)",
} as const;

/** Why a Pod would lie too unevenly on a node, by its constraints that must hold; undefined when it would not. */
export function spreadReason(
  pod: IPod,
  node: INode,
  nodes: readonly INode[],
  placed: readonly IPod[],
): string | undefined {
  const constraints = constraintsOf(pod, "DoNotSchedule");
  if (constraints.some((constraint) => domainOf(node, constraint) === undefined)) {
    return spreadReasons.label;
  }
  const isUneven = constraints.some((constraint) => {
    const counts = countByDomain(pod, constraint, constraints, nodes, placed);
    const here = counts.get(domainOf(node, constraint) ?? "") ?? 0;
    const self = selects(constraint, pod, pod) ? 1 : 0;
    const hasEnoughDomains = counts.size >= (constraint.minDomains ?? 1);
    const fewest = hasEnoughDomains ? Math.min(...counts.values()) : 0;
    return here + self - fewest > constraint.maxSkew;
  });
  return isUneven ? spreadReasons.skew : undefined;
}

/** How crowded a node's domains are, by the constraints that only wish; less is better. */
export function crowding(pod: IPod, node: INode, nodes: readonly INode[], placed: readonly IPod[]): number {
  const constraints = constraintsOf(pod, "ScheduleAnyway");
  return constraints.reduce((sum, constraint) => {
    const counts = countByDomain(pod, constraint, [constraint], nodes, placed);
    const domain = domainOf(node, constraint);
    return sum + (domain === undefined ? placed.length : (counts.get(domain) ?? 0));
  }, 0);
}

function constraintsOf(pod: IPod, whenUnsatisfiable: string): Constraint[] {
  return (pod.spec?.topologySpreadConstraints ?? []).filter(
    (each) => each.whenUnsatisfiable === whenUnsatisfiable,
  );
}

function domainOf({ metadata }: INode, { topologyKey }: Constraint): string | undefined {
  return metadata?.labels?.[topologyKey];
}

/** The Pods that count, in each domain that has a node for the Pod; all constraints' keys are asked for. */
function countByDomain(
  pod: IPod,
  constraint: Constraint,
  all: readonly Constraint[],
  nodes: readonly INode[],
  placed: readonly IPod[],
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const node of nodes) {
    const domain = domainOf(node, constraint);
    const hasKeys = all.every((each) => domainOf(node, each) !== undefined);
    if (domain !== undefined && hasKeys && takesPart(pod, node, constraint)) {
      const here = placed.filter(
        (other) =>
          other.spec?.nodeName === node.metadata?.name &&
          !other.metadata?.deletionTimestamp &&
          selects(constraint, pod, other),
      );
      counts.set(domain, (counts.get(domain) ?? 0) + here.length);
    }
  }
  return counts;
}

function takesPart(pod: IPod, node: INode, constraint: Constraint): boolean {
  const { nodeAffinityPolicy = "Honor", nodeTaintsPolicy = "Ignore" } = constraint;
  return (
    (nodeAffinityPolicy === "Ignore" || matchesNodeAffinity(pod, node)) &&
    (nodeTaintsPolicy === "Ignore" || !isRepelled(pod, node, ["NoSchedule", "NoExecute"]))
  );
}

/** Whether the other Pod counts: of the same namespace, selected, and the same in the labels of matchLabelKeys. */
function selects({ labelSelector, matchLabelKeys = [] }: Constraint, pod: IPod, other: IPod): boolean {
  const labels = pod.metadata?.labels ?? {};
  const isAlike = matchLabelKeys.every(
    (key) => labels[key] === undefined || other.metadata?.labels?.[key] === labels[key],
  );
  return (
    isAlike &&
    other.metadata?.namespace === pod.metadata?.namespace &&
    selectorMatches(labelSelector, other.metadata?.labels)
  );
}
