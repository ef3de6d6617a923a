import type { INode } from "kubernetes-models/v1/Node";
import type { IPod } from "kubernetes-models/v1/Pod";
import { nodeTermsMatch } from "./nodeTerms.ts";

/** What keeps a Pod from a node, whatever else runs there: the scheduler and the DaemonSet controller ask it. */

export type Taint = NonNullable<NonNullable<INode["spec"]>["taints"]>[number];

/** Where the Pod's spec is all that matters: templates are asked for too. */
export interface PodNeeds {
  readonly spec?: IPod["spec"];
}

/** The taint that a cordoned node stands for. */
export const unschedulableTaint: Taint = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };

export function tolerates(pod: PodNeeds, taint: Taint): boolean {
  return (pod.spec?.tolerations ?? []).some(
    ({ key, operator = "Equal", value = "", effect }) =>
      (!effect || effect === taint.effect) &&
      (key === taint.key || (!key && operator === "Exists")) &&
      (operator === "Exists" || value === (taint.value ?? "")),
  );
}

/** Whether a taint with one of the effects keeps the Pod away. */
export function isRepelled(pod: PodNeeds, node: INode, effects: readonly string[]): boolean {
  return (node.spec?.taints ?? []).some((taint) => effects.includes(taint.effect) && !tolerates(pod, taint));
}

/** Whether the node has what the Pod's node selector and required node affinity ask for. */
export function matchesNodeAffinity(pod: PodNeeds, node: INode): boolean {
  const labels = node.metadata?.labels ?? {};
  const terms =
    pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return (
    Object.entries(pod.spec?.nodeSelector ?? {}).every(([key, value]) => labels[key] === value) &&
    (!terms || nodeTermsMatch(terms, node))
  );
}
