import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createPlainServer } from "node:http";
import { createServer, type ServerHttp2Session } from "node:http2";
import { type AddressInfo, connect } from "node:net";
import { systemClock } from "../../../src/common/clock.ts";
import { ManualClock } from "../../../src/common/manualClock.ts";
import { askProbe, type ProbeTarget } from "../../../src/practiceCluster/runtime/prober.ts";

/** A target whose every port leads to the server at `port` of this machine. */
function target(port: number): ProbeTarget {
  return {
    container: {} as ProbeTarget["container"],
    address: "10.244.0.5",
    connect: async () => connect(port, "127.0.0.1"),
    portOf: (wanted) => Number(wanted),
  };
}

/** The health service's answer for each name that a probe may ask for: 1 is SERVING. */
const known: Readonly<Record<string, number>> = { "": 1, web: 1, tired: 2 };

describe("a grpc probe", () => {
  const sessions = new Set<ServerHttp2Session>();
  let implementsHealth = true;
  const server = createServer();
  server.on("session", (session) => sessions.add(session));
  server.on("stream", (stream, headers) => {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => {
      const service = Buffer.concat(chunks).subarray(7).toString();
      const status = known[service];
      const isServed = implementsHealth && headers[":path"] === "/grpc.health.v1.Health/Check";
      if (!isServed || status === undefined) {
        const [code, message] = isServed
          ? ["5", "unknown%20service"]
          : ["12", "unknown service grpc.health.v1.Health"];
        stream.respond({ ":status": 200, "grpc-status": code, "grpc-message": message }, { endStream: true });
        return;
      }
      stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
      stream.end(Buffer.from([0, 0, 0, 0, 2, 0x08, status]));
    });
  });
  const plain = createPlainServer((_, response) => response.end());
  let port = 0;
  let plainPort = 0;

  const ask = (service?: string) =>
    askProbe(
      { grpc: { port: 50051, ...(service ? { service } : {}) }, timeoutSeconds: 60 },
      target(port),
      systemClock,
    );

  before(async () => {
    server.listen(0, "127.0.0.1");
    plain.listen(0, "127.0.0.1");
    await Promise.all([once(server, "listening"), once(plain, "listening")]);
    port = (server.address() as AddressInfo).port;
    plainPort = (plain.address() as AddressInfo).port;
  });
  beforeEach(() => {
    implementsHealth = true;
  });
  after(() => {
    for (const session of sessions) {
      session.destroy();
    }
    server.close();
    plain.close();
  });

  it("succeeds where the service that it names is serving", async () => {
    assert.deepEqual(await ask(), { kind: "success" });
    assert.deepEqual(await ask("web"), { kind: "success" });
  });

  it("fails by what the health service answers", async () => {
    assert.deepEqual(await ask("tired"), {
      kind: "failure",
      output: 'service unhealthy (responded with "NOT_SERVING")',
    });
    assert.deepEqual(await ask("nobody"), {
      kind: "failure",
      output: "error: health rpc probe failed: rpc error: code = NotFound desc = unknown service",
    });
  });

  it("says when a server has no health service", async () => {
    implementsHealth = false;
    assert.deepEqual(await ask(), {
      kind: "failure",
      output:
        "error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unknown service grpc.health.v1.Health",
    });
  });

  it("fails only when its time is up where the other side does not speak gRPC", async () => {
    const clock = new ManualClock();
    const answer = askProbe({ grpc: { port: 80 }, timeoutSeconds: 3 }, target(plainPort), clock);
    await clock.advance(3_000);
    assert.deepEqual(await answer, {
      kind: "failure",
      output: 'timeout: failed to connect service "10.244.0.5:80" within 3s: context deadline exceeded',
    });
  });
});
