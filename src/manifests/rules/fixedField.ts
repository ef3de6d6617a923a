import { builtInResource } from "../../common/kubernetes/builtInResources.ts";
import { jsonEqual } from "../../common/kubernetes/jsonValues.ts";
import type { JsonObject, KubernetesObject } from "../../common/kubernetes/objects.ts";
import { typeOfKind } from "../../common/kubernetes/schema/index.ts";
import { asServerHolds } from "../schema/serverFindings.ts";
import type { Rule, RuleExamples } from "./rule.ts";

/** spec fields of a StatefulSet that may change (pkg/apis/apps/validation, ValidateStatefulSetUpdate). */
const mayChange = new Set([
  "replicas",
  "ordinals",
  "template",
  "updateStrategy",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
  "minReadySeconds",
]);

/** A change of a StatefulSet's field that cannot change: apply will be refused. */
export const fixedField: Rule = {
  id: "fixed-field-changed",
  severity: "error",
  kinds: ["StatefulSet"],
  title: { ja: "変更できないフィールドの変更", en: "Change of a field that cannot change" },
  why: {
    ja: "StatefulSet で変えられるのは replicas、ordinals、template、updateStrategy、revisionHistoryLimit、persistentVolumeClaimRetentionPolicy、minReadySeconds だけです。ほかを変えるには、Pod とデータを残したままオブジェクトだけを削除し(kubectl delete sts NAME --cascade=orphan)、新しいマニフェストを apply します。",
    en: "Of a StatefulSet only replicas, ordinals, template, updateStrategy, revisionHistoryLimit, persistentVolumeClaimRetentionPolicy and minReadySeconds can change. For anything else delete the object alone, keeping Pods and data (kubectl delete sts NAME --cascade=orphan), and apply the new manifest.",
  },
  lesson: "4.4",
  *check(object, scene) {
    const live = scene.liveOf(object);
    const wanted = live && complete(object.value);
    if (!live || !wanted) {
      return;
    }
    const [before, after] = [specOf(live), specOf(wanted)];
    for (const field of new Set([...Object.keys(before), ...Object.keys(after)])) {
      if (!mayChange.has(field) && !jsonEqual(withoutStatus(before[field]), withoutStatus(after[field]))) {
        const isClaims = field === "volumeClaimTemplates";
        yield {
          path: ["spec", field],
          on: "key",
          message: {
            ja: `${field} は作成後に変えられず、apply は拒否されます。kubectl delete sts ${object.name} --cascade=orphan のあとで apply し直します。${isClaims ? "既存の PVC はそのまま残り、大きさは PVC ごとに広げます。" : ""}`,
            en: `${field} cannot change: apply will be refused. Run kubectl delete sts ${object.name} --cascade=orphan, then apply again.${isClaims ? " Claims that exist stay as they are; each is grown by itself." : ""}`,
          },
        };
      }
    }
  },
};

function complete(value: JsonObject): KubernetesObject | undefined {
  const resource = builtInResource("apps/v1", "StatefulSet");
  const type = typeOfKind("apps", "v1", "StatefulSet");
  return resource && type ? asServerHolds(resource, type, value) : undefined;
}

function specOf(object: KubernetesObject): JsonObject {
  return ((object as { spec?: JsonObject }).spec ?? {}) as JsonObject;
}

/** Claim templates as written: their status is the server's. */
function withoutStatus(value: JsonObject[string] | undefined): JsonObject[string] {
  if (!Array.isArray(value)) {
    return value ?? null;
  }
  return value.map((item) => {
    if (typeof item !== "object" || item === null || Array.isArray(item)) {
      return item;
    }
    const { status: _, ...rest } = item;
    return rest;
  });
}

const set = (policy: string, size: string) => `kind: StatefulSet
apiVersion: apps/v1
metadata: {name: db, namespace: default}
spec:
  serviceName: db
  podManagementPolicy: ${policy}
  selector:
    matchLabels: {app: db}
  template:
    metadata:
      labels: {app: db}
    spec:
      containers:
      - {name: db, image: "postgres:15"}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec:
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: ${size}}}
`;

const live = {
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "db", namespace: "default" },
  spec: {
    replicas: 1,
    serviceName: "db",
    podManagementPolicy: "OrderedReady",
    revisionHistoryLimit: 10,
    selector: { matchLabels: { app: "db" } },
    updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
    persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
    template: {},
    volumeClaimTemplates: [
      {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { name: "data" },
        spec: {
          accessModes: ["ReadWriteOnce"],
          resources: { requests: { storage: "1Gi" } },
          volumeMode: "Filesystem",
        },
        status: { phase: "Pending" },
      },
    ],
  },
};

export const examples: RuleExamples = {
  valid: [set("Parallel", "2Gi")],
  invalid: [
    { yaml: set("OrderedReady", "1Gi"), live: [live], marks: [] },
    { yaml: set("Parallel", "1Gi"), live: [live], marks: ["podManagementPolicy"] },
    { yaml: set("OrderedReady", "2Gi"), live: [live], marks: ["volumeClaimTemplates"] },
  ],
};
