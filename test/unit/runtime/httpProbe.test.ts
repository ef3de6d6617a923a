import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import {
  makeAuthority,
  makeServerCertificate,
} from "../../../src/practiceCluster/apiServer/certificates/certificates.ts";
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

describe("a probe over HTTPS", () => {
  const authority = makeAuthority("any", Date.now());
  const { key, certificate } = makeServerCertificate(authority, "any", Date.now());
  const server = createSecureServer({ key, cert: certificate }, (request, response) => {
    response.statusCode = request.url === "/up" ? 200 : 404;
    response.end();
  });
  const plain = createServer((_, response) => response.end());
  let port = 0;
  let plainPort = 0;

  before(async () => {
    server.listen(0, "127.0.0.1");
    plain.listen(0, "127.0.0.1");
    await Promise.all([once(server, "listening"), once(plain, "listening")]);
    port = (server.address() as AddressInfo).port;
    plainPort = (plain.address() as AddressInfo).port;
  });
  after(() => {
    server.close();
    plain.close();
  });

  it("takes a certificate that nobody vouches for, and judges by the status code", async () => {
    const scheme = "HTTPS";
    assert.deepEqual(await askHttp({ path: "/up", port: 443, scheme }, target(port)), { kind: "success" });
    assert.deepEqual(await askHttp({ path: "/other", port: 443, scheme }, target(port)), {
      kind: "failure",
      output: "HTTP probe failed with statuscode: 404",
    });
  });

  it("fails in the kubelet's words where the server speaks plain HTTP", async () => {
    assert.deepEqual(await askHttp({ path: "/up", port: 80, scheme: "HTTPS" }, target(plainPort)), {
      kind: "failure",
      output: 'Get "https://10.244.0.5:80/up": http: server gave HTTP response to HTTPS client',
    });
  });
});
