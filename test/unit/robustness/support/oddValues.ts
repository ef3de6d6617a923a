import type { Json, JsonObject } from "../../../../src/common/kubernetes/objects.ts";
import type { Random } from "./random.ts";

const texts = [
  "",
  " ",
  "a",
  "web",
  "あいう",
  "\u0000",
  "\ud800",
  "__proto__",
  "constructor",
  "../../etc/passwd",
  "a/b/c",
  "%2e%2e",
  "1Gi",
  "-1Gi",
  "1e999",
  "2026-01-01T00:00:00Z",
  "$(HOME)",
  "{{ . }}",
  "x".repeat(300),
] as const;
const scalars: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  2_147_483_648,
  -9_007_199_254_740_992,
  1e308,
  "",
  "1",
  [],
  {},
];

/** A text that is unusual somewhere. */
export function oddText(random: Random): string {
  return random.pick(texts);
}

/** Any JSON value, nested at most so deep. */
export function oddValue(random: Random, depth: number): Json {
  if (depth > 0 && random.chance(0.3)) {
    return Array.from({ length: random.below(4) }, () => oddValue(random, depth - 1));
  }
  if (depth > 0 && random.chance(0.3)) {
    const entries = Array.from({ length: random.below(4) }, () => [
      oddText(random),
      oddValue(random, depth - 1),
    ]);
    return Object.fromEntries(entries);
  }
  return random.chance(0.4) ? oddText(random) : random.pick(scalars);
}

export const podTemplate: JsonObject = {
  metadata: { labels: { app: "web" } },
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [
      {
        name: "main",
        image: "busybox:1.37",
        command: ["sleep", "1000"],
        env: [{ name: "A", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
        ports: [{ name: "http", containerPort: 80 }],
        resources: { requests: { cpu: "10m", memory: "10Mi" } },
        readinessProbe: { exec: { command: ["true"] }, periodSeconds: 1 },
        volumeMounts: [{ name: "data", mountPath: "/data" }],
      },
    ],
    volumes: [{ name: "data", emptyDir: {} }],
  },
};

/** Objects that a server takes as they are: the changes are made to copies of these. */
export const seedObjects: readonly Json[] = [
  { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", labels: { x: "y" } }, data: { k: "v" } },
  { apiVersion: "v1", kind: "Secret", metadata: { name: "a" }, type: "Opaque", data: { k: "dg==" } },
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "fuzz" } },
  { apiVersion: "v1", kind: "Pod", metadata: { name: "web-0" }, spec: podTemplate["spec"] ?? null },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web" },
    spec: { clusterIP: "None", selector: { app: "web" }, ports: [{ port: 80, targetPort: "http" }] },
  },
  {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "a" },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  },
  {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "web" },
    spec: {
      serviceName: "web",
      replicas: 2,
      selector: { matchLabels: { app: "web" } },
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
      template: podTemplate,
      volumeClaimTemplates: [
        {
          metadata: { name: "data" },
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
        },
      ],
    },
  },
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web" },
    spec: { replicas: 1, selector: { matchLabels: { app: "web" } }, template: podTemplate },
  },
  {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: "web" },
    spec: { minAvailable: "50%", selector: { matchLabels: { app: "web" } } },
  },
  { apiVersion: "autoscaling/v1", kind: "Scale", metadata: { name: "web" }, spec: { replicas: 1 } },
  {
    apiVersion: "meta.k8s.io/v1",
    kind: "DeleteOptions",
    gracePeriodSeconds: 0,
    propagationPolicy: "Background",
  },
];
