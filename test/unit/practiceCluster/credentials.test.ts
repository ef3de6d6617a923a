import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { type RequestOptions, request } from "node:https";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { connect as connectTls } from "node:tls";
import type { JsonObject } from "../../../src/common/kubernetes/objects.ts";
import {
  type KeyPair,
  makeAuthority,
  makeClientCertificate,
  makeServerCertificate,
} from "../../../src/practiceCluster/apiServer/certificates/certificates.ts";
import { loadCertificates } from "../../../src/practiceCluster/bootstrap/identityFiles.ts";
import { createPracticeCluster, type PracticeCluster } from "../../../src/practiceCluster/cluster.ts";
import { serve } from "../../../src/practiceCluster/serve.ts";

const pod = "/api/v1/namespaces/kube-system/pods/etcd-practice-control-plane";
const paths = [
  "/",
  "/api",
  "/apis",
  "/api/v1",
  "/apis/apps/v1",
  "/openapi/v2",
  "/openapi/v3",
  "/openapi/v3/apis/apps/v1",
  "/version",
  "/version/",
  "/healthz",
  "/livez",
  "/readyz?verbose",
  "/readyz/ping",
  "/metrics",
  "/statefulset-dojo/requests",
  "/statefulset-dojo/",
  "/statefulset-dojo/nothing",
  "/.well-known/openid-configuration",
  "/nothing",
  "/%zz",
  "//api/v1",
  "/api/v1/namespaces",
  "/api/v1/pods?watch=1",
  "/api/v1/nonsense",
  "/apis/nonsense.example/v1/gadgets",
  pod,
  `${pod}/log`,
  `${pod}/exec?command=id&stdout=true`,
  `${pod}/attach?stdout=true`,
  `${pod}/portforward`,
  `${pod}/proxy/`,
  "/api/v1/namespaces/default/serviceaccounts/default/token",
];
const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"];
const tenYearsMs = 10 * 365 * 24 * 3600 * 1000;

