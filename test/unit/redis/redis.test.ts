import assert from "node:assert/strict";
import { redisImage } from "../../../src/practiceCluster/programs/redis/image.ts";
import { TestContainer, TestNetwork } from "../postgres/support/container.ts";

const programs = redisImage.programs("7.0.15");

describe("Redis in containers", () => {
  const made: TestContainer[] = [];

  function pod(network: TestNetwork, name: string, root?: string): TestContainer {
    const container = new TestContainer({ network, name, programs, ...(root === undefined ? {} : { root }) });
    made.push(container);
    return container;
  }

  function serve(container: TestContainer, ...argv: string[]) {
    container.files.makeDirectory("/data");
    return container.start(["redis-server", "--appendonly", "yes", ...argv]);
  }

  const cli = async (container: TestContainer, ...words: string[]) =>
    (await container.run(["redis-cli", ...words])).out;

  afterEach(() => {
    for (const container of made.splice(0)) {
      container.remove();
    }
  });

  it("answers as redis-cli prints it for other programs", async () => {
    const only = pod(new TestNetwork(), "redis-0.redis");
    serve(only);
    assert.equal(await cli(only, "ping"), "PONG\n");
    assert.equal(await cli(only, "set", "greeting", "hello"), "OK\n");
    assert.equal(await cli(only, "get", "greeting"), "hello\n");
    assert.equal(await cli(only, "get", "nothing"), "\n");
    assert.equal(await cli(only, "incr", "counter"), "1\n");
    assert.equal(await cli(only, "keys", "*"), "greeting\ncounter\n");
    assert.equal(
      await cli(only, "lpush", "greeting", "x"),
      "WRONGTYPE Operation against a key holding the wrong kind of value\n\n",
    );
    assert.equal(await cli(only, "get"), "ERR wrong number of arguments for 'get' command\n\n");
    assert.equal(await cli(only, "cluster", "info"), "ERR This instance has cluster support disabled\n");
  });

  it("replicates from the primary once its name resolves, and refuses writes on the replica", async () => {
    const network = new TestNetwork();
    const replica = pod(network, "redis-1.redis");
    serve(replica, "--replicaof", "redis-0.redis", "6379");
    assert.match(
      await cli(replica, "info", "replication"),
      /role:slave\r\nmaster_host:redis-0\.redis\r\n[\s\S]*master_link_status:down/,
    );
    const primary = pod(network, "redis-0.redis");
    serve(primary);
    await cli(primary, "set", "before", "1");
    while (!/master_link_status:up/.test(await cli(replica, "info", "replication"))) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(await cli(replica, "get", "before"), "1\n");
    await cli(primary, "set", "after", "2");
    assert.equal(await cli(replica, "get", "after"), "2\n");
    assert.equal(
      await cli(replica, "set", "after", "3"),
      "READONLY You can't write against a read only replica.\n\n",
    );
    assert.match(await cli(primary, "info", "replication"), /role:master\r\nconnected_slaves:1\r\n/);
    assert.equal(await cli(replica, "replicaof", "no", "one"), "OK\n");
    assert.equal(await cli(replica, "set", "after", "3"), "OK\n");
  });

  it("has its data again after a kill and after an orderly end", async () => {
    const network = new TestNetwork();
    const first = pod(network, "redis-0.redis");
    serve(first);
    await cli(first, "set", "greeting", "hello");
    first.kill();
    const second = pod(network, "redis-0.redis", first.root);
    const server = serve(second);
    assert.equal(await cli(second, "get", "greeting"), "hello\n");
    server.process.signal("SIGTERM");
    const { code, out } = await server.finished;
    assert.equal(code, 0);
    assert.match(out, /Received SIGTERM scheduling shutdown[\s\S]*bye bye\.\.\.\n$/);
  });

  it("serves no key in cluster mode without slots", async () => {
    const only = pod(new TestNetwork(), "rc-0.rc");
    serve(only, "--cluster-enabled", "yes");
    assert.match(await cli(only, "cluster", "info"), /^cluster_state:fail\r\ncluster_slots_assigned:0\r\n/);
    assert.equal(
      await cli(only, "replicaof", "127.0.0.1", "6380"),
      "ERR REPLICAOF not allowed in cluster mode.\n\n",
    );
    assert.equal(await cli(only, "set", "a", "1"), "CLUSTERDOWN Hash slot not served\n\n");
  });

  it("says why nobody answers", async () => {
    const { code, err } = await pod(new TestNetwork(), "redis-0.redis").run(["redis-cli", "ping"]);
    assert.equal(code, 1);
    assert.equal(err, "Could not connect to Redis at 127.0.0.1:6379: Connection refused\n");
  });
});
