import assert from "node:assert/strict";
import { slotOf } from "../../../src/practiceCluster/programs/redis/cluster/slot.ts";
import { redisImage } from "../../../src/practiceCluster/programs/redis/image.ts";
import { TestContainer, TestNetwork } from "../postgres/support/container.ts";

const programs = redisImage.programs("7.0.15");

describe("Redis in cluster mode", () => {
  const made: TestContainer[] = [];

  function pods(count: number, network = new TestNetwork()): [TestContainer, ...TestContainer[]] {
    const containers = Array.from({ length: count }, (_, index) => {
      const container = new TestContainer({ network, name: `redis-${index}.redis`, programs });
      made.push(container);
      serve(container);
      return container;
    });
    const [first, ...others] = containers;
    assert.ok(first);
    return [first, ...others];
  }

  function serve(container: TestContainer): void {
    container.files.makeDirectory("/data", { recursive: true });
    const options = ["--appendonly", "yes", "--cluster-enabled", "yes", "--cluster-node-timeout", "200"];
    container.start(["redis-server", ...options]);
  }

  async function untilInfo(container: TestContainer, fits: RegExp): Promise<void> {
    while (!fits.test(await cli(container, "cluster", "info"))) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  const cli = async (container: TestContainer, ...words: string[]) =>
    (await container.run(["redis-cli", ...words])).out;

  const create = (from: TestContainer, containers: readonly TestContainer[]) =>
    from.run([
      "redis-cli",
      "--cluster",
      "create",
      ...containers.map((_, index) => `10.244.0.${index + 2}:6379`),
      "--cluster-yes",
    ]);

  afterEach(() => {
    for (const container of made.splice(0)) {
      container.remove();
    }
  });

  it("gives keys the slots that the specification gives them", () => {
    assert.equal(slotOf("123456789"), 0x31c3);
    assert.equal(slotOf("foo"), 12182);
    assert.equal(slotOf("a"), 15495);
    assert.equal(slotOf("{foo}.bar"), 12182);
    assert.equal(slotOf("{}foo"), slotOf("{}foo"));
  });

  it("is down until the slots are given out, then sends clients to the node that has the key", async () => {
    const all = pods(3);
    const [first, second] = all;
    assert.ok(second);
    assert.match(await cli(first, "cluster", "info"), /cluster_state:fail\r\ncluster_slots_assigned:0/);
    assert.equal(await cli(first, "set", "a", "1"), "CLUSTERDOWN Hash slot not served\n\n");
    const created = await create(first, all);
    assert.match(created.out, /Master\[1\] -> Slots 5461 - 10922\n/);
    assert.match(created.out, /\[OK\] All 16384 slots covered\.\n$/);
    assert.equal(created.code, 0);
    for (const pod of all) {
      assert.match(await cli(pod, "cluster", "info"), /cluster_state:ok\r\n[\s\S]*cluster_known_nodes:3/);
    }
    assert.match(await cli(first, "set", "foo", "bar"), /^MOVED 12182 [\d.]+:6379\n/);
    assert.equal(await cli(first, "-c", "set", "foo", "bar"), "OK\n");
    assert.equal(await cli(second, "-c", "get", "foo"), "bar\n");
    assert.match((await create(first, all)).out, /\[ERR\] Node \S+ is not empty/);
  });

  it("fails without a node that has slots, and is well again when that is back at another address", async () => {
    const network = new TestNetwork();
    const all = pods(3, network);
    const [first, , third] = all;
    assert.ok(third);
    await create(first, all);
    assert.equal(await cli(first, "-c", "set", "foo", "bar"), "OK\n");
    third.kill();
    await untilInfo(first, /cluster_state:fail\r\n[\s\S]*cluster_slots_fail:5461\r\n/);
    assert.match(
      await cli(first, "cluster", "nodes"),
      /10\.244\.0\.4:6379@16379 master,fail .* disconnected/,
    );
    const anew = new TestContainer({ network, name: "redis-2.redis", programs, root: third.root });
    made.push(anew);
    serve(anew);
    await untilInfo(first, /cluster_state:ok/);
    await untilInfo(anew, /cluster_state:ok\r\n[\s\S]*cluster_known_nodes:3/);
    assert.match(await cli(first, "cluster", "nodes"), /10\.244\.0\.5:6379@16379 master - /);
    assert.equal(await cli(first, "-c", "get", "foo"), "bar\n");
  });

  it("needs three primaries, and addresses instead of names", async () => {
    const all = pods(2);
    const [first] = all;
    const created = await create(first, all);
    assert.match(created.out, /requires at least 3 master nodes/);
    assert.equal(created.code, 1);
    assert.match(
      await cli(first, "cluster", "meet", "redis-1.redis", "6379"),
      /^ERR Invalid node address specified: redis-1\.redis:6379/,
    );
  });

  it("is a cluster of one when one node takes all slots", async () => {
    const [only] = pods(1);
    assert.equal(await cli(only, "cluster", "addslotsrange", "0", "16383"), "OK\n");
    assert.match(await cli(only, "cluster", "info"), /cluster_state:ok[\s\S]*cluster_known_nodes:1/);
    assert.match(await cli(only, "cluster", "addslots", "7"), /^ERR Slot 7 is already busy/);
  });
});
