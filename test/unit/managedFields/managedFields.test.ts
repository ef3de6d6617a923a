import assert from "node:assert/strict";
import { applyDefaults } from "../../../src/common/kubernetes/defaults/index.ts";
import type { JsonObject, KubernetesObject } from "../../../src/common/kubernetes/objects.ts";
import { ApiError } from "../../../src/practiceCluster/api/apiError.ts";
import type { Resource } from "../../../src/practiceCluster/api/resource.ts";
import { configMaps, statefulSets } from "../../../src/practiceCluster/api/resources.ts";
import { applyServerSide, recordUpdate } from "../../../src/practiceCluster/apiServer/managedFields/index.ts";
import { applyPatch } from "../../../src/practiceCluster/apiServer/patch/index.ts";
import { decodeObject } from "../../../src/practiceCluster/apiServer/schema/decode.ts";

const start = Date.UTC(2026, 0, 1);

function created(resource: Resource, body: JsonObject, manager: string): KubernetesObject {
  const { object } = decodeObject(resource, body, "Strict");
  applyDefaults(resource, object);
  recordUpdate({ resource, old: undefined, updated: object, manager, now: start });
  return object;
}

function updated(
  resource: Resource,
  old: KubernetesObject,
  patch: JsonObject,
  manager: string,
  subresource = "",
): KubernetesObject {
  const { object } = decodeObject(resource, applyPatch("merge", resource, old, patch), "Strict");
  applyDefaults(resource, object);
  recordUpdate({ resource, old, updated: object, manager, subresource, now: start + 5000 });
  return object;
}

function owners(object: KubernetesObject): unknown[] {
  return (object.metadata?.managedFields ?? []).map((entry) => [
    entry.manager,
    entry.operation,
    entry.fieldsV1,
  ]);
}

const configuration = (data: JsonObject): JsonObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "shared" },
  data,
});

function applied(current: KubernetesObject | undefined, data: JsonObject, manager: string, force = false) {
  const resource = configMaps;
  return applyServerSide({ resource, current, applied: configuration(data), manager, force, now: start });
}

const set = {
  metadata: { name: "web", labels: { app: "web" } },
  spec: {
    selector: { matchLabels: { app: "web" } },
    serviceName: "web",
    template: {
      metadata: { labels: { app: "web" } },
      spec: { containers: [{ name: "main", image: "one", ports: [{ containerPort: 80 }] }] },
    },
  },
};

describe("managed fields of updates", () => {
  it("give a creator what it and the defaults set, but neither names nor status", () => {
    const fields = created(statefulSets, set, "creator").metadata?.managedFields?.[0]?.fieldsV1 as JsonObject;
    assert.deepEqual(Object.keys(fields), ["f:metadata", "f:spec"]);
    assert.deepEqual(fields["f:metadata"], { "f:labels": { ".": {}, "f:app": {} } });
    const spec = fields["f:spec"] as JsonObject;
    assert.deepEqual(spec["f:selector"], {});
    assert.deepEqual(spec["f:updateStrategy"], {
      "f:rollingUpdate": { ".": {}, "f:partition": {} },
      "f:type": {},
    });
  });

  it("name list elements by their keys, defaults included", () => {
    const text = JSON.stringify(created(statefulSets, set, "creator").metadata?.managedFields);
    assert.ok(text.includes(String.raw`"k:{\"name\":\"main\"}":{".":{},"f:image":{}`));
    assert.ok(text.includes(String.raw`"k:{\"containerPort\":80,\"protocol\":\"TCP\"}"`));
  });

  it("move a changed field to who changed it, and keep the status apart", () => {
    const before = created(statefulSets, set, "creator");
    const scaled = updated(statefulSets, before, { spec: { replicas: 4 } }, "scaler");
    const seen = updated(statefulSets, scaled, { status: { replicas: 4 } }, "controller", "status");
    assert.deepEqual(owners(seen).slice(1), [
      ["controller", "Update", { "f:status": { "f:replicas": {} } }],
      ["scaler", "Update", { "f:spec": { "f:replicas": {} } }],
    ]);
    assert.ok(!JSON.stringify(owners(seen)[0]).includes("f:replicas"));
  });

  it("stay as they are when nothing changes", () => {
    const before = created(configMaps, configuration({ a: "1" }), "creator");
    const after = updated(configMaps, before, { data: { a: "1" } }, "other");
    assert.deepEqual(after.metadata?.managedFields, before.metadata?.managedFields);
  });
});

describe("server-side apply", () => {
  it("owns what the configuration names", () => {
    const fields = { "f:data": { "f:colour": {}, "f:size": {} } };
    const object = applied(undefined, { colour: "red", size: "small" }, "first");
    assert.deepEqual(owners(object), [["first", "Apply", fields]]);
  });

  it("refuses to change what another manager owns, unless forced", () => {
    const current = applied(undefined, { colour: "red", size: "small" }, "first");
    assert.throws(
      () => applied(current, { colour: "blue" }, "second"),
      (error) =>
        error instanceof ApiError &&
        error.code === 409 &&
        error.message === 'Apply failed with 1 conflict: conflict with "first": .data.colour' &&
        error.status.details?.causes?.[0]?.field === ".data.colour",
    );
    const forced = applied(current, { colour: "blue" }, "second", true);
    assert.deepEqual(owners(forced), [
      ["first", "Apply", { "f:data": { "f:size": {} } }],
      ["second", "Apply", { "f:data": { "f:colour": {} } }],
    ]);
  });

  it("removes what it no longer applies, but not what others own too", () => {
    const first = applied(undefined, { colour: "red", size: "small", shape: "round" }, "first");
    const second = applied(first, { colour: "red" }, "second");
    const third = applied(second, { size: "small" }, "first");
    assert.deepEqual((third as unknown as JsonObject).data, { colour: "red", size: "small" });
  });

  it("names the conflicts with updates, list elements by their keys", () => {
    const current = created(statefulSets, set, "editor");
    const template = { spec: { containers: [{ name: "main", image: "two" }] } };
    const wanted = { apiVersion: "apps/v1", kind: "StatefulSet", spec: { replicas: 7, template } };
    const apply = {
      resource: statefulSets,
      current,
      applied: wanted,
      manager: "m",
      force: false,
      now: start,
    };
    assert.throws(() => applyServerSide(apply), {
      message:
        'Apply failed with 2 conflicts: conflicts with "editor" using apps/v1:\n' +
        '- .spec.replicas\n- .spec.template.spec.containers[name="main"].image',
    });
  });

  it("lets kubectl take over what client-side apply last set", () => {
    const annotations = {
      "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify(configuration({ a: "1" })),
    };
    const body = { ...configuration({ a: "1" }), metadata: { name: "shared", annotations } };
    const current = created(configMaps, body, "kubectl-client-side-apply");
    const taken = applied(current, { a: "2" }, "kubectl");
    assert.deepEqual((taken as unknown as JsonObject).data, { a: "2" });
    assert.throws(() => applied(current, { a: "2" }, "another"), {
      message: /conflict with "kubectl-client/,
    });
  });

  it("refuses fields that the schema does not have", () => {
    const wanted = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x", namespace: "n" }, dat: {} };
    const apply = {
      resource: configMaps,
      current: undefined,
      applied: wanted,
      manager: "m",
      force: false,
      now: start,
    };
    assert.throws(() => applyServerSide(apply), {
      message:
        "failed to create typed patch object (n/x; v1, Kind=ConfigMap): .dat: field not declared in schema",
    });
  });
});
