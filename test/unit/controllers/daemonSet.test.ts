import assert from "node:assert/strict";
import type { IDaemonSet } from "kubernetes-models/apps/v1/DaemonSet";
import type { INode } from "kubernetes-models/v1/Node";
import type { IPod } from "kubernetes-models/v1/Pod";
import { controllerRevisions, daemonSets, nodes, pods } from "../../../src/practiceCluster/api/resources.ts";
import { targetNodeOf } from "../../../src/practiceCluster/controllers/daemonSet/nodes.ts";
import {
  isActive,
  isAvailable,
  isReady,
  isTerminating,
} from "../../../src/practiceCluster/controllers/kit/podConditions.ts";
import { Chance } from "./support/chance.ts";
import { type ControlPlane, startControlPlane } from "./support/controlPlane.ts";

const namespace = "default";
const key = { namespace, name: "agent" };
const workers = ["practice-worker", "practice-worker2", "practice-worker3"];

type SetSpec = NonNullable<IDaemonSet["spec"]>;

function daemonSet(spec: Partial<SetSpec> = {}): IDaemonSet {
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "agent", namespace },
    spec: {
      selector: { matchLabels: { app: "agent" } },
      template: {
        metadata: { labels: { app: "agent" } },
        spec: { containers: [{ name: "main", image: "agent:1" }] },
      },
      ...spec,
    },
  };
}

