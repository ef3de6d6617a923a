import assert from "node:assert/strict";
import type { JsonObject, KubernetesObject } from "../../../src/common/kubernetes/objects.ts";
import { ApiError } from "../../../src/practiceCluster/api/apiError.ts";
import { pods, statefulSets } from "../../../src/practiceCluster/api/resources.ts";
import { applyPatch, patchObject } from "../../../src/practiceCluster/apiServer/patch/index.ts";

const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p", finalizers: ["a", "b"], labels: { x: "1" } },
  spec: {
    containers: [
      {
        name: "main",
        image: "one",
        env: [
          { name: "A", value: "1" },
          { name: "B", value: "2" },
        ],
      },
      { name: "side", image: "two" },
    ],
    tolerations: [{ key: "k" }],
  },
};

function patched(patch: JsonObject): JsonObject {
  return applyPatch("strategic", pods, pod as KubernetesObject, patch);
}

function names(list: unknown): string[] {
  return (list as { name: string }[]).map(({ name }) => name);
}

describe("strategic merge patch", () => {
  it("merges lists by their key and puts new elements first", () => {
    const spec = patched({ spec: { containers: [{ name: "new", image: "x" }] } }).spec as JsonObject;
    assert.deepEqual(names(spec.containers), ["new", "main", "side"]);
  });

  it("deletes an element by its key and keeps the patch's order", () => {
    const env = [
      { name: "A", $patch: "delete" },
      { name: "C", value: "3" },
    ];
    const spec = patched({ spec: { containers: [{ name: "main", env }] } }).spec as JsonObject;
    const main = (spec.containers as JsonObject[])[0];
    assert.deepEqual(main?.env, [
      { name: "C", value: "3" },
      { name: "B", value: "2" },
    ]);
    assert.equal(main?.image, "one");
  });

  it("follows $setElementOrder and $deleteFromPrimitiveList", () => {
    const result = patched({
      metadata: { "$deleteFromPrimitiveList/finalizers": ["a"] },
      spec: { "$setElementOrder/containers": [{ name: "side" }, { name: "main" }] },
    });
    assert.deepEqual((result.metadata as JsonObject).finalizers, ["b"]);
    assert.deepEqual(names((result.spec as JsonObject).containers), ["side", "main"]);
  });

  it("replaces lists that the schema does not merge, and maps with $patch: replace", () => {
    const result = patched({
      metadata: { labels: { $patch: "replace", y: "2" } },
      spec: { tolerations: [{ key: "other" }] },
    });
    assert.deepEqual((result.metadata as JsonObject).labels, { y: "2" });
    assert.deepEqual((result.spec as JsonObject).tolerations, [{ key: "other" }]);
  });

  it("drops what $retainKeys does not name", () => {
    const set = { spec: { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } } } };
    const result = applyPatch("strategic", statefulSets, set as KubernetesObject, {
      spec: { updateStrategy: { $retainKeys: ["type"], type: "OnDelete" } },
    });
    assert.deepEqual(result, { spec: { updateStrategy: { type: "OnDelete" } } });
  });

  it("names the element that lacks the merge key", () => {
    assert.throws(() => patched({ spec: { containers: [{ image: "x" }] } }), {
      message: "map: map[image:x] does not contain declared merge key: name",
    });
  });

  it("leaves what it patches untouched", () => {
    const before = structuredClone(pod);
    patched({ spec: { containers: [{ name: "main", image: "changed" }] } });
    assert.deepEqual(pod, before);
  });
});

describe("patches that are refused", () => {
  function refusal(
    type: "json" | "merge" | "strategic",
    patch: JsonObject | string | JsonObject[],
  ): ApiError {
    try {
      patchObject(type, pods, pod as KubernetesObject, patch, "Strict");
    } catch (error) {
      assert.ok(error instanceof ApiError);
      return error;
    }
    return assert.fail("not refused");
  }

  it("a JSON patch that is no list", () => {
    const error = refusal("json", { op: "add" });
    assert.equal(error.code, 400);
    assert.equal(
      error.message,
      "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp",
    );
  });

  it("a failing test operation", () => {
    assert.equal(refusal("json", [{ op: "test", path: "/metadata/name", value: "q" }]).code, 422);
  });

  it("a strategic patch that is no object", () => {
    const text = "json: cannot unmarshal string into Go value of type map[string]interface {}";
    assert.equal(refusal("strategic", "not json").message, text);
  });

  it("an unknown field, with the whole patched object in the message", () => {
    const error = refusal("merge", { spec: { nothing: 1 } });
    assert.equal(error.code, 422);
    assert.match(
      error.message,
      /^ "" is invalid: patch: Invalid value: ".*": strict decoding error: unknown field "spec\.nothing"$/,
    );
  });
});

describe("strategic patches of a wrong type", () => {
  const cases: readonly [JsonObject, string][] = [
    [{ spec: { replicas: "x" } }, "unrecognized type: int32"],
    [{ spec: { serviceName: 1 } }, "cannot convert int64 to string"],
    [{ spec: { volumeClaimTemplates: {} } }, "cannot restore slice from map"],
  ];
  for (const [patch, problem] of cases) {
    it(`say "${problem}"`, () => {
      const set = { metadata: { name: "s" }, spec: { replicas: 1 } } as KubernetesObject;
      assert.throws(
        () => patchObject("strategic", statefulSets, set, patch, "Strict"),
        (error) => error instanceof ApiError && error.code === 422 && error.message.endsWith(`: ${problem}`),
      );
    });
  }
});
