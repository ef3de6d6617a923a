import type { IPod } from "kubernetes-models/v1/Pod";
import type { KubernetesObject } from "../../../common/kubernetes/objects.ts";
import { qosClassOf } from "../../../common/kubernetes/qosClass.ts";
import { pods } from "../../api/resources.ts";
import { ageColumn, nameColumn } from "./columns.ts";
import type { ResourceDefinition } from "./definition.ts";
import { statusSubresource, textColumn } from "./plain.ts";
import { summarizePod } from "./podSummary.ts";

/** v1 Pod (pkg/registry/core/pod). */
export const podDefinition: ResourceDefinition<IPod> = {
  resource: pods,
  singularName: "pod",
  shortNames: ["po"],
  categories: ["all"],
  subresources: [
    { name: "attach", verbs: ["create", "get"], kind: "PodAttachOptions" },
    { name: "binding", verbs: ["create"], kind: "Binding" },
    { name: "ephemeralcontainers", verbs: ["get", "patch", "update"] },
    { name: "eviction", verbs: ["create"], kind: "Eviction", group: "policy", version: "v1" },
    { name: "exec", verbs: ["create", "get"], kind: "PodExecOptions" },
    { name: "log", verbs: ["get"] },
    { name: "portforward", verbs: ["create", "get"], kind: "PodPortForwardOptions" },
    { name: "proxy", verbs: ["create", "delete", "get", "patch", "update"], kind: "PodProxyOptions" },
    { name: "resize", verbs: ["get", "patch", "update"] },
    statusSubresource,
  ],
  hasStatus: true,
  generationOf: (pod) => pod.spec,
  columns: [
    nameColumn,
    textColumn<IPod>(
      "Ready",
      "The aggregate readiness state of this pod for accepting traffic.",
      (pod, now) => summarizePod(pod, now).ready,
    ),
    textColumn<IPod>(
      "Status",
      "The aggregate status of the containers in this pod.",
      (pod, now) => summarizePod(pod, now).status,
    ),
    textColumn<IPod>(
      "Restarts",
      "The number of times the containers in this pod have been restarted and when the last container in this pod has restarted.",
      (pod, now) => summarizePod(pod, now).restarts,
    ),
    ageColumn,
    textColumn<IPod>("IP", ["PodStatus", "podIP"], (pod) => pod.status?.podIPs?.[0]?.ip || "<none>", 1),
    textColumn<IPod>("Node", ["PodSpec", "nodeName"], (pod) => pod.spec?.nodeName || "<none>", 1),
    textColumn<IPod>(
      "Nominated Node",
      ["PodStatus", "nominatedNodeName"],
      (pod) => pod.status?.nominatedNodeName || "<none>",
      1,
    ),
    textColumn<IPod>("Readiness Gates", ["PodSpec", "readinessGates"], readinessGates, 1),
  ],
  selectableFields: (object: KubernetesObject) => {
    const pod = object as IPod;
    return {
      "spec.nodeName": pod.spec?.nodeName ?? "",
      "spec.restartPolicy": pod.spec?.restartPolicy ?? "",
      "spec.schedulerName": pod.spec?.schedulerName ?? "",
      "spec.serviceAccountName": pod.spec?.serviceAccountName ?? "",
      "spec.hostNetwork": String(pod.spec?.hostNetwork ?? false),
      "status.phase": pod.status?.phase ?? "",
      "status.podIP": pod.status?.podIP ?? "",
      "status.nominatedNodeName": pod.status?.nominatedNodeName ?? "",
    };
  },
  prepareForCreate: (pod) => {
    pod.status = { phase: "Pending", qosClass: qosClassOf(pod), ...gatedConditions(pod) };
  },
  gracePeriodSeconds: (pod, requested) => {
    const { phase } = pod.status ?? {};
    // a Pod that no kubelet runs, or that has ended, needs no time to end
    if (!pod.spec?.nodeName || phase === "Succeeded" || phase === "Failed") {
      return 0;
    }
    return requested ?? pod.spec.terminationGracePeriodSeconds ?? 30;
  },
};

/** A Pod with gates says from the start that no scheduler looks at it yet. */
function gatedConditions({ spec }: IPod): Pick<NonNullable<IPod["status"]>, "conditions"> {
  const condition = {
    type: "PodScheduled",
    status: "False" as const,
    reason: "SchedulingGated",
    message: "Scheduling is blocked due to non-empty scheduling gates",
  };
  return (spec?.schedulingGates ?? []).length > 0 ? { conditions: [condition] } : {};
}

function readinessGates(pod: IPod): string {
  const gates = pod.spec?.readinessGates ?? [];
  const conditions = pod.status?.conditions ?? [];
  const passed = gates.filter(({ conditionType }) =>
    conditions.some(({ type, status }) => type === conditionType && status === "True"),
  );
  return gates.length === 0 ? "<none>" : `${passed.length}/${gates.length}`;
}
