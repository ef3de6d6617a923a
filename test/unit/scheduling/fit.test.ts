import assert from "node:assert/strict";
import type { INode } from "kubernetes-models/v1/Node";
import type { IPod } from "kubernetes-models/v1/Pod";
import { unfitReason } from "../../../src/practiceCluster/scheduling/fit.ts";

const allocatable = { cpu: "2", memory: "1Gi", pods: "2" };
const mismatch = "node(s) didn't match Pod's node affinity/selector";

function node(labels: Record<string, string> = {}, spec: INode["spec"] = {}): INode {
  return { apiVersion: "v1", kind: "Node", metadata: { name: "one", labels }, spec, status: { allocatable } };
}

function pod(spec: object = {}, requests: Record<string, string> = {}): IPod {
  const containers = [{ name: "main", resources: { requests } }];
  return { apiVersion: "v1", kind: "Pod", metadata: { name: "db" }, spec: { containers, ...spec } };
}

function wanting(...matchExpressions: object[]): IPod {
  const nodeSelectorTerms = [{ matchExpressions }];
  const required = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } };
  return pod({ affinity: { nodeAffinity: required } });
}

describe("whether a node fits", () => {
  it("refuses a node that is cordoned or has a taint nobody tolerates", () => {
    const taints = [{ key: "role", value: "db", effect: "NoSchedule" as const }];
    const tolerations = [{ key: "role", operator: "Exists" }];
    assert.equal(unfitReason(pod(), node({}, { unschedulable: true }), [], []), "node(s) were unschedulable");
    assert.match(unfitReason(pod(), node({}, { taints }), [], []) ?? "", /untolerated taint/);
    assert.equal(unfitReason(pod({ tolerations }), node({}, { taints }), [], []), undefined);
  });

  it("asks for each operator of the required node affinity", () => {
    const labelled = node({ disk: "ssd", size: "5" });
    const holding = [
      { key: "disk", operator: "In", values: ["ssd"] },
      { key: "disk", operator: "NotIn", values: ["hdd"] },
      { key: "disk", operator: "Exists" },
      { key: "zone", operator: "DoesNotExist" },
      { key: "size", operator: "Gt", values: ["4"] },
      { key: "size", operator: "Lt", values: ["6"] },
    ];
    assert.equal(unfitReason(wanting(...holding), labelled, [], []), undefined);
    for (const requirement of holding) {
      const other = node({ disk: "hdd", size: "5", zone: "a" });
      const isSize = requirement.key === "size";
      const judged = isSize ? node({}) : requirement.operator === "Exists" ? node({}) : other;
      assert.equal(unfitReason(wanting(requirement), judged, [], []), mismatch, requirement.operator);
    }
  });

  it("counts what the Pods that are there have requested", () => {
    const there = [pod({}, { cpu: "1500m" })];
    assert.equal(unfitReason(pod({}, { cpu: "600m" }), node(), there, []), "Insufficient cpu");
    assert.equal(unfitReason(pod({}, { cpu: "500m" }), node(), there, []), undefined);
    assert.equal(unfitReason(pod(), node(), [...there, pod()], []), "Too many pods");
  });
});
