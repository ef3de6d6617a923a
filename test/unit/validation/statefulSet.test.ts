import assert from "node:assert/strict";
import { applyDefaults } from "../../../src/common/kubernetes/defaults/index.ts";
import type { JsonObject, KubernetesObject } from "../../../src/common/kubernetes/objects.ts";
import { ApiError } from "../../../src/practiceCluster/api/apiError.ts";
import type { Resource } from "../../../src/practiceCluster/api/resource.ts";
import { persistentVolumeClaims, pods, statefulSets } from "../../../src/practiceCluster/api/resources.ts";
import { applyPatch } from "../../../src/practiceCluster/apiServer/patch/index.ts";
import { kubernetesRules } from "../../../src/practiceCluster/apiServer/requests/rules.ts";
import { decodeObject } from "../../../src/practiceCluster/apiServer/schema/decode.ts";

const { validateCreate, validateUpdate } = kubernetesRules;

const ledger = {
  metadata: { name: "ledger", namespace: "shop" },
  spec: {
    serviceName: "ledger",
    selector: { matchLabels: { role: "db" } },
    template: {
      metadata: { labels: { role: "db" } },
      spec: { containers: [{ name: "main", image: "postgres:16" }] },
    },
    volumeClaimTemplates: [
      {
        metadata: { name: "data" },
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "2Mi" } } },
      },
    ],
  },
};

function complete(resource: Resource, body: JsonObject): KubernetesObject {
  const { object } = decodeObject(resource, body, "Strict");
  applyDefaults(resource, object);
  return object;
}

function refusal(action: () => void): ApiError {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof ApiError);
    return error;
  }
  return assert.fail("was accepted");
}

function refusedCreation(patch: JsonObject): ApiError {
  const body = applyPatch("merge", statefulSets, ledger as unknown as KubernetesObject, patch);
  return refusal(() => validateCreate(statefulSets, complete(statefulSets, body)));
}

function refusedChange(resource: Resource, body: JsonObject, patch: JsonObject): string {
  const old = complete(resource, body);
  const changed = complete(resource, applyPatch("merge", resource, old, patch));
  return refusal(() => validateUpdate(resource, changed, old, "object")).message;
}

const podSpec = (spec: JsonObject): JsonObject => ({ spec: { template: { spec } } });
const container = (fields: JsonObject): JsonObject =>
  podSpec({ containers: [{ name: "main", image: "postgres:16", ...fields }] });
const label =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

const refusals: readonly [string, JsonObject, string][] = [
  [
    "replicas",
    { spec: { replicas: -2 } },
    "spec.replicas: Invalid value: -2: must be greater than or equal to 0",
  ],
  [
    "pod management",
    { spec: { podManagementPolicy: "Both" } },
    `spec.podManagementPolicy: Invalid value: "Both": must be 'OrderedReady' or 'Parallel'`,
  ],
  [
    "strategy",
    { spec: { updateStrategy: { type: "Slow" } } },
    `spec.updateStrategy: Invalid value: {"Type":"Slow","RollingUpdate":null}: must be 'RollingUpdate' or 'OnDelete'`,
  ],
  [
    "partition of OnDelete",
    { spec: { updateStrategy: { type: "OnDelete", rollingUpdate: { partition: 3 } } } },
    `spec.updateStrategy.rollingUpdate: Invalid value: {"Partition":3,"MaxUnavailable":null}: only allowed for updateStrategy 'RollingUpdate'`,
  ],
  [
    "retention policy",
    { spec: { persistentVolumeClaimRetentionPolicy: { whenScaled: "Keep" } } },
    'spec.persistentVolumeClaimRetentionPolicy.whenScaled: Unsupported value: "Keep": supported values: "Retain", "Delete"',
  ],
  ["service name", { spec: { serviceName: "A b" } }, `spec.serviceName: Invalid value: "A b": ${label}`],
  [
    "name with dots",
    { metadata: { name: "a.b" } },
    'metadata.name: Invalid value: "a.b": must not contain dots',
  ],
  [
    "labels of the template",
    { spec: { template: { metadata: { labels: { role: "web" } } } } },
    'spec.template.metadata.labels: Invalid value: {"role":"web"}: `selector` does not match template `labels`',
  ],
  [
    "no selector",
    { spec: { selector: null } },
    '[spec.selector: Required value, spec.template.metadata.labels: Invalid value: {"role":"db"}: `selector` does not match template `labels`]',
  ],
  ["no image", container({ image: "" }), "spec.template.spec.containers[0].image: Required value"],
  [
    "a mount without volume",
    container({ volumeMounts: [{ name: "other", mountPath: "/x" }] }),
    'spec.template.spec.containers[0].volumeMounts[0].name: Not found: "other"',
  ],
  [
    "a port",
    container({ ports: [{ containerPort: 70000 }] }),
    "spec.template.spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive",
  ],
  [
    "requests above limits",
    container({ resources: { requests: { cpu: "2" }, limits: { cpu: "1" } } }),
    'spec.template.spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
  ],
  [
    "a probe without handler",
    container({ readinessProbe: { periodSeconds: 5 } }),
    "spec.template.spec.containers[0].readinessProbe: Required value: must specify a handler type",
  ],
  [
    "restart policy",
    podSpec({ restartPolicy: "OnFailure" }),
    'spec.template.spec.restartPolicy: Unsupported value: "OnFailure": supported values: "Always"',
  ],
  [
    "claim without access mode",
    {
      spec: {
        volumeClaimTemplates: [
          { metadata: { name: "d" }, spec: { resources: { requests: { storage: "1Mi" } } } },
        ],
      },
    },
    "spec.volumeClaimTemplates[0].spec.accessModes: Required value: at least 1 access mode is required",
  ],
];

