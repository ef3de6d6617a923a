import assert from "node:assert/strict";
import type { IPod } from "kubernetes-models/v1/Pod";
import { PlacedPods } from "../../../src/practiceCluster/scheduling/placedPods.ts";

function pod(uid: string, nodeName?: string, phase = "Running"): IPod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: uid, namespace: "default", uid },
    spec: { containers: [{ name: "main", image: "nginx" }], ...(nodeName ? { nodeName } : {}) },
    status: { phase: phase as "Running" },
  };
}

describe("the Pods that have a node", () => {
  const names = (pods: readonly IPod[]) => pods.map(({ metadata }) => metadata?.uid).sort();

  it("are told by node, as the newest change has them", () => {
    const placed = new PlacedPods();
    placed.set(pod("a", "one"));
    placed.set(pod("b", "one"));
    placed.set(pod("c", "two"));
    placed.set(pod("d"));
    assert.deepEqual(names(placed.on("one")), ["a", "b"]);
    assert.equal(placed.countOn("two"), 1);
    assert.deepEqual(names(placed.all()), ["a", "b", "c"]);
    placed.set(pod("b", "two"));
    placed.delete(pod("c", "two"));
    assert.deepEqual(names(placed.on("one")), ["a"]);
    assert.deepEqual(names(placed.on("two")), ["b"]);
  });

  it("keep the place that was given to one of which older news arrives", () => {
    const placed = new PlacedPods();
    placed.set(pod("a", "one"));
    placed.set(pod("a"));
    assert.deepEqual(names(placed.on("one")), ["a"]);
  });

  it("take none once they have ended", () => {
    const placed = new PlacedPods();
    placed.set(pod("a", "one"));
    placed.set(pod("a", "one", "Succeeded"));
    assert.deepEqual(names(placed.all()), []);
    assert.equal(placed.countOn("one"), 0);
  });

  it("are a Pod's neighbours where it or they have terms of affinity", () => {
    const placed = new PlacedPods();
    const particular = pod("a", "one");
    if (particular.spec) {
      particular.spec.affinity = { podAntiAffinity: {} };
    }
    placed.set(particular);
    placed.set(pod("b", "two"));
    assert.deepEqual(names(placed.neighboursOf(pod("c"))), ["a"]);
    assert.deepEqual(names(placed.neighboursOf(particular)), ["a", "b"]);
    placed.delete(particular);
    assert.deepEqual(names(placed.neighboursOf(pod("c"))), []);
  });
});
