import assert from "node:assert/strict";
import type { INode } from "kubernetes-models/v1/Node";
import type { IPod } from "kubernetes-models/v1/Pod";
import { preferredNode } from "../../../src/practiceCluster/scheduling/preferences.ts";
import { refusal, refusalText } from "../../../src/practiceCluster/scheduling/refusalText.ts";
import { spreadReason } from "../../../src/practiceCluster/scheduling/topologySpread.ts";

type Spec = Partial<NonNullable<IPod["spec"]>>;

const hostname = "kubernetes.io/hostname";

function node(name: string, labels: Record<string, string> = {}, spec: INode["spec"] = {}): INode {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { [hostname]: name, ...labels } },
    spec,
  };
}

function pod(nodeName?: string, spec: Spec = {}, app = "web"): IPod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace: "default", labels: { app } },
    spec: { containers: [], ...(nodeName ? { nodeName } : {}), ...spec },
  };
}

const constraint = {
  maxSkew: 1,
  topologyKey: hostname,
  whenUnsatisfiable: "DoNotSchedule" as const,
  labelSelector: { matchLabels: { app: "web" } },
};
const spread = (changes: object = {}): Spec => ({
  topologySpreadConstraints: [{ ...constraint, ...changes }],
});
const uneven = "node(s) didn't match pod topology spread constraints";

describe("topology spread", () => {
  const nodes = [node("one"), node("two"), node("three")];
  const reasons = (spec: Spec, placed: readonly IPod[], among = nodes) =>
    among.map((each) => spreadReason(pod(undefined, spec), each, among, placed));

  it("refuses a node that would have more than maxSkew above the emptiest", () => {
    const placed = [pod("one"), pod("two")];
    assert.deepEqual(reasons(spread(), placed), [uneven, uneven, undefined]);
    assert.deepEqual(reasons(spread({ maxSkew: 2 }), placed), [undefined, undefined, undefined]);
  });

  it("counts neither other Pods nor those that are going", () => {
    const going = pod("one");
    going.metadata = { ...going.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" };
    assert.deepEqual(reasons(spread(), [going, pod("two", {}, "other")]), [undefined, undefined, undefined]);
  });

  it("takes tainted nodes as empty domains unless taints are honoured", () => {
    const taints = [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" as const }];
    const among = [node("plane", {}, { taints }), node("one"), node("two")];
    const placed = [pod("one"), pod("two")];
    assert.equal(reasons(spread(), placed, among)[1], uneven);
    assert.equal(reasons(spread({ nodeTaintsPolicy: "Honor" }), placed, among)[1], undefined);
  });

  it("takes the emptiest domain as empty where there are fewer than minDomains", () => {
    assert.equal(reasons(spread({ minDomains: 4 }), [pod("one"), pod("two"), pod("three")])[0], uneven);
  });

  it("refuses a node without the label", () => {
    const [reason] = reasons(spread({ topologyKey: "zone" }), []);
    assert.equal(reason, `${uneven} (missing required label)`);
  });

  it("counts domains of several nodes together", () => {
    const zones = [node("one", { zone: "a" }), node("two", { zone: "a" }), node("three", { zone: "b" })];
    assert.deepEqual(reasons(spread({ topologyKey: "zone" }), [pod("one")], zones), [
      uneven,
      uneven,
      undefined,
    ]);
  });
});

describe("the choice among nodes that fit", () => {
  const nodes = [node("one", { disk: "ssd" }), node("two"), node("three")];
  const choose = (spec: Spec, placed: readonly IPod[]) => {
    const podsOn = ({ metadata }: INode) =>
      placed.filter((each) => each.spec?.nodeName === metadata?.name).length;
    const neighbours = { toSpreadFrom: placed, byAffinity: placed };
    return preferredNode(pod(undefined, spec), nodes, nodes, neighbours, podsOn)?.metadata?.name;
  };

  it("takes the emptiest when nothing is wished", () => {
    assert.equal(choose({}, [pod("one"), pod("two")]), "three");
  });

  it("follows preferred node affinity although the node has more Pods", () => {
    const preference = { matchExpressions: [{ key: "disk", operator: "In" as const, values: ["ssd"] }] };
    const nodeAffinity = { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference }] };
    assert.equal(choose({ affinity: { nodeAffinity } }, [pod("one", {}, "other")]), "one");
  });

  it("keeps Pods apart that prefer it, and takes a shared node when there is no other", () => {
    const podAffinityTerm = { topologyKey: hostname, labelSelector: { matchLabels: { app: "web" } } };
    const podAntiAffinity = {
      preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm }],
    };
    const crowd = [pod("three", {}, "other"), pod("three", {}, "other")];
    const wish = { affinity: { podAntiAffinity } };
    assert.equal(choose(wish, [pod("one"), pod("two"), ...crowd]), "three");
    assert.ok(choose(wish, [pod("one"), pod("two"), pod("three")]));
  });

  it("spreads where constraints only wish", () => {
    const crowd = [pod("two", {}, "other"), pod("two", {}, "other"), pod("two", {}, "other")];
    const wish = spread({ whenUnsatisfiable: "ScheduleAnyway" });
    assert.equal(choose(wish, [pod("one"), pod("three"), ...crowd]), "two");
  });
});

describe("the scheduler's refusal", () => {
  it("counts reasons, and says of which nodes no Pod could be removed", () => {
    const reasons = ["node(s) were unschedulable", uneven, "node(s) were unschedulable"];
    assert.equal(
      refusalText(reasons.map((reason) => refusal(reason))),
      "0/3 nodes are available: 1 node(s) didn't match pod topology spread constraints, 2 node(s) were unschedulable. " +
        "no new claims to deallocate, preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, " +
        "2 Preemption is not helpful for scheduling.",
    );
  });
});
