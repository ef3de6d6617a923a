import type { Json, JsonObject } from "../../../../src/common/kubernetes/objects.ts";
import { podTemplate } from "./oddValues.ts";

/** Objects that a server takes as they are, each with the collection where it belongs. */
export type Home = readonly [collection: string, object: Json];

function named(apiVersion: string, kind: string, name: string, rest: JsonObject): Json {
  return { apiVersion, kind, metadata: { name }, ...rest };
}

const rbac = "rbac.authorization.k8s.io/v1";
const labels: JsonObject = { matchLabels: { app: "web" } };
const rules: Json = [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] }];
const subjects: Json = [{ kind: "ServiceAccount", name: "reader", namespace: "default" }];
const jobSpec: JsonObject = {
  completions: 1,
  backoffLimit: 1,
  ttlSecondsAfterFinished: 1,
  template: {
    spec: {
      restartPolicy: "Never",
      containers: [{ name: "main", image: "busybox:1.37", command: ["true"] }],
    },
  },
};
const widgetSchema: JsonObject = {
  type: "object",
  properties: {
    spec: {
      type: "object",
      required: ["size"],
      properties: {
        size: { type: "integer", minimum: 0, default: 1 },
        mode: { type: "string", enum: ["a", "b"] },
        parts: { type: "array", items: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    },
    status: { type: "object", properties: { replicas: { type: "integer" } } },
  },
};
const widgets: JsonObject = {
  group: "fuzz.example",
  scope: "Namespaced",
  names: { plural: "widgets", singular: "widget", kind: "Widget", listKind: "WidgetList" },
  versions: [
    {
      name: "v1",
      served: true,
      storage: true,
      schema: { openAPIV3Schema: widgetSchema },
      subresources: {
        status: {},
        scale: { specReplicasPath: ".spec.size", statusReplicasPath: ".status.replicas" },
      },
      additionalPrinterColumns: [{ name: "Size", type: "integer", jsonPath: ".spec.size" }],
    },
  ],
};

const inNamespace: readonly (readonly [root: string, plural: string, object: Json])[] = [
  [
    "/apis/apps/v1",
    "daemonsets",
    named("apps/v1", "DaemonSet", "web", { spec: { selector: labels, template: podTemplate } }),
  ],
  [
    "/apis/apps/v1",
    "replicasets",
    named("apps/v1", "ReplicaSet", "web", { spec: { replicas: 1, selector: labels, template: podTemplate } }),
  ],
  [
    "/apis/apps/v1",
    "controllerrevisions",
    named("apps/v1", "ControllerRevision", "a", { revision: 1, data: { a: 1 } }),
  ],
  ["/apis/batch/v1", "jobs", named("batch/v1", "Job", "a", { spec: jobSpec })],
  [
    "/apis/batch/v1",
    "cronjobs",
    named("batch/v1", "CronJob", "a", { spec: { schedule: "*/5 * * * *", jobTemplate: { spec: jobSpec } } }),
  ],
  [
    "/api/v1",
    "serviceaccounts",
    named("v1", "ServiceAccount", "reader", { automountServiceAccountToken: false }),
  ],
  [
    "/api/v1",
    "resourcequotas",
    named("v1", "ResourceQuota", "a", { spec: { hard: { "count/secrets": "100", pods: "200" } } }),
  ],
  [
    "/api/v1",
    "limitranges",
    named("v1", "LimitRange", "a", {
      spec: { limits: [{ type: "Container", default: { cpu: "1" }, max: { cpu: "2" } }] },
    }),
  ],
  [
    "/api/v1",
    "events",
    named("v1", "Event", "a", {
      involvedObject: { kind: "Pod", name: "web-0", namespace: "default" },
      reason: "Fuzz",
      message: "m",
      type: "Normal",
      count: 1,
    }),
  ],
  [
    "/api/v1",
    "endpoints",
    named("v1", "Endpoints", "a", { subsets: [{ addresses: [{ ip: "10.0.0.1" }], ports: [{ port: 80 }] }] }),
  ],
  [
    "/apis/discovery.k8s.io/v1",
    "endpointslices",
    named("discovery.k8s.io/v1", "EndpointSlice", "a", {
      addressType: "IPv4",
      endpoints: [{ addresses: ["10.0.0.1"], conditions: { ready: true } }],
      ports: [{ name: "http", port: 80 }],
    }),
  ],
  [`/apis/${rbac}`, "roles", named(rbac, "Role", "a", { rules })],
  [
    `/apis/${rbac}`,
    "rolebindings",
    named(rbac, "RoleBinding", "a", {
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "a" },
      subjects,
    }),
  ],
  [
    "/apis/networking.k8s.io/v1",
    "networkpolicies",
    named("networking.k8s.io/v1", "NetworkPolicy", "a", {
      spec: { podSelector: {}, policyTypes: ["Ingress"] },
    }),
  ],
  [
    "/apis/networking.k8s.io/v1",
    "ingresses",
    named("networking.k8s.io/v1", "Ingress", "a", {
      spec: { defaultBackend: { service: { name: "web", port: { number: 80 } } } },
    }),
  ],
  [
    "/apis/coordination.k8s.io/v1",
    "leases",
    named("coordination.k8s.io/v1", "Lease", "a", {
      spec: { holderIdentity: "a", leaseDurationSeconds: 10 },
    }),
  ],
  [
    "/apis/fuzz.example/v1",
    "widgets",
    named("fuzz.example/v1", "Widget", "a", { spec: { size: 1, mode: "a", parts: [{ x: 1 }] } }),
  ],
];

const inCluster: readonly Home[] = [
  ["/api/v1/namespaces", named("v1", "Namespace", "fuzz", {})],
  [
    "/api/v1/persistentvolumes",
    named("v1", "PersistentVolume", "a", {
      spec: { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], hostPath: { path: "/mnt/a" } },
    }),
  ],
  [
    "/apis/storage.k8s.io/v1/storageclasses",
    named("storage.k8s.io/v1", "StorageClass", "a", { provisioner: "rancher.io/local-path" }),
  ],
  [
    "/apis/scheduling.k8s.io/v1/priorityclasses",
    named("scheduling.k8s.io/v1", "PriorityClass", "a", { value: 10 }),
  ],
  [`/apis/${rbac}/clusterroles`, named(rbac, "ClusterRole", "a", { rules })],
  ["/api/v1/nodes", named("v1", "Node", "other", { spec: { taints: [{ key: "a", effect: "NoSchedule" }] } })],
  [
    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
    named("apiextensions.k8s.io/v1", "CustomResourceDefinition", "widgets.fuzz.example", { spec: widgets }),
  ],
];

