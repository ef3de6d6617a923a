import type { INode } from "kubernetes-models/v1/Node";
import type { IPod } from "kubernetes-models/v1/Pod";
import { tolerates } from "../kit/nodeFit.ts";

type Toleration = NonNullable<NonNullable<IPod["spec"]>["tolerations"]>[number];

/**
 * How long a Pod stays on a node for all its NoExecute taints (tainteviction, getMinTolerationTime): milliseconds,
 * 0 where one is not tolerated at all, undefined: for ever.
 */
export function toleratedForMs(pod: IPod, node: INode): number | undefined {
  const taints = (node.spec?.taints ?? []).filter(({ effect }) => effect === "NoExecute");
  if (taints.some((taint) => !tolerates(pod, taint))) {
    return 0;
  }
  const used = (pod.spec?.tolerations ?? []).filter((toleration) =>
    taints.some((taint) => tolerates({ spec: { containers: [], tolerations: [toleration] } }, taint)),
  );
  const limits = used.flatMap(({ tolerationSeconds }: Toleration) =>
    tolerationSeconds === undefined ? [] : [Math.max(0, tolerationSeconds) * 1000],
  );
  return limits.length > 0 ? Math.min(...limits) : undefined;
}
