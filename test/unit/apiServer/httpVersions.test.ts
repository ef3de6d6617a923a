import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:http2";
import type { JsonObject } from "../../../src/common/kubernetes/objects.ts";
import { type ServedCluster, startServedCluster } from "./support/serving.ts";

describe("both versions of HTTP", () => {
  let served: ServedCluster;

  before(async () => {
    served = await startServedCluster();
  });

  after(() => served.stop());

  it("tells a watch over HTTP/2 what another client writes over HTTP/1.1, and stops when it is left", async () => {
    const { authority, administrator, port } = served;
    const session = connect(`https://127.0.0.1:${port}`, {
      ca: authority,
      cert: administrator.certificate,
      key: administrator.key,
    });
    const stream = session.request({
      ":path": "/api/v1/namespaces/default/configmaps?watch=1&resourceVersion=",
    });
    const [headers] = (await once(stream, "response")) as [Record<string, unknown>];
    assert.equal(headers[":status"], 200);
    const seen: string[] = [];
    let rest = "";
    stream.on("data", (chunk: Buffer) => {
      const lines = (rest + chunk.toString("utf8")).split("\n");
      rest = lines.pop() ?? "";
      seen.push(
        ...lines.map((line) => String(((JSON.parse(line) as Event).object.metadata as JsonObject).name)),
      );
    });
    await served.send("/api/v1/namespaces/default/configmaps", {
      body: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "news" } },
    });
    while (!seen.includes("news")) {
      await once(stream, "data");
    }
    session.destroy();
    await once(session, "close");
    const { code } = await served.send("/api/v1/namespaces/default/configmaps/news", { method: "DELETE" });
    assert.equal(code, 200);
  });
});

interface Event {
  readonly object: JsonObject;
}
