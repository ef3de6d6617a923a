import type { IDaemonSet } from "kubernetes-models/apps/v1/DaemonSet";
import type { INode } from "kubernetes-models/v1/Node";
import type { IPod } from "kubernetes-models/v1/Pod";
import { isRepelled, matchesNodeAffinity } from "../kit/nodeFit.ts";
import type { PodTemplate } from "../kit/podControl.ts";

/** Which nodes a DaemonSet has Pods on, and how its Pods are bound for them (daemon_controller.go, daemonset_util.go). */

type PodSpec = NonNullable<IPod["spec"]>;
type Toleration = NonNullable<PodSpec["tolerations"]>[number];

export const generationAnnotation = "deprecated.daemonset.template.generation";
export const hashLabel = "controller-revision-hash";
const generationLabel = "pod-template-generation";

/** Conditions of a node that a daemon stays through. */
const tolerated: readonly Toleration[] = [
  { key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute" },
  { key: "node.kubernetes.io/unreachable", operator: "Exists", effect: "NoExecute" },
  { key: "node.kubernetes.io/disk-pressure", operator: "Exists", effect: "NoSchedule" },
  { key: "node.kubernetes.io/memory-pressure", operator: "Exists", effect: "NoSchedule" },
  { key: "node.kubernetes.io/pid-pressure", operator: "Exists", effect: "NoSchedule" },
  { key: "node.kubernetes.io/unschedulable", operator: "Exists", effect: "NoSchedule" },
];
const toleratedWithHostNetwork: Toleration = {
  key: "node.kubernetes.io/network-unavailable",
  operator: "Exists",
  effect: "NoSchedule",
};

/** Whether a node should have a Pod, and whether one that is there may stay. */
export interface NodeNeed {
  readonly shouldRun: boolean;
  readonly mayStay: boolean;
}

export function needOf({ spec }: IDaemonSet, node: INode): NodeNeed {
  const podSpec = withTolerations(spec?.template.spec);
  const pod = podSpec ? { spec: podSpec } : {};
  const isOtherNode = podSpec?.nodeName && podSpec.nodeName !== node.metadata?.name;
  if (isOtherNode || !matchesNodeAffinity(pod, node)) {
    return { shouldRun: false, mayStay: false };
  }
  return {
    shouldRun: !isRepelled(pod, node, ["NoSchedule", "NoExecute"]),
    mayStay: !isRepelled(pod, node, ["NoExecute"]),
  };
}

/** The node that a Pod runs on or is meant for. */
export function targetNodeOf({ spec }: IPod): string | undefined {
  const terms =
    spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const fields = terms.flatMap(({ matchFields = [] }) => matchFields);
  return spec?.nodeName || fields.find(({ key }) => key === "metadata.name")?.values?.[0];
}

/** The template of the Pod for one node; the scheduler binds it there. */
export function templateFor({ metadata, spec }: IDaemonSet, node: string, hash: string): PodTemplate {
  const template = spec?.template;
  const generation = metadata?.annotations?.[generationAnnotation];
  const podSpec = withTolerations(template?.spec);
  return {
    metadata: {
      ...template?.metadata,
      labels: {
        ...template?.metadata?.labels,
        ...(generation ? { [generationLabel]: generation } : {}),
        [hashLabel]: hash,
      },
    },
    ...(podSpec ? { spec: { ...podSpec, affinity: boundTo(node, podSpec.affinity) } } : {}),
  };
}

/** Whether a Pod is of the set's template, by its hash or, as Pods of old servers tell it, by its generation. */
export function isUpdated({ metadata }: IDaemonSet, pod: IPod, hash: string): boolean {
  const generation = metadata?.annotations?.[generationAnnotation];
  const labels = pod.metadata?.labels ?? {};
  return labels[hashLabel] === hash || (generation !== undefined && labels[generationLabel] === generation);
}

function withTolerations(spec: PodSpec | undefined): PodSpec | undefined {
  if (!spec) {
    return undefined;
  }
  const added = spec.hostNetwork ? [...tolerated, toleratedWithHostNetwork] : tolerated;
  const own = (spec.tolerations ?? []).filter(
    (each) => !added.some(({ key, effect }) => key === each.key && effect === each.effect),
  );
  return { ...spec, tolerations: [...own, ...added] };
}

function boundTo(node: string, affinity: PodSpec["affinity"]): NonNullable<PodSpec["affinity"]> {
  const matchFields = [{ key: "metadata.name", operator: "In" as const, values: [node] }];
  return {
    ...affinity,
    nodeAffinity: {
      ...affinity?.nodeAffinity,
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] },
    },
  };
}
