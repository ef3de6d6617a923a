import assert from "node:assert/strict";
import type { INode } from "kubernetes-models/v1/Node";
import type { IPod } from "kubernetes-models/v1/Pod";
import { podAffinityReason } from "../../../src/practiceCluster/scheduling/podAffinity.ts";

const key = "kubernetes.io/hostname";
const [first, second] = ["one", "two"].map(
  (name): INode => ({ apiVersion: "v1", kind: "Node", metadata: { name, labels: { [key]: name } } }),
) as [INode, INode];
const nodes = [first, second];
const term = [{ topologyKey: key, labelSelector: { matchLabels: { app: "db" } } }];
const apart = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: term } };
const together = { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: term } };

function pod(app: string, nodeName?: string, affinity?: object, namespace = "default"): IPod {
  const spec = { containers: [], ...(nodeName && { nodeName }), ...(affinity && { affinity }) };
  return { apiVersion: "v1", kind: "Pod", metadata: { name: app, namespace, labels: { app } }, spec };
}

describe("affinity between Pods", () => {
  it("keeps Pods of one anti-affinity term on different nodes", () => {
    const placed = [pod("db", "one")];
    const refusal = "node(s) didn't match pod anti-affinity rules";
    assert.equal(podAffinityReason(pod("db", undefined, apart), first, nodes, placed), refusal);
    assert.equal(podAffinityReason(pod("db", undefined, apart), second, nodes, placed), undefined);
  });

  it("respects the anti-affinity of a Pod that is there already", () => {
    const placed = [pod("web", "one", apart)];
    const refusal = "node(s) didn't satisfy existing pods anti-affinity rules";
    assert.equal(podAffinityReason(pod("db"), first, nodes, placed), refusal);
    assert.equal(podAffinityReason(pod("web"), first, nodes, placed), undefined);
  });

  it("asks only Pods of the term's namespace", () => {
    const placed = [pod("db", "one", undefined, "other")];
    assert.equal(podAffinityReason(pod("db", undefined, apart), first, nodes, placed), undefined);
  });

  it("puts a Pod beside the Pods it wants, and nowhere without them", () => {
    const wanting = pod("web", undefined, together);
    const refusal = "node(s) didn't match pod affinity rules";
    assert.equal(podAffinityReason(wanting, first, nodes, [pod("db", "one")]), undefined);
    assert.equal(podAffinityReason(wanting, second, nodes, [pod("db", "one")]), refusal);
    assert.equal(podAffinityReason(wanting, first, nodes, []), refusal);
  });

  it("lets the first Pod of a group that wants itself begin", () => {
    assert.equal(podAffinityReason(pod("db", undefined, together), first, nodes, []), undefined);
  });
});
