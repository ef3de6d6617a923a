import assert from "node:assert/strict";
import { once } from "node:events";
import { type ClientHttp2Session, connect } from "node:http2";
import { type PracticeProcess, startPracticeProcess } from "../robustness/support/practiceProcess.ts";

const collection = "/api/v1/namespaces/default/configmaps";
const watches = 1_000;
const sessions = 10;
const rounds = 2;
const mostMegabytes = 120;

describe("thousands of idle watches", () => {
  let practice: PracticeProcess;

  before(async () => {
    practice = await startPracticeProcess();
  });
  after(() => practice.remove());

  it("hold little memory, are all told of a change soon, and hold nothing when they are left", async () => {
    const before = practice.residentMegabytes();
    for (let round = 0; round < rounds; round++) {
      const clients = Array.from({ length: sessions }, connectOne);
      const news = await Promise.all(
        clients.flatMap((client) => Array.from({ length: watches / sessions }, () => watch(client))),
      );
      const startedAt = performance.now();
      await write(`news-${round}`);
      const chunks = await Promise.all(news.map(({ told }) => told));
      assert.ok(chunks.every(([chunk]) => String(chunk).includes(`"name":"news-${round}"`)));
      const ms = performance.now() - startedAt;
      assert.ok(ms < 5_000, `${ms} ms until all were told`);
      for (const client of clients) {
        client.destroy();
      }
    }
    const grown = practice.residentMegabytes() - before;
    assert.ok(grown < mostMegabytes, `${grown} MB more after ${rounds} times ${watches} watches`);
  });

  const connectOne = () => {
    const { certificateAuthority: ca, clientCertificate: cert, clientKey: key } = practice.kubeconfig;
    return connect(`https://127.0.0.1:${practice.port}`, { ca, cert, key });
  };

  async function watch(client: ClientHttp2Session): Promise<{ readonly told: Promise<unknown[]> }> {
    const stream = client.request({
      ":path": `${collection}?watch=1&resourceVersion=0&sendInitialEvents=false&resourceVersionMatch=NotOlderThan`,
    });
    const [headers] = (await once(stream, "response")) as [Record<string, unknown>];
    assert.equal(headers[":status"], 200);
    return { told: once(stream, "data") };
  }

  async function write(name: string): Promise<void> {
    const { code, text } = await practice.send({
      method: "POST",
      path: collection,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name } }),
    });
    assert.equal(code, 201, text);
  }
});
