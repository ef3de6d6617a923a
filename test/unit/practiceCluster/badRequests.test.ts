import assert from "node:assert/strict";
import type { JsonObject } from "../../../src/common/kubernetes/objects.ts";
import { type ServedCluster, startServedCluster } from "../apiServer/support/serving.ts";

const table = "application/json;as=Table;g=meta.k8s.io;v=v1,application/json";

describe("requests that make no sense", () => {
  let served: ServedCluster;

  before(async () => {
    served = await startServedCluster();
  });
  after(() => served.stop());

  const messageOf = async (path: string, sending: Parameters<ServedCluster["send"]>[1]) => {
    const { code, body } = await served.send(path, sending);
    return `${code} ${String(body.message)}`;
  };
  const post = async (path: string, body: object) => {
    const { code, text } = await served.send(path, { body });
    assert.equal(code, 201, text);
  };

  it("are refused where a deletion's options are none", async () => {
    const path = "/api/v1/namespaces/default/configmaps/a";
    await post("/api/v1/namespaces/default/configmaps", {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "a" },
    });
    const remove = (query: string, body?: object) =>
      messageOf(`${path}${query}`, body ? { method: "DELETE", body } : { method: "DELETE" });
    assert.equal(
      await remove("?gracePeriodSeconds=soon"),
      '400 strconv.ParseInt: parsing "soon": invalid syntax',
    );
    assert.match(
      await remove("", { gracePeriodSeconds: "soon" }),
      /^400 DeleteOptions in version "v1" cannot be handled as a DeleteOptions: json: cannot unmarshal string into Go struct field/,
    );
    assert.match(await remove("", { apiVersion: "v1", kind: "Pod" }), /^400 .*DeleteOptions/);
    assert.equal((await served.send(path)).code, 200, "it is still there");
    const options = { apiVersion: "policy/v1", kind: "DeleteOptions", gracePeriodSeconds: 0 };
    assert.equal((await served.send(path, { method: "DELETE", body: options })).code, 200);
  });

  it("may name a grace period beyond the end of all calendars", async () => {
    const containers = [{ name: "main", image: "busybox:1.37", command: ["sleep", "1000"] }];
    await post("/api/v1/namespaces/default/pods", {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "long" },
      spec: { nodeName: "practice-control-plane", containers },
    });
    const path = "/api/v1/namespaces/default/pods/long";
    const { code, body, text } = await served.send(`${path}?gracePeriodSeconds=9223372036854775807`, {
      method: "DELETE",
    });
    assert.equal(code, 200, text);
    assert.match(String((body.metadata as JsonObject).deletionTimestamp), /^9999-12-31T23:59:59Z$/);
    assert.equal((await served.send(`${path}?gracePeriodSeconds=0`, { method: "DELETE" })).code, 200);
  });

  it("are refused where a definition of a custom resource defines nothing", async () => {
    const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    const definition = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" };
    for (const spec of [undefined, {}, { versions: null }, { versions: [null] }, { names: null }]) {
      const body = { ...definition, metadata: { name: "things.example.com" }, spec };
      assert.match(await messageOf(path, { body }), /^422 CustomResourceDefinition.* is invalid/);
    }
  });

  it("are refused where a log is asked for with numbers that are none", async () => {
    const path = "/api/v1/namespaces/kube-system/pods/etcd-practice-control-plane/log";
    assert.equal(
      await messageOf(`${path}?tailLines=many`, {}),
      '400 strconv.ParseInt: parsing "many": invalid syntax',
    );
    assert.equal(
      await messageOf(`${path}?tailLines=-1&limitBytes=0&sinceSeconds=0`, {}),
      '422 PodLogOptions "" is invalid: [tailLines: Invalid value: -1: must be greater than or equal to 0, limitBytes: Invalid value: 0: must be greater than 0, sinceSeconds: Invalid value: 0: must be greater than 0]',
    );
  });

  it("may watch anything as a Table with bookmarks, which have no object to tell of", async () => {
    const groups = (await served.send("/apis")).body["groups"] as {
      preferredVersion: { groupVersion: string };
    }[];
    const versions = [
      "api/v1",
      ...groups.map(({ preferredVersion }) => `apis/${preferredVersion.groupVersion}`),
    ];
    const watches: Promise<void>[] = [];
    for (const version of versions) {
      const { body } = await served.send(`/${version}`);
      for (const { name, verbs } of body["resources"] as { name: string; verbs: string[] }[]) {
        if (verbs.includes("watch")) {
          watches.push(requireBookmark(`/${version}/${name}`));
        }
      }
    }
    assert.ok(watches.length > 25, `${watches.length}`);
    await Promise.all(watches);
  });

  /** Throws unless a watch of nothing begins and ends with a bookmark that is a Table. */
  async function requireBookmark(path: string): Promise<void> {
    const listing = "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
    const query = `watch=1&${listing}&timeoutSeconds=1&fieldSelector=metadata.name%3Dnobody`;
    const { code, text } = await served.send(`${path}?${query}`, {
      accept: table,
      userAgent: "kubectl/v1.36.3",
    });
    assert.equal(code, 200, `${path}: ${text}`);
    const [bookmark = ""] = text.split("\n");
    const { type, object } = JSON.parse(bookmark) as { type: string; object: JsonObject };
    assert.deepEqual([type, object.kind], ["BOOKMARK", "Table"], path);
    assert.ok((object["columnDefinitions"] as unknown[]).length > 0, path);
  }
});
