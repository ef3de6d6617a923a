import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { askHttp } from "../../../src/practiceCluster/runtime/httpProbe.ts";
import type { ProbeTarget } from "../../../src/practiceCluster/runtime/prober.ts";

/** A target whose every port leads to the server at `port` of this machine, as a Pod's network would. */
function target(port: number): ProbeTarget {
  return {
    container: {} as ProbeTarget["container"],
    address: "10.244.0.5",
    connect: async () => connect(port, "127.0.0.1"),
    portOf: (wanted) => Number(wanted),
  };
}

describe("a probe over HTTP", () => {
  const server = createServer((request, response) => {
    response.statusCode = request.url === "/up" ? 204 : 503;
    response.end();
  });
  let port = 0;

  before(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    port = (server.address() as AddressInfo).port;
  });
  after(() => server.close());

  it("goes through the Pod's network and never to a port of this machine", async () => {
    // nothing listens on port 9 here: only the connection of the target leads anywhere
    assert.deepEqual(await askHttp({ path: "/up", port: 9 }, target(port)), { kind: "success" });
  });

  it("fails by the status code", async () => {
    assert.deepEqual(await askHttp({ path: "/down", port: 9 }, target(port)), {
      kind: "failure",
      output: "HTTP probe failed with statuscode: 503",
    });
  });
});