describe("a client of the API server without a credential", () => {
  const now = Date.now();
  const certificates = loadCertificates(undefined, now);
  const { authority, administrator } = certificates;
  const asAdministrator = { commonName: "kubernetes-admin", organization: "kubeadm:cluster-admins" };
  let cluster: PracticeCluster;
  let server: Awaited<ReturnType<typeof serve>>;
  let token = "";

  before(async () => {
    cluster = createPracticeCluster({ rootCertificate: authority.certificate });
    server = await serve(cluster, certificates, 0);
    token = await issueToken(600);
  });
  after(async () => {
    cluster.dispose();
    await server.close();
  });

  const issueToken = async (expirationSeconds: number) => {
    const answer = await ask(
      { ...shown(administrator), method: "POST", headers: { "content-type": "application/json" } },
      "/api/v1/namespaces/default/serviceaccounts/default/token",
      JSON.stringify({
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        spec: { expirationSeconds },
      }),
    );
    assert.equal(answer.code, 201, answer.text);
    return String((JSON.parse(answer.text) as { status: JsonObject }).status.token);
  };
  const shown = ({ certificate, key }: KeyPair) => ({ cert: certificate, key });
  const bearing = (text: string) => ({ headers: { authorization: text } });
  const ask = (options: RequestOptions, path: string, body?: string) =>
    new Promise<{ code: number; text: string }>((resolve, reject) => {
      const outgoing = request(
        { host: "127.0.0.1", port: server.port, path, ca: authority.certificate, agent: false, ...options },
        (response) => {
          let text = "";
          response.on("data", (chunk) => {
            text += String(chunk);
          });
          response.on("end", () => resolve({ code: response.statusCode ?? 0, text }));
        },
      );
      outgoing.on("error", reject);
      outgoing.on("upgrade", () => reject(new Error(`${path} was upgraded`)));
      outgoing.end(body);
    });
  const requireRefused = (code: number, text: string, told: string) => {
    assert.equal(code, 401, `${told}: ${text}`);
    if (text !== "") {
      const { kind, reason, message } = JSON.parse(text) as JsonObject;
      assert.deepEqual(
        { kind, reason, message },
        { kind: "Status", reason: "Unauthorized", message: "Unauthorized" },
      );
    }
  };

  it("gets 401 for every path and every verb, by HTTP/1.1", async () => {
    const socketOptions = { host: "127.0.0.1", port: server.port, ca: authority.certificate };
    for (const method of methods) {
      const socket = connectTls(socketOptions);
      let text = "";
      socket.on("data", (chunk) => {
        text += String(chunk);
      });
      const last = paths.length - 1;
      for (const [index, path] of paths.entries()) {
        const end = index === last ? "Connection: close\r\n" : "";
        socket.write(`${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${end}\r\n`);
      }
      await once(socket, "close");
      const codes = [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, code]) => code);
      assert.deepEqual(
        codes,
        paths.map(() => "401"),
        `${method}\n${text.slice(0, 2_000)}`,
      );
    }
  });

  it("gets 401 for every path and every verb, by HTTP/2", async () => {
    const session = connectHttp2(`https://127.0.0.1:${server.port}`, { ca: authority.certificate });
    for (const path of paths) {
      for (const method of methods) {
        const stream = session.request({ ":path": path, ":method": method }, { endStream: true });
        const [headers] = (await once(stream, "response")) as [Record<string, unknown>];
        let text = "";
        stream.on("data", (chunk) => {
          text += String(chunk);
        });
        await once(stream, "close");
        requireRefused(Number(headers[":status"]), text, `${method} ${path}`);
      }
    }
    session.destroy();
  });

  it("gets 401 where the connection would be taken over", async () => {
    for (const upgrade of ["SPDY/3.1", "websocket", "nonsense"]) {
      for (const path of [
        `${pod}/exec?command=id&stdout=true`,
        `${pod}/attach`,
        `${pod}/portforward`,
        "/version",
      ]) {
        const headers = {
          connection: "Upgrade",
          upgrade,
          "sec-websocket-key": "MDEyMzQ1Njc4OWFiY2RlZg==",
          "sec-websocket-version": "13",
          "sec-websocket-protocol": "v5.channel.k8s.io",
        };
        const { code, text } = await ask({ headers, method: "GET" }, path);
        requireRefused(code, text, `${upgrade} ${path}`);
      }
    }
  });

  it("gets 401 with a certificate or token that is not the cluster's, is over, or is for something else", async () => {
    const foreign = makeAuthority("kubernetes", now);
    const [head = "", claims = "", signature = ""] = token.split(".");
    const changed = JSON.parse(Buffer.from(claims, "base64url").toString("utf8")) as JsonObject;
    const forged = Buffer.from(JSON.stringify({ ...changed, exp: 99_999_999_999 })).toString("base64url");
    const unsigned = Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url");
    const credentials: Record<string, RequestOptions> = {
      "of a foreign authority with the same name": shown(
        makeClientCertificate(foreign, "kubernetes", asAdministrator, now),
      ),
      "the foreign authority itself": shown(foreign),
      expired: shown(makeClientCertificate(authority, "kubernetes", asAdministrator, now - tenYearsMs - 1e9)),
      "not yet good": shown(makeClientCertificate(authority, "kubernetes", asAdministrator, now + 1e9)),
      "a server's": shown(makeServerCertificate(authority, "kubernetes", now)),
      "a token that is none": bearing("Bearer nonsense"),
      "an empty token": bearing("Bearer "),
      "a token with other claims": bearing(`Bearer ${head}.${forged}.${signature}`),
      "a token without a signature": bearing(`Bearer ${head}.${claims}.`),
      "a token that needs no signature": bearing(`Bearer ${unsigned}.${claims}.`),
      "a password": bearing(`Basic ${Buffer.from("kubernetes-admin:admin").toString("base64")}`),
      "a token as Basic": bearing(`Basic ${token}`),
      "headers of a proxy": {
        headers: { "x-remote-user": "kubernetes-admin", "x-remote-group": "system:masters" },
      },
      impersonation: { headers: { "impersonate-user": "kubernetes-admin" } },
    };
    for (const [told, credential] of Object.entries(credentials)) {
      for (const path of ["/version", "/api/v1/namespaces", "/statefulset-dojo/requests"]) {
        const { code, text } = await ask(credential, path);
        requireRefused(code, text, `${told}, ${path}`);
      }
    }
    assert.equal((await ask(bearing(`Bearer ${token}`), "/version")).code, 200);
    const seen = cluster.pipeline.tokens.userOf(cluster.pipeline, token, Date.now() + 700_000);
    assert.equal(seen, undefined, "a token that is over");
    assert.equal((await ask(shown(administrator), "/version")).code, 200);
  });

  it("gets 401 too when it takes up its TLS session again", async () => {
    const foreign = makeClientCertificate(
      makeAuthority("kubernetes", now),
      "kubernetes",
      asAdministrator,
      now,
    );
    // with TLS 1.2 a foreign certificate gets no session that could be taken up
    const cases = [
      { version: "TLSv1.2", identity: {} },
      { version: "TLSv1.3", identity: {} },
      { version: "TLSv1.3", identity: shown(foreign) },
    ] as const;
    for (const { version, identity } of cases) {
      const options = { host: "127.0.0.1", port: server.port, ca: authority.certificate, ...identity };
      const first = connectTls({ ...options, maxVersion: version });
      const session = once(first, "session");
      first.write("GET /version HTTP/1.1\r\nHost: localhost\r\n\r\n");
      const [[ticket], [answer]] = (await Promise.all([session, once(first, "data")])) as [
        [Buffer],
        [Buffer],
      ];
      assert.match(String(answer), /^HTTP\/1\.1 401/);
      first.destroy();
      const second = connectTls({ ...options, maxVersion: version, session: ticket });
      second.write("GET /api/v1/namespaces HTTP/1.1\r\nHost: localhost\r\n\r\n");
      const [again] = (await once(second, "data")) as [Buffer];
      assert.ok(second.isSessionReused(), version);
      assert.match(String(again), /^HTTP\/1\.1 401/, version);
      second.destroy();
    }
  });

  it("is taken for whom its certificate names, whatever token it sends besides, as by the real server", async () => {
    const review = JSON.stringify({ apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" });
    const nameOf = async (options: RequestOptions) => {
      const headers = { ...options.headers, "content-type": "application/json" };
      const path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
      const { text } = await ask({ ...options, headers, method: "POST" }, path, review);
      return (JSON.parse(text) as { status: { userInfo: JsonObject } }).status.userInfo.username;
    };
    assert.equal(await nameOf(bearing(`Bearer ${token}`)), "system:serviceaccount:default:default");
    for (const sent of [token, "nonsense"]) {
      assert.equal(
        await nameOf({ ...shown(administrator), ...bearing(`Bearer ${sent}`) }),
        "kubernetes-admin",
      );
    }
  });

  it("reaches it on the loopback address only", async () => {
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .map(({ address, scopeid }) => (scopeid ? `${address}%${scopeid}` : address))
      .filter((address) => address !== "127.0.0.1");
    for (const host of [...others, "::1"]) {
      const socket = connect({ host, port: server.port });
      const outcome = await new Promise((resolve) => {
        socket.once("connect", () => resolve("connected"));
        socket.once("error", () => resolve("refused"));
      });
      socket.destroy();
      assert.equal(outcome, "refused", host);
    }
  });
});
