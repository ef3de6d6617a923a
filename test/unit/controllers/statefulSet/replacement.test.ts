import assert from "node:assert/strict";
import type { IStatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import { pods, statefulSets } from "../../../../src/practiceCluster/api/resources.ts";
import { type ControlPlane, startControlPlane } from "../support/controlPlane.ts";

const namespace = "default";
const set: IStatefulSet = {
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "web", namespace },
  spec: {
    serviceName: "web",
    replicas: 2,
    podManagementPolicy: "Parallel",
    selector: { matchLabels: { app: "web" } },
    template: {
      metadata: { labels: { app: "web" } },
      spec: { containers: [{ name: "main", image: "nginx:1.22" }] },
    },
  },
};

describe("a StatefulSet's Pod that was deleted", () => {
  let plane: ControlPlane;

  beforeEach(() => {
    plane = startControlPlane();
  });

  afterEach(() => plane.dispose());

  it("leaves its name free for a while, whatever else happens to the set, and is then replaced", async () => {
    plane.client.create(statefulSets, set);
    await plane.settle();
    for (const pod of plane.kubelet.pods(namespace)) {
      plane.kubelet.makeReady(pod);
    }
    await plane.settle();
    const names = () => plane.kubelet.pods(namespace).map(({ metadata }) => metadata?.name);
    const uid = plane.client.get(pods, { namespace, name: "web-0" }).metadata?.uid;
    plane.client.delete(pods, { namespace, name: "web-0" }, { gracePeriodSeconds: 0 });
    // another Pod's news would wake the controller at once
    plane.kubelet.run(plane.client.get(pods, { namespace, name: "web-1" }));
    await plane.settle();
    assert.deepEqual(names(), ["web-1"]);
    await plane.advance(100);
    assert.deepEqual(names().sort(), ["web-0", "web-1"]);
    assert.notEqual(plane.client.get(pods, { namespace, name: "web-0" }).metadata?.uid, uid);
  });
});