/** Beside those of `seedObjects`. */
export const moreHomes: readonly Home[] = [
  ...inNamespace.map(([root, plural, object]): Home => [`${root}/namespaces/default/${plural}`, object]),
  ...inCluster,
];

/** Where a POST is no creation of what is named in the path, but something that is to be done or answered. */
export const actions: readonly Home[] = [
  [
    "/api/v1/namespaces/default/pods/web-0/eviction",
    named("policy/v1", "Eviction", "web-0", { deleteOptions: { gracePeriodSeconds: 0 } }),
  ],
  [
    "/api/v1/namespaces/default/pods/web-0/binding",
    named("v1", "Binding", "web-0", { target: { kind: "Node", name: "other" } }),
  ],
  [
    "/api/v1/namespaces/default/serviceaccounts/default/token",
    {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: { expirationSeconds: 600, audiences: [] },
    },
  ],
  [
    "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes: { verb: "get", resource: "pods", namespace: "default" } },
    },
  ],
  [
    "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
    { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectRulesReview", spec: { namespace: "default" } },
  ],
  [
    "/apis/authorization.k8s.io/v1/subjectaccessreviews",
    {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SubjectAccessReview",
      spec: { user: "a", groups: ["b"], nonResourceAttributes: { path: "/x", verb: "get" } },
    },
  ],
  [
    "/apis/authentication.k8s.io/v1/tokenreviews",
    { apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", spec: { token: "a.b.c" } },
  ],
  [
    "/apis/authentication.k8s.io/v1/selfsubjectreviews",
    { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" },
  ],
];

/** Parts of objects that are written by themselves. */
export const writtenParts = ["status", "scale", "resize", "ephemeralcontainers", "finalize"] as const;
