import assert from "node:assert/strict";
import type { JsonObject } from "../../../src/common/kubernetes/objects.ts";
import { type ServedCluster, startServedCluster } from "./support/serving.ts";

const maps = "/api/v1/namespaces/default/configmaps";

function names({ items }: JsonObject): unknown[] {
  return (items as JsonObject[]).map((item) => (item.metadata as JsonObject).name);
}

describe("lists and watches over HTTPS", () => {
  let served: ServedCluster;

  before(async () => {
    served = await startServedCluster();
    for (const name of ["pear", "plum", "quince"]) {
      const { code } = await served.send(maps, {
        body: { apiVersion: "v1", kind: "ConfigMap", metadata: { name, labels: { fruit: name } } },
      });
      assert.equal(code, 201);
    }
  });

  after(() => served.stop());

  it("gives the pages of one moment, whatever happens between them", async () => {
    const selector = "labelSelector=fruit";
    const first = await served.send(`${maps}?limit=2&${selector}`);
    const { continue: token, resourceVersion } = first.body.metadata as JsonObject;
    assert.deepEqual(names(first.body), ["pear", "plum"]);
    await served.send(`${maps}/quince`, { method: "DELETE" });
    await served.send(maps, {
      body: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "sloe", labels: { fruit: "sloe" } } },
    });
    const second = await served.send(`${maps}?limit=2&${selector}&continue=${token}`);
    assert.deepEqual(names(second.body), ["quince"]);
    assert.equal((second.body.metadata as JsonObject).resourceVersion, resourceVersion);
    const exact = await served.send(
      `${maps}?${selector}&resourceVersion=${resourceVersion}&resourceVersionMatch=Exact`,
    );
    assert.deepEqual(names(exact.body), ["pear", "plum", "quince"]);
    const now = await served.send(`${maps}?${selector}`);
    assert.deepEqual(names(now.body), ["pear", "plum", "sloe"]);
  });

  it("refuses versions that are yet to come", async () => {
    const { code, body } = await served.send(`${maps}?resourceVersion=99999999`);
    assert.equal(code, 504);
    assert.match(String(body.message), /^Timeout: Too large resource version: 99999999, current: \d+$/);
  });

  const refused: readonly (readonly [string, number, RegExp])[] = [
    ["limit=seven", 400, /^strconv\.ParseInt: parsing "seven": invalid syntax$/],
    [
      "continue=%25",
      400,
      /^invalid continue token: continue key is not valid: illegal base64 data at input byte 0$/,
    ],
    [
      "resourceVersionMatch=Exact",
      422,
      /resourceVersionMatch is forbidden unless resourceVersion is provided$/,
    ],
    [
      "watch=1&resourceVersionMatch=Exact&resourceVersion=5",
      422,
      /is forbidden for watch unless sendInitialEvents/,
    ],
    [
      "fieldSelector=data.colour%3Dred",
      400,
      /^"data.colour" is not a known field selector: only "metadata.name"/,
    ],
    [
      "watch=1&resourceVersion=new",
      500,
      /^resourceVersion: Invalid value: "new": strconv.ParseUint: parsing "new"/,
    ],
    ["fieldSelector=colour", 400, /^invalid selector: 'colour'; can't understand 'colour'$/],
  ];
  for (const [query, code, message] of refused) {
    it(`refuses ${query}`, async () => {
      const answer = await served.send(`${maps}?${query}`);
      assert.equal(answer.code, code);
      assert.match(String(answer.body.message), message);
    });
  }

  it("writes for people to read where a person asks", async () => {
    const textOf = async (userAgent: string, query = "") =>
      (await served.send(`/api/v1/namespaces/default${query}`, { userAgent })).text;
    assert.match(await textOf("curl/8.5.0"), /^\{\n {2}"kind": "Namespace",\n/);
    assert.match(await textOf("kubectl/v1.36.3"), /^\{"kind":"Namespace".*\}\n$/);
    assert.match(await textOf("curl/8.5.0", "?pretty=false"), /^\{"kind"/);
    assert.match(await textOf("kubectl/v1.36.3", "?pretty=true"), /^\{\n {2}"kind"/);
  });

  it("writes YAML where that is asked for", async () => {
    const { text } = await served.send(`${maps}/pear`, { accept: "application/yaml" });
    assert.match(text, /^apiVersion: v1\nkind: ConfigMap\nmetadata:\n {2}creationTimestamp: /);
  });

  it("answers what a deletion of many deleted", async () => {
    const selector = "labelSelector=herb";
    for (const name of ["basil", "mint"]) {
      const metadata = { name, labels: { herb: "" } };
      await served.send(maps, { body: { apiVersion: "v1", kind: "ConfigMap", metadata } });
    }
    const { body } = await served.send(`${maps}?${selector}`, { method: "DELETE" });
    assert.deepEqual([body.kind, names(body)], ["ConfigMapList", ["basil", "mint"]]);
    assert.deepEqual(names((await served.send(`${maps}?${selector}`)).body), []);
  });

  it("refuses a path that cannot be read", async () => {
    const { code, body } = await served.send(`${maps}/%25/..%`);
    assert.deepEqual([code, body.reason], [400, "BadRequest"]);
  });

  it("ends a watch from before its time with an ERROR event", async () => {
    const { code, text } = await served.send(`${maps}?watch=1&resourceVersion=1`);
    const event = JSON.parse(text) as JsonObject;
    const status = event.object as JsonObject;
    assert.equal(code, 200);
    assert.deepEqual([event.type, status.code, status.reason], ["ERROR", 410, "Expired"]);
  });

  it("sends a bookmark before a watch ends, and one to kubectl as soon as it watches", async () => {
    const { body } = await served.send(`${maps}?limit=1`);
    const { resourceVersion } = body.metadata as JsonObject;
    const query = `watch=1&allowWatchBookmarks=1&timeoutSeconds=3&resourceVersion=${resourceVersion}`;
    const bookmarks = async (userAgent: string) => {
      const { text } = await served.send(`${maps}?${query}`, { userAgent });
      const events = text.trim().split("\n");
      return events.map((line) => (JSON.parse(line) as JsonObject).type);
    };
    const [plain, kubectl] = await Promise.all([bookmarks("curl/8"), bookmarks("kubectl/v1.36.3 (linux)")]);
    assert.deepEqual([plain, kubectl], [["BOOKMARK"], ["BOOKMARK", "BOOKMARK"]]);
  }).timeout(10_000);

  it("says with a bookmark when a streamed list is complete", async () => {
    const query = "watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=1";
    const { text } = await served.send(`${maps}?${query}&timeoutSeconds=1&labelSelector=fruit%3Dpear`);
    const events = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as JsonObject);
    assert.deepEqual(
      events.map(({ type }) => type),
      ["ADDED", "BOOKMARK"],
    );
    const [, bookmark] = events.map(({ object }) => (object as JsonObject).metadata as JsonObject);
    assert.deepEqual(bookmark?.annotations, { "k8s.io/initial-events-end": "true" });
  });
});
