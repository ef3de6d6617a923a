import assert from "node:assert/strict";
import { configMaps, events, pods } from "../../../src/practiceCluster/api/resources.ts";
import { TestNode } from "./support/testNode.ts";

const key = { namespace: "default", name: "one" };

describe("the life of a Pod on its node", () => {
  let node: TestNode;
  beforeEach(() => {
    node = new TestNode();
  });
  afterEach(() => node.dispose());

  const remove = async (gracePeriodSeconds: number) => {
    node.plane.client.delete(pods, key, { gracePeriodSeconds });
    await node.plane.settle();
  };

  it("starts init containers one after the other, sidecars stay, and end last", async () => {
    const restartPolicy = "Always";
    await node.run({
      initContainers: [{ name: "first" }, { name: "side", restartPolicy }, { name: "second" }],
      containers: [{ name: "main" }],
    });
    assert.deepEqual(node.runtime.images, ["first"]);
    assert.equal(node.status.phase, "Pending");
    await node.exit("first", 0);
    assert.deepEqual(node.runtime.images, ["first", "side", "second"]);
    await node.exit("second", 0);
    assert.deepEqual(node.runtime.images, ["first", "side", "second", "main"]);
    assert.equal(node.status.phase, "Running");
    await remove(30);
    const [side, main] = [node.runtime.latest("side"), node.runtime.latest("main")];
    assert.deepEqual([main.first.signals, side.first.signals], [["SIGTERM"], []]);
    await node.exit("main", 0);
    assert.deepEqual(side.first.signals, ["SIGTERM"]);
    await node.exit("side", 0);
    await node.takenDown();
    assert.equal(node.pod, undefined);
  });

  it("ends sidecars when the other containers are done", async () => {
    await node.run({
      restartPolicy: "Never",
      initContainers: [{ name: "side", restartPolicy: "Always" }],
      containers: [{ name: "main" }],
    });
    await node.exit("main", 0);
    assert.deepEqual(node.runtime.latest("side").first.signals, ["SIGTERM"]);
    await node.exit("side", 143);
    assert.equal(node.status.phase, "Succeeded");
  });

  it("keeps the next container waiting while postStart runs", async () => {
    const lifecycle = { postStart: { exec: { command: ["hook"] } } };
    await node.run({ containers: [{ name: "main", lifecycle }, { name: "other" }] });
    assert.deepEqual(node.runtime.images, ["main"]);
    assert.equal(node.state("main"), "ContainerCreating");
    node.runtime.latest("main").commands[0]?.exit(0);
    await node.plane.settle();
    assert.deepEqual(node.runtime.images, ["main", "other"]);
    assert.equal(node.state("main"), "running");
  });

  it("kills a container whose postStart fails", async () => {
    node.runtime.answers.set("hook", 1);
    await node.run({
      containers: [{ name: "main", lifecycle: { postStart: { exec: { command: ["hook"] } } } }],
    });
    assert.deepEqual(node.events("FailedPostStartHook"), ["PostStartHook failed"]);
    assert.deepEqual(node.runtime.latest("main").first.signals, ["SIGTERM"]);
  });

  it("runs preStop before the signal, within the grace period", async () => {
    const lifecycle = { preStop: { sleep: { seconds: 5 } } };
    await node.run({ containers: [{ name: "main", lifecycle }] });
    const { first } = node.runtime.latest("main");
    await remove(20);
    await node.seconds(4);
    assert.deepEqual(first.signals, []);
    await node.seconds(1);
    assert.deepEqual(first.signals, ["SIGTERM"]);
    await node.seconds(14);
    assert.ok(node.pod);
    await node.seconds(1);
    assert.deepEqual(first.signals.slice(0, 2), ["SIGTERM", "SIGKILL"]);
    await node.takenDown();
    assert.equal(node.pod, undefined);
  });

  it("asks, and kills two seconds later, where preStop takes the whole grace period", async () => {
    const lifecycle = { preStop: { exec: { command: ["for-ever"] } } };
    await node.run({ containers: [{ name: "main", lifecycle }] });
    const { first } = node.runtime.latest("main");
    await remove(5);
    await node.seconds(5);
    assert.deepEqual(first.signals, ["SIGTERM"]);
    await node.seconds(2);
    await node.takenDown();
    assert.equal(node.pod, undefined);
  });

  it("says that preStop failed, and goes on", async () => {
    node.runtime.answers.set("hook", 1);
    await node.run({
      containers: [{ name: "main", lifecycle: { preStop: { exec: { command: ["hook"] } } } }],
    });
    await remove(5);
    assert.deepEqual(node.events("FailedPreStopHook"), ["PreStopHook failed"]);
    assert.deepEqual(node.runtime.latest("main").first.signals, ["SIGTERM"]);
  });

  it("lets the process of a Pod that was deleted by force run on for its grace period", async () => {
    await node.run({ terminationGracePeriodSeconds: 20, containers: [{ name: "main" }] });
    const { first } = node.runtime.latest("main");
    await remove(0);
    await node.takenDown();
    assert.equal(node.pod, undefined);
    assert.deepEqual(first.signals, ["SIGTERM"]);
    await node.run({ containers: [{ name: "main" }] });
    assert.equal(node.runtime.made.length, 2, "two writers at once");
    await node.seconds(19);
    assert.deepEqual(first.signals, ["SIGTERM"]);
    await node.seconds(1);
    assert.equal(first.signals[1], "SIGKILL");
  });

  it("shortens the grace period when the deletion is repeated with a shorter one", async () => {
    await node.run({ containers: [{ name: "main" }] });
    await remove(30);
    await remove(3);
    await node.seconds(3);
    await node.takenDown();
    assert.equal(node.pod, undefined);
  });

  it("fails a Pod that is active for longer than its deadline", async () => {
    await node.run({
      activeDeadlineSeconds: 10,
      terminationGracePeriodSeconds: 2,
      containers: [{ name: "main" }],
    });
    await node.seconds(9);
    assert.equal(node.status.phase, "Running");
    await node.seconds(1);
    await node.seconds(2);
    const { phase, reason, message } = node.status;
    assert.deepEqual([phase, reason], ["Failed", "DeadlineExceeded"]);
    assert.equal(message, "Pod was active on the node longer than the specified deadline");
  });

  it("evicts a Pod whose container has written more than its limit", async () => {
    const resources = { limits: { "ephemeral-storage": "1Mi" } };
    await node.run({ terminationGracePeriodSeconds: 2, containers: [{ name: "main", resources }] });
    await node.seconds(60);
    assert.equal(node.status.phase, "Running");
    node.runtime.latest("main").written = 1024 * 1024 + 1;
    await node.seconds(12);
    assert.deepEqual([node.status.phase, node.status.reason], ["Failed", "Evicted"]);
    const text = "Pod ephemeral local storage usage exceeds the total limit of containers 1Mi. ";
    assert.deepEqual(node.events("Evicted"), [text]);
  });

  it("waits for a ConfigMap that it mounts, and hands on what changes in it", async () => {
    const volumeMounts = [{ name: "settings", mountPath: "/settings" }];
    await node.run({
      volumes: [{ name: "settings", configMap: { name: "settings" } }],
      containers: [{ name: "main", volumeMounts }],
    });
    assert.deepEqual(node.runtime.images, []);
    const text = 'MountVolume.SetUp failed for volume "settings" : configmap "settings" not found';
    assert.deepEqual(node.events("FailedMount"), [text]);
    const map = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { namespace: "default", name: "settings" },
    } as const;
    node.plane.client.create(configMaps, { ...map, data: { color: "blue" } });
    await node.plane.settle();
    assert.deepEqual(node.runtime.images, ["main"]);
    node.plane.client.update(configMaps, { ...map, data: { color: "red" } });
    await node.plane.settle();
    const last = node.runtime.refreshed.at(-1);
    assert.equal(last?.files.get("color")?.contents.toString(), "red");
  });

  it("starts a container as soon as the Secret of its variables is there", async () => {
    const env = [{ name: "TOKEN", valueFrom: { configMapKeyRef: { name: "settings", key: "token" } } }];
    await node.run({ containers: [{ name: "main", env }] });
    assert.equal(node.state("main"), "CreateContainerConfigError");
    assert.deepEqual(node.events("Failed"), ['Error: configmap "settings" not found']);
    const metadata = { namespace: "default", name: "settings" };
    node.plane.client.create(configMaps, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata,
      data: { token: "t" },
    });
    await node.plane.settle();
    assert.equal(node.runtime.latest("main").settings.environment["TOKEN"], "t");
  });

  it("pulls a missing image again after 10 s, 20 s …", async () => {
    await node.run({ containers: [{ name: "main", image: "missing" }] });
    assert.equal(node.state("main"), "ContainerCreating");
    await node.seconds(1);
    assert.equal(node.state("main"), "ErrImagePull");
    await node.seconds(1);
    assert.equal(node.state("main"), "ImagePullBackOff");
    await node.seconds(60);
    const pulling = node.plane.client.list(events).find(({ reason }) => reason === "Pulling");
    assert.equal(pulling?.count, 3, "at once, after 10 s, after 20 s more");
    assert.deepEqual(node.events("Failed").slice(0, 2), [
      'Failed to pull image "missing": not found',
      "Error: ErrImagePull",
    ]);
  });

  it("gives a running container other resources without starting it again", async () => {
    const resources = { requests: { cpu: "10m" }, limits: { cpu: "100m", memory: "32Mi" } };
    await node.run({ containers: [{ name: "main", resources }] });
    const patch = { spec: { containers: [{ name: "main", resources: { limits: { memory: "64Mi" } } }] } };
    node.plane.client.patch(pods, key, patch, { type: "strategic", subresource: "resize" });
    await node.plane.settle();
    assert.equal(node.runtime.latest("main").limit, 64 * 1024 * 1024);
    assert.equal(node.status.containerStatuses?.[0]?.resources?.limits?.["memory"], "64Mi");
    assert.equal(node.events("ResizeStarted").length, 1);
    await node.seconds(10);
    assert.equal(node.events("ResizeCompleted").length, 1);
    assert.equal(node.runtime.made.length, 1);
  });
});