describe("DaemonSets", () => {
  let plane: ControlPlane;

  beforeEach(() => {
    plane = startControlPlane(workers.length);
  });

  afterEach(() => plane.dispose());

  const current = () => plane.client.get(daemonSets, key);
  const active = () => plane.kubelet.pods(namespace).filter(isActive);
  const nodesOf = (each: readonly IPod[]) => each.map((pod) => targetNodeOf(pod) ?? "").sort();
  const imageOf = (pod: IPod) => pod.spec?.containers[0]?.image;

  async function change(edit: (spec: SetSpec) => void): Promise<void> {
    const changed = structuredClone(current());
    assert.ok(changed.spec);
    edit(changed.spec);
    plane.client.update(daemonSets, changed);
    await plane.settle();
  }

  const setImage = (image: string) =>
    change((spec) => {
      spec.template = { ...spec.template, spec: { containers: [{ name: "main", image }] } };
    });

  async function changeNode(name: string, edit: (node: INode) => void): Promise<void> {
    const node = structuredClone(plane.client.get(nodes, { name }));
    edit(node);
    plane.client.update(nodes, node);
    await plane.settle();
  }

  async function runOut(chance = new Chance(1)): Promise<void> {
    for (let step = 0; step < 200; step++) {
      const waiting = plane.kubelet.pods(namespace).filter((pod) => isTerminating(pod) || !isReady(pod));
      const pod = chance.pick(waiting);
      if (!pod) {
        return;
      }
      if (isTerminating(pod)) {
        plane.kubelet.stop(pod);
      } else {
        plane.kubelet.makeReady(pod);
      }
      await plane.settle();
    }
    assert.fail("the Pods do not come to rest");
  }

  async function start(spec: Partial<SetSpec> = {}): Promise<void> {
    plane.client.create(daemonSets, daemonSet(spec));
    await plane.settle();
    await runOut();
  }

  it("has one Pod on each node that it tolerates, and tells of them in its status", async () => {
    await start();
    assert.deepEqual(nodesOf(active()), workers);
    assert.deepEqual(current().status, {
      currentNumberScheduled: 3,
      numberMisscheduled: 0,
      desiredNumberScheduled: 3,
      numberReady: 3,
      observedGeneration: 1,
      updatedNumberScheduled: 3,
      numberAvailable: 3,
    });
    const [pod] = active();
    const [revision] = plane.client.list(controllerRevisions, { namespace });
    const hash = revision?.metadata?.labels?.["controller-revision-hash"];
    assert.equal(pod?.metadata?.labels?.["controller-revision-hash"], hash);
    assert.equal(pod?.metadata?.labels?.["pod-template-generation"], "1");
    assert.equal(revision?.metadata?.name, `agent-${hash}`);
    assert.equal(plane.eventsOf(current(), "SuccessfulCreate").length, 3);
  });

  it("goes to the control plane too when it tolerates its taint", async () => {
    const tolerations = [{ operator: "Exists" as const }];
    const template = daemonSet().spec?.template ?? {};
    const spec = { containers: [{ name: "main", image: "agent:1" }], tolerations };
    await start({ template: { ...template, spec } });
    assert.deepEqual(nodesOf(active()), ["practice-control-plane", ...workers]);
  });

  it("follows the labels of nodes", async () => {
    const template = daemonSet().spec?.template ?? {};
    const containers = [{ name: "main", image: "agent:1" }];
    await start({ template: { ...template, spec: { containers, nodeSelector: { disk: "fast" } } } });
    assert.deepEqual(active(), []);
    await changeNode("practice-worker2", (node) => {
      node.metadata = { ...node.metadata, labels: { ...node.metadata?.labels, disk: "fast" } };
    });
    assert.deepEqual(nodesOf(active()), ["practice-worker2"]);
    await changeNode("practice-worker2", (node) => {
      node.metadata = { ...node.metadata, labels: { ...node.metadata?.labels, disk: "slow" } };
    });
    assert.deepEqual(active(), []);
  });

  it("stays on a cordoned node and leaves one whose taint drives Pods out", async () => {
    await start();
    await changeNode("practice-worker", (node) => {
      node.spec = {
        ...node.spec,
        unschedulable: true,
        taints: [{ key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" }],
      };
    });
    assert.equal(current().status?.desiredNumberScheduled, 3);
    await changeNode("practice-worker2", (node) => {
      node.spec = { ...node.spec, taints: [{ key: "broken", effect: "NoExecute" }] };
    });
    assert.deepEqual(nodesOf(active()), ["practice-worker", "practice-worker3"]);
    await changeNode("practice-worker3", (node) => {
      node.spec = { ...node.spec, taints: [{ key: "broken", effect: "NoSchedule" }] };
    });
    assert.deepEqual(nodesOf(active()), ["practice-worker", "practice-worker3"]);
    assert.equal(current().status?.numberMisscheduled, 2);
  });

  for (const [maxUnavailable, maxSurge] of [
    [1, 0],
    [2, 0],
    ["50%", 0],
    [0, 1],
    [0, "100%"],
  ] as const) {
    it(`keeps within unavailable ${maxUnavailable} and surge ${maxSurge} while it is updated`, async () => {
      await start({ updateStrategy: { rollingUpdate: { maxUnavailable, maxSurge } } });
      const missing = share(maxUnavailable);
      const surge = share(maxSurge);
      let fewest: number = workers.length;
      let most: number = workers.length;
      const watch = plane.client.watch(pods, () => {
        const now = plane.clock.now();
        const available = active().filter((pod) => isAvailable(pod, 0, now));
        const served = new Set(nodesOf(available)).size;
        assert.ok(served >= workers.length - missing, `${served} nodes served`);
        assert.ok(active().length <= workers.length + surge, `${active().length} Pods`);
        fewest = Math.min(fewest, served);
        most = Math.max(most, active().length);
      });
      await setImage("agent:2");
      await runOut(new Chance(missing * 7 + surge));
      watch.dispose();
      assert.deepEqual(active().map(imageOf), ["agent:2", "agent:2", "agent:2"]);
      assert.deepEqual(nodesOf(active()), workers);
      assert.ok(fewest < workers.length || most > workers.length, "nothing was rolled");
      assert.equal(current().status?.updatedNumberScheduled, 3);
      assert.equal(active()[0]?.metadata?.labels?.["pod-template-generation"], "2");
    });
  }

  it("with OnDelete replaces only what somebody deletes", async () => {
    await start({ updateStrategy: { type: "OnDelete" } });
    await setImage("agent:2");
    assert.deepEqual(active().map(imageOf), ["agent:1", "agent:1", "agent:1"]);
    plane.client.delete(pods, { namespace, name: active()[0]?.metadata?.name ?? "" });
    await runOut();
    assert.deepEqual(active().map(imageOf).sort(), ["agent:1", "agent:1", "agent:2"]);
    assert.equal(current().status?.updatedNumberScheduled, 1);
  });

  it("keeps the history of its template, and numbers a template that comes back anew", async () => {
    await start({ revisionHistoryLimit: 1 });
    for (const image of ["agent:2", "agent:3", "agent:2"]) {
      await setImage(image);
      await runOut();
    }
    const numbers = plane.client.list(controllerRevisions, { namespace }).map(({ revision }) => revision);
    assert.deepEqual(numbers.sort(), [3, 4]);
  });

  it("replaces a failed Pod, and waits longer each time that it fails again", async () => {
    await start();
    const failing = () => active().find((pod) => targetNodeOf(pod) === "practice-worker");
    for (const wait of [0, 1_000, 2_000]) {
      const pod = failing();
      assert.ok(pod);
      plane.kubelet.fail(pod);
      await plane.settle();
      if (wait > 0) {
        assert.equal(failing(), undefined);
        await plane.advance(wait);
      }
      assert.ok(failing(), `no Pod after ${wait} ms`);
    }
    assert.equal(plane.eventsOf(current(), "FailedDaemonPod").length, 3);
  });

  it("refuses surge and unavailability together, and neither of them", () => {
    for (const [rollingUpdate, message] of [
      [
        { maxUnavailable: 1, maxSurge: 1 },
        /maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero/,
      ],
      [{ maxUnavailable: 0 }, /maxUnavailable: Required value: cannot be 0 when maxSurge is 0/],
    ] as const) {
      const updateStrategy = { rollingUpdate };
      assert.throws(() => plane.client.create(daemonSets, daemonSet({ updateStrategy })), { message });
    }
  });
});

function share(value: number | string): number {
  return typeof value === "number" ? value : Math.ceil((Number.parseInt(value, 10) * workers.length) / 100);
}
