import type { IPolicyRule } from "kubernetes-models/rbac.authorization.k8s.io/v1/PolicyRule";

const read = ["get", "list", "watch"];
const write = ["create", "delete", "deletecollection", "patch", "update"];
const readAndWrite = [...read, ...write].sort();

/** The resources that people with each role see and change, by API group (bootstrappolicy's roles for end users). */
const workloads: Readonly<Record<string, readonly string[]>> = {
  apps: ["daemonsets", "deployments", "replicasets", "statefulsets"],
  autoscaling: ["horizontalpodautoscalers"],
  batch: ["cronjobs", "jobs"],
  policy: ["poddisruptionbudgets"],
  "networking.k8s.io": ["ingresses", "networkpolicies"],
};
const scalable = ["deployments", "replicasets", "statefulsets"];
const podConnections = ["pods/attach", "pods/exec", "pods/portforward", "pods/proxy"];

/** What the role "view" allows: reading nearly everything of a namespace, but no Secrets. */
export function viewRules(): IPolicyRule[] {
  const core = ["configmaps", "endpoints", "persistentvolumeclaims", "pods", "serviceaccounts", "services"];
  const states = ["limitranges", "namespaces/status", "pods/log", "pods/status", "resourcequotas"];
  return [
    rule([""], [...core, "persistentvolumeclaims/status", "services/status"], read),
    rule([""], ["bindings", ...states, "resourcequotas/status"], read),
    rule([""], ["namespaces"], read),
    rule(["", "events.k8s.io"], ["events"], read),
    rule(["discovery.k8s.io"], ["endpointslices"], read),
    rule(["apps"], ["controllerrevisions"], read),
    ...workloadRules((name) => [name, `${name}/status`], read),
  ];
}

/** What the role "edit" allows: changing what "view" shows, and Secrets and Pods' containers. */
export function editRules(): IPolicyRule[] {
  const core = ["configmaps", "persistentvolumeclaims", "secrets", "serviceaccounts", "services"];
  return [
    ...viewRules(),
    rule([""], [...podConnections, "secrets", "services/proxy"], read),
    rule([""], ["serviceaccounts"], ["impersonate"]),
    rule([""], ["pods", ...podConnections], write),
    rule([""], ["pods/eviction"], ["create"]),
    rule([""], [...core, "services/proxy"], write),
    rule([""], ["serviceaccounts/token"], ["create"]),
    rule(["", "events.k8s.io"], ["events"], write),
    ...workloadRules((name) => [name], write),
    rule(["coordination.k8s.io"], ["leases"], readAndWrite),
  ];
}

/** What the role "admin" allows: what "edit" does, and giving roles to others. */
export function adminRules(): IPolicyRule[] {
  return [
    ...editRules(),
    rule(["authorization.k8s.io"], ["localsubjectaccessreviews"], ["create"]),
    rule(["rbac.authorization.k8s.io"], ["rolebindings", "roles"], readAndWrite),
  ];
}

function workloadRules(
  formsOf: (resource: string) => readonly string[],
  verbs: readonly string[],
): IPolicyRule[] {
  return Object.entries(workloads).map(([group, resources]) => {
    const scales = group === "apps" ? scalable.map((name) => `${name}/scale`) : [];
    return rule([group], [...resources.flatMap(formsOf), ...scales].sort(), verbs);
  });
}

function rule(
  apiGroups: readonly string[],
  resources: readonly string[],
  verbs: readonly string[],
): IPolicyRule {
  return { apiGroups: [...apiGroups], resources: [...resources], verbs: [...verbs] };
}
