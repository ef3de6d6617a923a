import assert from "node:assert/strict";
import type { INode } from "kubernetes-models/v1/Node";
import type { IPod } from "kubernetes-models/v1/Pod";
import { nodes, pods } from "../../../src/practiceCluster/api/resources.ts";
import { toleratedForMs } from "../../../src/practiceCluster/controllers/nodeLifecycle/tolerance.ts";
import { type ControlPlane, startControlPlane } from "./support/controlPlane.ts";

const name = "practice-control-plane";
const namespace = "default";
const noExecute = { key: "spare", value: "yes", effect: "NoExecute" as const };

type Tolerations = NonNullable<NonNullable<IPod["spec"]>["tolerations"]>;

function pod(tolerations: Tolerations = []): IPod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace },
    spec: { tolerations, containers: [{ name: "nginx", image: "nginx:1" }] },
  };
}

describe("How long a Pod stays on a tainted node", () => {
  const node = (taints: NonNullable<INode["spec"]>["taints"]): INode => ({
    apiVersion: "v1",
    kind: "Node",
    metadata: { name },
    spec: { taints: taints ?? [] },
  });
  const until = (tolerationSeconds?: number) => ({
    key: "spare",
    operator: "Exists" as const,
    ...(tolerationSeconds === undefined ? {} : { tolerationSeconds }),
  });

  it("is not at all without a toleration, and for ever with one that has no limit", () => {
    assert.equal(toleratedForMs(pod(), node([noExecute])), 0);
    assert.equal(toleratedForMs(pod([until()]), node([noExecute])), undefined);
    assert.equal(toleratedForMs(pod(), node([{ key: "spare", effect: "NoSchedule" }])), undefined);
  });

  it("is the shortest of the limits that are used", () => {
    const other = { key: "other", operator: "Exists" as const, tolerationSeconds: 1 };
    assert.equal(toleratedForMs(pod([until(300), other]), node([noExecute])), 300_000);
    assert.equal(toleratedForMs(pod([until(300), until(20)]), node([noExecute])), 20_000);
    assert.equal(toleratedForMs(pod([until(-5)]), node([noExecute])), 0);
  });
});

describe("Taints of nodes", () => {
  let plane: ControlPlane;

  beforeEach(() => {
    plane = startControlPlane();
  });

  afterEach(() => plane.dispose());

  const node = () => plane.client.get(nodes, { name });
  const taints = () => (node().spec?.taints ?? []).map(({ key, effect }) => `${key}:${effect}`);
  const isGoing = () =>
    plane.client.get(pods, { namespace, name: "web" }).metadata?.deletionTimestamp !== undefined;

  async function change(spec: INode["spec"]): Promise<void> {
    plane.client.update(nodes, { ...structuredClone(node()), spec: { ...node().spec, ...spec } });
    await plane.settle();
  }

  async function isReady(status: "True" | "False" | "Unknown"): Promise<void> {
    const current = structuredClone(node());
    const conditions = (current.status?.conditions ?? []).map((each) =>
      each.type === "Ready" ? { ...each, status } : each,
    );
    plane.client.update(
      nodes,
      { ...current, status: { ...current.status, conditions } },
      { subresource: "status" },
    );
    await plane.settle();
  }

  async function runs(tolerations: Tolerations): Promise<void> {
    plane.kubelet.makeReady(plane.client.create(pods, pod(tolerations)));
    await plane.settle();
  }

  it("come and go with cordon, and leave others alone", async () => {
    await change({ taints: [{ key: "mine", effect: "NoSchedule" }] });
    await change({ unschedulable: true });
    assert.deepEqual(taints(), ["mine:NoSchedule", "node.kubernetes.io/unschedulable:NoSchedule"]);
    await change({ unschedulable: false });
    assert.deepEqual(taints(), ["mine:NoSchedule"]);
  });

  it("follow the node's readiness", async () => {
    await isReady("Unknown");
    assert.deepEqual(taints(), [
      "node.kubernetes.io/unreachable:NoSchedule",
      "node.kubernetes.io/unreachable:NoExecute",
    ]);
    await isReady("False");
    assert.deepEqual(taints(), [
      "node.kubernetes.io/not-ready:NoSchedule",
      "node.kubernetes.io/not-ready:NoExecute",
    ]);
    await isReady("True");
    assert.deepEqual(taints(), []);
  });

  it("evict after the five minutes that every Pod tolerates a node that is not ready", async () => {
    await runs([]);
    await isReady("Unknown");
    await plane.advance(299_000);
    assert.equal(isGoing(), false);
    await plane.advance(2_000);
    assert.equal(isGoing(), true);
    const conditions = plane.client.get(pods, { namespace, name: "web" }).status?.conditions;
    const target = conditions?.find(({ type }) => type === "DisruptionTarget");
    assert.equal(target?.reason, "DeletionByTaintManager");
  });

  it("do not evict where the node comes back in time", async () => {
    await runs([]);
    await isReady("False");
    await plane.advance(200_000);
    await isReady("True");
    await plane.advance(200_000);
    assert.equal(isGoing(), false);
    const object = plane.client.get(pods, { namespace, name: "web" });
    assert.deepEqual(plane.eventsOf(object, "TaintManagerEviction"), [
      "Cancelling deletion of Pod default/web",
    ]);
  });

  it("let a terminating Pod go for good when its dead node is marked out of service", async () => {
    await runs([]);
    await isReady("Unknown");
    plane.client.delete(pods, { namespace, name: "web" });
    await plane.advance(60_000);
    assert.equal(isGoing(), true, "no node deletes it");
    const outOfService = { key: "node.kubernetes.io/out-of-service", effect: "NoExecute" as const };
    await change({ taints: [...(node().spec?.taints ?? []), outOfService] });
    assert.equal(plane.client.find(pods, { namespace, name: "web" }), undefined);
  });

  it("do not matter to Pods whose node is deleted: they go after 40 seconds", async () => {
    await runs([]);
    plane.client.delete(nodes, { name });
    await plane.advance(39_000);
    assert.ok(plane.client.find(pods, { namespace, name: "web" }));
    await plane.advance(2_000);
    assert.equal(plane.client.find(pods, { namespace, name: "web" }), undefined);
  });

  it("evict at once who does not tolerate them", async () => {
    await runs([]);
    await change({ taints: [noExecute] });
    await plane.advance(1);
    assert.equal(isGoing(), true);
  });
});
