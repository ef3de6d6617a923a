import assert from "node:assert/strict";
import { configMaps, namespaces, pods } from "../../../src/practiceCluster/api/resources.ts";
import { startControlPlane } from "./support/controlPlane.ts";

describe("A namespace", () => {
  it("stays, terminating, until the last of its Pods is gone", async () => {
    const plane = startControlPlane();
    const key = { name: "lab" };
    plane.client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: key });
    await plane.settle();
    plane.client.create(configMaps, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { namespace: "lab", name: "settings" },
    });
    const pod = plane.client.create(pods, {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { namespace: "lab", name: "web" },
      spec: { containers: [{ name: "nginx", image: "nginx:1" }] },
    });
    plane.kubelet.makeReady(pod);
    await plane.settle();
    plane.client.delete(namespaces, key);
    await plane.settle();
    assert.equal(plane.client.get(namespaces, key).status?.phase, "Terminating");
    assert.deepEqual(plane.client.list(configMaps, { namespace: "lab" }), []);
    const going = plane.client.get(pods, { namespace: "lab", name: "web" });
    assert.ok(going.metadata?.deletionTimestamp);
    plane.kubelet.stop(going);
    await plane.settle();
    assert.equal(plane.client.find(namespaces, key), undefined);
    plane.dispose();
  });
});
