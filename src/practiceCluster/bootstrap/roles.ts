import type { IPolicyRule } from "kubernetes-models/rbac.authorization.k8s.io/v1/PolicyRule";
import type { ApiClient } from "../api/apiClient.ts";
import { clusterRoleBindings, clusterRoles } from "../api/resources.ts";
import { adminRules, editRules, viewRules } from "./roleRules.ts";

const group = "rbac.authorization.k8s.io";
const metadata = {
  annotations: { "rbac.authorization.kubernetes.io/autoupdate": "true" },
  labels: { "kubernetes.io/bootstrapping": "rbac-defaults" },
};

const everything: IPolicyRule[] = [
  { verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
  { verbs: ["*"], nonResourceURLs: ["*"] },
];
const selfReviews: IPolicyRule[] = [
  {
    verbs: ["create"],
    apiGroups: ["authorization.k8s.io"],
    resources: ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
  },
  { verbs: ["create"], apiGroups: ["authentication.k8s.io"], resources: ["selfsubjectreviews"] },
];
const health = ["/healthz", "/livez", "/readyz", "/version", "/version/"];
const discovery = ["/api", "/api/*", "/apis", "/apis/*", "/openapi", "/openapi/*"];

const rulesByRole: Readonly<Record<string, IPolicyRule[]>> = {
  "cluster-admin": everything,
  admin: adminRules(),
  edit: editRules(),
  view: viewRules(),
  "system:basic-user": selfReviews,
  "system:discovery": [{ verbs: ["get"], nonResourceURLs: [...discovery, ...health].sort() }],
  "system:public-info-viewer": [{ verbs: ["get"], nonResourceURLs: health }],
};

/** Which groups each role is given to; kubeadm:cluster-admins are whom the kubeconfig belongs to. */
const bindings: readonly {
  readonly name: string;
  readonly role: string;
  readonly groups: readonly string[];
}[] = [
  { name: "cluster-admin", role: "cluster-admin", groups: ["system:masters"] },
  { name: "kubeadm:cluster-admins", role: "cluster-admin", groups: ["kubeadm:cluster-admins"] },
  { name: "system:basic-user", role: "system:basic-user", groups: ["system:authenticated"] },
  { name: "system:discovery", role: "system:discovery", groups: ["system:authenticated"] },
  {
    name: "system:public-info-viewer",
    role: "system:public-info-viewer",
    groups: ["system:authenticated", "system:unauthenticated"],
  },
];

/** Makes the roles for people that every cluster has, and who has them, where they are missing. */
export function bootstrapRoles(client: ApiClient): void {
  for (const [name, rules] of Object.entries(rulesByRole)) {
    if (!client.find(clusterRoles, { name })) {
      const made = { ...metadata, name };
      client.create(clusterRoles, { apiVersion: `${group}/v1`, kind: "ClusterRole", metadata: made, rules });
    }
  }
  for (const { name, role, groups } of bindings) {
    if (!client.find(clusterRoleBindings, { name })) {
      client.create(clusterRoleBindings, {
        apiVersion: `${group}/v1`,
        kind: "ClusterRoleBinding",
        metadata: name.startsWith("kubeadm:") ? { name } : { ...metadata, name },
        roleRef: { apiGroup: group, kind: "ClusterRole", name: role },
        subjects: groups.map((each) => ({ apiGroup: group, kind: "Group", name: each })),
      });
    }
  }
}