describe("creation of a StatefulSet", () => {
  it("accepts a set that mounts the volume of its claim template", () => {
    const mount = container({ volumeMounts: [{ name: "data", mountPath: "/data" }] });
    const body = applyPatch("merge", statefulSets, ledger as unknown as KubernetesObject, mount);
    validateCreate(statefulSets, complete(statefulSets, body));
  });

  for (const [name, patch, expected] of refusals) {
    it(`refuses: ${name}`, () => {
      const error = refusedCreation(patch);
      const object = (patch.metadata as JsonObject | undefined)?.name ?? "ledger";
      assert.equal(error.message, `StatefulSet.apps "${object}" is invalid: ${expected}`);
      assert.equal(error.code, 422);
    });
  }

  it("names group, kind and one cause for each problem", () => {
    const error = refusedCreation({ spec: { replicas: -1, minReadySeconds: -1 } });
    assert.equal(error.status.details?.group, "apps");
    assert.deepEqual(
      error.status.details?.causes?.map(({ field, reason }) => [field, reason]),
      [
        ["spec.replicas", "FieldValueInvalid"],
        ["spec.minReadySeconds", "FieldValueInvalid"],
      ],
    );
  });
});

describe("changes that are refused", () => {
  it("to fields of a set that are fixed", () => {
    const message = refusedChange(statefulSets, ledger, { spec: { serviceName: "other" } });
    assert.match(
      message,
      /^StatefulSet.apps "ledger" is invalid: spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals'/,
    );
  });

  it("but replicas, template and retention of a set may change", () => {
    const old = complete(statefulSets, ledger);
    const patch = { spec: { replicas: 5, persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete" } } };
    validateUpdate(
      statefulSets,
      complete(statefulSets, applyPatch("merge", statefulSets, old, patch)),
      old,
      "object",
    );
  });

  it("to a Pod's spec, with the difference of the inside form", () => {
    const pod = {
      metadata: { name: "p", namespace: "n" },
      spec: { containers: [{ name: "c", image: "i" }] },
    };
    const message = refusedChange(pods, pod, { spec: { dnsPolicy: "Default" } });
    assert.match(
      message,
      /spec: Forbidden: pod updates may not change fields other than `spec\.containers\[\*\]\.image`/,
    );
    assert.ok(
      message.includes('-  "DNSPolicy": "ClusterFirst",\n+  "DNSPolicy": "Default",'.replaceAll("  ", " ")),
    );
    assert.ok(message.includes('\n  "ActiveDeadlineSeconds": null,\n'));
  });

  it("to a bound claim: its class, or less than it has", () => {
    const claim = {
      metadata: { name: "c", namespace: "n" },
      spec: {
        accessModes: ["ReadWriteOnce"],
        storageClassName: "slow",
        volumeName: "v",
        resources: { requests: { storage: "4Mi" } },
      },
      status: { phase: "Bound", capacity: { storage: "4Mi" } },
    };
    const other = refusedChange(persistentVolumeClaims, claim, { spec: { storageClassName: "fast" } });
    assert.ok(other.includes('- "StorageClassName": "slow",\n+ "StorageClassName": "fast",\n'));
    const less = refusedChange(persistentVolumeClaims, claim, {
      spec: { resources: { requests: { storage: "1Mi" } } },
    });
    assert.equal(
      less,
      'PersistentVolumeClaim "c" is invalid: spec.resources.requests.storage: Forbidden: field can not be less than status.capacity',
    );
  });
});
