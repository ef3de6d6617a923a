import assert from "node:assert/strict";
import type { IPod } from "kubernetes-models/v1/Pod";
import { ManualClock } from "../../../src/common/manualClock.ts";
import { nodes, pods } from "../../../src/practiceCluster/api/resources.ts";
import { createPracticeCluster, type PracticeCluster } from "../../../src/practiceCluster/cluster.ts";

const name = "practice-worker";
const address = { namespace: "default", name: "web" };
const seconds = 1_000;

const briefly = (key: string) => ({
  key: `node.kubernetes.io/${key}`,
  operator: "Exists" as const,
  effect: "NoExecute" as const,
  tolerationSeconds: 5,
});

const web: IPod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: address,
  spec: {
    terminationGracePeriodSeconds: 1,
    tolerations: [briefly("unreachable"), briefly("not-ready")],
    containers: [{ name: "web", image: "busybox:1.35", command: ["sleep", "100000"] }],
  },
};

describe("A node that is switched off", function () {
  this.timeout(20_000);
  let clock: ManualClock;
  let cluster: PracticeCluster;

  beforeEach(async () => {
    clock = new ManualClock();
    cluster = createPracticeCluster({ clock, workers: 2 });
    const client = cluster.clientFor("kubernetes-admin");
    client.create(pods, {
      ...web,
      spec: { ...web.spec, nodeName: name, containers: web.spec?.containers ?? [] },
    });
    await clock.advance(5 * seconds);
    assert.equal(podReady(), "True");
  });

  afterEach(() => cluster.dispose());

  const client = () => cluster.clientFor("kubernetes-admin");
  const pod = () => client().find(pods, address);
  const podReady = () => pod()?.status?.conditions?.find(({ type }) => type === "Ready")?.status;
  const node = () => client().get(nodes, { name });
  const nodeReady = () => node().status?.conditions?.find(({ type }) => type === "Ready")?.status;

  function power(value: "on" | "off"): void {
    const current = structuredClone(node());
    const annotations = { ...current.metadata?.annotations, "statefulset-dojo/power": value };
    client().update(nodes, { ...current, metadata: { ...current.metadata, annotations } });
  }

  async function lose(): Promise<void> {
    power("off");
    await clock.advance(75 * seconds);
  }

  it("is believed to be ready until it has been silent for 50 seconds", async () => {
    power("off");
    await clock.advance(40 * seconds);
    assert.equal(nodeReady(), "True");
    assert.equal(podReady(), "True");
    await clock.advance(25 * seconds);
    assert.equal(nodeReady(), "Unknown");
    assert.equal(podReady(), "False");
    const taints = (node().spec?.taints ?? []).map(({ key, effect }) => `${key}:${effect}`);
    assert.deepEqual(taints.sort(), [
      "node.kubernetes.io/unreachable:NoExecute",
      "node.kubernetes.io/unreachable:NoSchedule",
    ]);
  });

  it("never finishes the deletion of its Pod, and cannot be asked for its logs", async () => {
    await lose();
    assert.ok(pod()?.metadata?.deletionTimestamp);
    await clock.advance(600 * seconds);
    assert.ok(pod()?.metadata?.deletionTimestamp);
    const ask = cluster.nodeRuntime.exec(
      { namespace: "default", pod: "web", container: "web" },
      ["true"],
      { tty: false },
      new AbortController().signal,
    );
    await assert.rejects(
      ask,
      /error dialing backend: dial tcp 172\.18\.0\.3:10250: connect: no route to host/,
    );
  });

  it("loses its Pod once it is marked out of service", async () => {
    await lose();
    const taint = {
      key: "node.kubernetes.io/out-of-service",
      value: "nodeshutdown",
      effect: "NoExecute" as const,
    };
    const current = structuredClone(node());
    client().update(nodes, {
      ...current,
      spec: { ...current.spec, taints: [...(current.spec?.taints ?? []), taint] },
    });
    await clock.advance(1 * seconds);
    assert.equal(pod(), undefined);
  });

  it("is ready again when it is switched on, and ends what was to be deleted", async () => {
    await lose();
    power("on");
    await clock.advance(10 * seconds);
    assert.equal(nodeReady(), "True");
    assert.deepEqual(node().spec?.taints ?? [], []);
    assert.equal(pod(), undefined);
  });

  it("leaves the other nodes, and those that are on, as they are", async () => {
    await lose();
    for (const other of client().list(nodes)) {
      if (other.metadata?.name !== name) {
        const ready = other.status?.conditions?.find(({ type }) => type === "Ready");
        assert.equal(ready?.status, "True");
      }
    }
  });
});
