import assert from "node:assert/strict";
import type { INode } from "kubernetes-models/v1/Node";
import { nodes } from "../../../src/practiceCluster/api/resources.ts";
import { type ControlPlane, startControlPlane } from "./support/controlPlane.ts";

const name = "practice-worker";

describe("the taints of nodes", () => {
  let plane: ControlPlane;

  beforeEach(() => {
    plane = startControlPlane(1);
  });

  afterEach(() => plane.dispose());

  const taints = () =>
    (plane.client.get(nodes, { name }).spec?.taints ?? [])
      .map(({ key, effect }) => `${key}:${effect}`)
      .sort();

  async function change(edit: (node: INode) => void, subresource?: "status"): Promise<void> {
    const node = structuredClone(plane.client.get(nodes, { name }));
    edit(node);
    plane.client.update(nodes, node, subresource ? { subresource } : {});
    await plane.settle();
  }

  it("follow whether it is cordoned, and leave others' taints alone", async () => {
    await change((node) => {
      node.spec = { ...node.spec, unschedulable: true, taints: [{ key: "mine", effect: "NoSchedule" }] };
    });
    assert.deepEqual(taints(), ["mine:NoSchedule", "node.kubernetes.io/unschedulable:NoSchedule"]);
    await change((node) => {
      node.spec = { ...node.spec, unschedulable: false };
    });
    assert.deepEqual(taints(), ["mine:NoSchedule"]);
  });

  it("follow its conditions", async () => {
    const setReady = (status: string) =>
      change((node) => {
        for (const condition of node.status?.conditions ?? []) {
          condition.status = condition.type === "Ready" ? status : condition.status;
        }
      }, "status");
    await setReady("False");
    assert.deepEqual(
      taints(),
      ["NoExecute", "NoSchedule"].map((effect) => `node.kubernetes.io/not-ready:${effect}`),
    );
    await setReady("Unknown");
    assert.deepEqual(
      taints(),
      ["NoExecute", "NoSchedule"].map((effect) => `node.kubernetes.io/unreachable:${effect}`),
    );
    await setReady("True");
    assert.deepEqual(taints(), []);
  });
});
