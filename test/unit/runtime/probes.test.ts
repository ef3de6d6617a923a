import assert from "node:assert/strict";
import { TestNode } from "./support/testNode.ts";

const probe = (word: string, more = {}) => ({ exec: { command: [word] }, periodSeconds: 5, ...more });

describe("probes", () => {
  let node: TestNode;
  beforeEach(() => {
    node = new TestNode();
  });
  afterEach(() => node.dispose());

  it("make a container ready after a success, and unready after the threshold of failures", async () => {
    node.runtime.answers.set("ask", 1);
    await node.run({ containers: [{ name: "main", readinessProbe: probe("ask", { failureThreshold: 2 }) }] });
    assert.equal(node.isReady(), false);
    node.runtime.answers.set("ask", 0);
    await node.seconds(5);
    assert.equal(node.isReady(), true);
    node.runtime.answers.set("ask", 1);
    await node.seconds(5);
    assert.equal(node.isReady(), true, "one failure is not enough");
    await node.seconds(5);
    assert.equal(node.isReady(), false);
    assert.match(node.events("Unhealthy")[0] ?? "", /^Readiness probe failed: /);
  });

  it("begin after their delay", async () => {
    node.runtime.answers.set("ask", 0);
    await node.run({
      containers: [{ name: "main", readinessProbe: probe("ask", { initialDelaySeconds: 7 }) }],
    });
    await node.seconds(6);
    assert.equal(node.isReady(), false);
    await node.seconds(1);
    assert.equal(node.isReady(), true);
  });

  it("restart a container that is not alive any more", async () => {
    node.runtime.answers.set("ask", 1);
    await node.run({ containers: [{ name: "main", livenessProbe: probe("ask", { failureThreshold: 2 }) }] });
    const { first } = node.runtime.latest("main");
    await node.seconds(4);
    assert.deepEqual(first.signals, []);
    await node.seconds(1);
    assert.deepEqual(first.signals, ["SIGTERM"]);
    assert.deepEqual(node.events("Killing"), ["Container main failed liveness probe, will be restarted"]);
    await node.exit("main", 143);
    assert.equal(node.runtime.made.length, 2);
  });

  it("wait for the startup probe", async () => {
    node.runtime.answers.set("alive", 1);
    node.runtime.answers.set("up", 1);
    await node.run({
      containers: [
        {
          name: "main",
          startupProbe: probe("up", { failureThreshold: 30 }),
          livenessProbe: probe("alive", { failureThreshold: 1 }),
        },
      ],
    });
    await node.seconds(60);
    assert.equal(node.status.containerStatuses?.[0]?.started, false);
    assert.deepEqual(node.runtime.latest("main").first.signals, []);
    node.runtime.answers.set("up", 0);
    await node.seconds(5);
    assert.equal(node.status.containerStatuses?.[0]?.started, true);
    assert.deepEqual(node.runtime.latest("main").first.signals, ["SIGTERM"]);
  });

  it("fail and are killed when they take longer than their timeout", async () => {
    await node.run({
      containers: [{ name: "main", readinessProbe: probe("hangs", { timeoutSeconds: 2 }) }],
    });
    await node.seconds(2);
    const [command] = node.runtime.latest("main").commands;
    assert.deepEqual(command?.signals, ["SIGKILL"]);
    assert.deepEqual(node.events("Unhealthy"), [
      'Readiness probe failed: command timed out: "hangs" timed out after 2s',
    ]);
  });

  it("say where nobody listens", async () => {
    await node.run({
      containers: [{ name: "main", readinessProbe: { httpGet: { path: "/up", port: 80 } } }],
    });
    assert.deepEqual(node.events("Unhealthy"), [
      'Readiness probe failed: Get "http://10.244.0.5:80/up": nothing listens',
    ]);
  });
});
