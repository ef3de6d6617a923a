import assert from "node:assert/strict";
import type { KubernetesObject } from "../../../src/common/kubernetes/objects.ts";
import { ObjectStore } from "../../../src/practiceCluster/storage/objectStore.ts";

function object(name: string, namespace = "one"): KubernetesObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace } };
}

function names(objects: readonly KubernetesObject[] | undefined): unknown[] | undefined {
  return objects?.map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`);
}

describe("the object store", () => {
  it("lists in the order of keys, whatever the order of writes, and one namespace alone", () => {
    const store = new ObjectStore();
    for (const [name, namespace] of [
      ["b", "one"],
      ["a", "one-more"],
      ["a", "one"],
      ["c", "on"],
      ["b", "one"],
    ] as const) {
      store.put("configmaps", object(name, namespace));
    }
    // "-" comes before "/", as in etcd
    assert.deepEqual(names(store.list("configmaps")), ["on/c", "one-more/a", "one/a", "one/b"]);
    assert.deepEqual(names(store.list("configmaps", "one")), ["one/a", "one/b"]);
    assert.deepEqual(names(store.list("configmaps", "two")), []);
    store.remove("configmaps", { namespace: "one", name: "a" });
    assert.deepEqual(names(store.list("configmaps", "one")), ["one/b"]);
  });

  it("tells what there was at an earlier revision", () => {
    const store = new ObjectStore();
    store.put("configmaps", object("kept"));
    store.put("configmaps", object("gone"));
    const { revision } = store;
    const before = store.find("configmaps", { namespace: "one", name: "kept" });
    store.put("configmaps", {
      ...object("kept"),
      metadata: { name: "kept", namespace: "one", labels: { a: "b" } },
    });
    store.remove("configmaps", { namespace: "one", name: "gone" });
    store.put("configmaps", object("later"));
    assert.deepEqual(names(store.listAt("configmaps", revision)), ["one/gone", "one/kept"]);
    assert.equal(store.listAt("configmaps", revision)?.[1], before);
    assert.deepEqual(names(store.list("configmaps")), ["one/kept", "one/later"]);
    store.forgetChanges();
    assert.equal(store.listAt("configmaps", revision), undefined);
    assert.equal(store.oldestWatchableRevision("configmaps"), store.revision);
  });
});
