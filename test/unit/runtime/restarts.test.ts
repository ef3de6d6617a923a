import assert from "node:assert/strict";
import { pods } from "../../../src/practiceCluster/api/resources.ts";
import { durationText, RestartBackOff } from "../../../src/practiceCluster/runtime/restartBackOff.ts";
import { TestNode } from "./support/testNode.ts";

describe("restarts of a container", () => {
  let node: TestNode;
  beforeEach(() => {
    node = new TestNode();
  });
  afterEach(() => node.dispose());

  it("come at once the first time, then after 10 s, 20 s … 5 min", async () => {
    await node.run({ containers: [{ name: "main" }] });
    await node.exit("main", 1);
    assert.equal(node.state("main"), "running");
    assert.equal(node.status.containerStatuses?.[0]?.restartCount, 1);
    for (const seconds of [10, 20, 40, 80, 160, 300, 300]) {
      await node.exit("main", 1);
      assert.equal(node.state("main"), "CrashLoopBackOff");
      const message = node.status.containerStatuses?.[0]?.state?.waiting?.message ?? "";
      assert.ok(
        message.startsWith(`back-off ${durationText(seconds * 1000)} restarting failed container=main`),
      );
      await node.seconds(seconds - 1);
      assert.equal(node.state("main"), "CrashLoopBackOff");
      await node.seconds(1);
      assert.equal(node.state("main"), "running");
    }
    assert.equal(node.status.containerStatuses?.[0]?.restartCount, 8);
    assert.equal(node.status.phase, "Running");
    assert.match(
      node.events("BackOff")[0] ?? "",
      /^Back-off restarting failed container main in pod one_default\(/,
    );
  });

  it("begin anew when the container ran for more than ten minutes", () => {
    const backOff = new RestartBackOff();
    const minute = 60_000;
    backOff.restarted(0, 0);
    assert.equal(backOff.waitAfter(1), 10_000);
    backOff.restarted(1, 10_000);
    assert.equal(backOff.waitAfter(10_000 + 10 * minute), 20_000);
    assert.equal(backOff.waitAfter(10_000 + 10 * minute + 1), 0);
    backOff.restarted(11 * minute, 11 * minute);
    assert.equal(backOff.waitAfter(11 * minute + 1), 10_000);
  });

  it("follow the Pod's policy, and the Pod is over when none comes", async () => {
    await node.run({ restartPolicy: "OnFailure", containers: [{ name: "main" }] });
    await node.exit("main", 3);
    assert.equal(node.state("main"), "running");
    await node.exit("main", 0);
    assert.equal(node.status.phase, "Succeeded");
    assert.deepEqual(node.runtime.images, ["main", "main"]);
  });

  it("name a kill for memory by its name", async () => {
    await node.run({
      restartPolicy: "Never",
      containers: [{ name: "main", resources: { limits: { memory: "10Mi" } } }],
    });
    assert.equal(node.runtime.latest("main").limit, 10 * 1024 * 1024);
    node.runtime.latest("main").settings.onOutOfMemory();
    await node.exit("main", 137);
    assert.deepEqual([node.state("main"), node.status.phase], ["OOMKilled", "Failed"]);
  });

  it("happen to everything when the node is started again, and are counted", async () => {
    await node.run({ containers: [{ name: "main" }], initContainers: [{ name: "first" }] });
    await node.exit("first", 0);
    const { startTime } = node.status;
    await node.reboot();
    assert.deepEqual(node.runtime.images, ["first"], "init containers run again first");
    await node.exit("first", 0);
    const [status] = node.status.containerStatuses ?? [];
    assert.equal(status?.restartCount, 1);
    assert.deepEqual(
      [status?.lastState?.terminated?.reason, status?.lastState?.terminated?.exitCode],
      ["Unknown", 255],
    );
    assert.equal(node.state("main"), "running");
    assert.equal(node.status.startTime, startTime);
    assert.deepEqual(node.events("SandboxChanged"), [
      "Pod sandbox changed, it will be killed and re-created.",
    ]);
  });

  it("end a deletion that the node's end has interrupted", async () => {
    await node.run({ containers: [{ name: "main" }] });
    node.plane.client.delete(pods, { namespace: "default", name: "one" });
    await node.plane.settle();
    assert.ok(node.pod, "it still has its grace period");
    await node.reboot();
    await node.takenDown();
    assert.equal(node.pod, undefined);
    assert.deepEqual(node.runtime.images, []);
  });
});
