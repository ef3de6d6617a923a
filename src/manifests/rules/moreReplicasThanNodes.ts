import type { KubernetesObject } from "../../common/kubernetes/objects.ts";
import { podSpecPath, replicasOf, selects, templateLabels } from "./podTemplate.ts";
import type { Rule, RuleExamples } from "./rule.ts";

interface LiveNode extends KubernetesObject {
  readonly spec?: {
    readonly unschedulable?: boolean;
    readonly taints?: readonly { readonly effect?: string }[];
  };
}

/** Required anti-affinity by node with more replicas than nodes: the rest stays Pending. */
export const moreReplicasThanNodes: Rule = {
  id: "more-replicas-than-nodes",
  severity: "warning",
  kinds: ["StatefulSet", "Deployment"],
  title: { ja: "ノード数を超える required anti-affinity", en: "Required anti-affinity with too few nodes" },
  why: {
    ja: "requiredDuringScheduling の podAntiAffinity(hostname)は、1 つのノードに 1 つの Pod しか許しません。ノードが足りなければ残りは Pending のままで、OrderedReady ではその先も作られません。preferred にするか、ノードを足します。",
    en: "A required podAntiAffinity by hostname allows one Pod a node. With too few nodes the rest stays Pending, and in an OrderedReady set nothing after it is made. Prefer instead of require, or add nodes.",
  },
  lesson: "9.1",
  *check(object, scene) {
    const nodes = (scene.live?.list("v1", "Node") ?? []).filter(isFree).length;
    const replicas = replicasOf(object);
    if (nodes === 0 || replicas <= nodes) {
      return;
    }
    const required = [
      ...podSpecPath(object),
      "affinity",
      "podAntiAffinity",
      "requiredDuringSchedulingIgnoredDuringExecution",
    ];
    for (const term of object.items(required)) {
      const isByNode = object.text([...term, "topologyKey"]) === "kubernetes.io/hostname";
      if (
        isByNode &&
        selects(object.texts([...term, "labelSelector", "matchLabels"]), templateLabels(object))
      ) {
        yield {
          path: [...term, "topologyKey"],
          message: {
            ja: `replicas は ${replicas} ですが、使えるノードは ${nodes} です。${replicas - nodes} 個の Pod は Pending のままになります。`,
            en: `There are ${replicas} replicas and ${nodes} usable node(s): ${replicas - nodes} Pod(s) will stay Pending.`,
          },
        };
      }
    }
  },
};

function isFree(node: LiveNode): boolean {
  const repels = node.spec?.taints?.some(({ effect }) => effect === "NoSchedule" || effect === "NoExecute");
  return !node.spec?.unschedulable && !repels;
}

const set = (replicas: number) => `kind: StatefulSet
apiVersion: apps/v1
metadata: {name: db}
spec:
  replicas: ${replicas}
  template:
    metadata:
      labels: {app: db}
    spec:
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
          - topologyKey: kubernetes.io/hostname
            labelSelector:
              matchLabels: {app: db}
`;
const node = (name: string, spec: object = {}) => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name },
  spec,
});

export const examples: RuleExamples = {
  valid: [set(5)],
  invalid: [
    { yaml: set(3), live: [node("one"), node("two")], marks: ["kubernetes.io/hostname"] },
    { yaml: set(2), live: [node("one"), node("two")], marks: [] },
    {
      yaml: set(2),
      live: [node("one"), node("two", { unschedulable: true })],
      marks: ["kubernetes.io/hostname"],
    },
  ],
};
