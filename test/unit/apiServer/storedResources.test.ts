import assert from "node:assert/strict";
import type { JsonObject } from "../../../src/common/kubernetes/objects.ts";
import { type ServedCluster, startServedCluster } from "./support/serving.ts";

const asTable = "application/json;as=Table;v=v1;g=meta.k8s.io";

function cells({ rows }: JsonObject): unknown[] {
  return (rows as JsonObject[]).map((row) => row.cells);
}

describe("resources that are kept and shown", () => {
  let served: ServedCluster;

  before(async () => {
    served = await startServedCluster();
  });

  after(() => served.stop());

  it("shows an Ingress with its first hosts and ports", async () => {
    const path = "/apis/networking.k8s.io/v1/namespaces/default/ingresses";
    const backend = { service: { name: "web", port: { number: 80 } } };
    const rule = (host: string) => ({
      host,
      http: { paths: [{ path: "/", pathType: "Prefix", backend }] },
    });
    const spec = {
      ingressClassName: "front",
      rules: ["a.example", "b.example", "c.example", "d.example"].map(rule),
      tls: [{ hosts: ["a.example"] }],
    };
    const { code } = await served.send(path, {
      body: { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name: "front" }, spec },
    });
    assert.equal(code, 201);
    const [row] = cells((await served.send(path, { accept: asTable })).body) as unknown[][];
    assert.deepEqual(row?.slice(0, 5), [
      ...["front", "front", "a.example,b.example,c.example + 1 more...", "", "80, 443"],
    ]);
  });

  it("has the drivers of each node, which are none, and fills in what a driver leaves out", async () => {
    const nodes = await served.send("/apis/storage.k8s.io/v1/csinodes", { accept: asTable });
    assert.deepEqual((cells(nodes.body) as unknown[][])[0]?.slice(0, 2), ["practice-control-plane", 0]);
    const { body } = await served.send("/apis/storage.k8s.io/v1/csidrivers", {
      body: {
        apiVersion: "storage.k8s.io/v1",
        kind: "CSIDriver",
        metadata: { name: "disks.example.org" },
        spec: { podInfoOnMount: true },
      },
    });
    const { attachRequired, podInfoOnMount, volumeLifecycleModes } = body.spec as JsonObject;
    assert.deepEqual([attachRequired, podInfoOnMount, volumeLifecycleModes], [true, true, ["Persistent"]]);
  });

  it("shows an Event by either of its names", async () => {
    const event = {
      apiVersion: "events.k8s.io/v1",
      kind: "Event",
      metadata: { name: "seen" },
      regarding: { kind: "Pod", name: "web-0", namespace: "default" },
      eventTime: "2026-01-01T00:00:00.000000Z",
      ...{ type: "Normal", reason: "Seen", action: "Looking", note: "here it is" },
      ...{ reportingController: "example.org/eye", reportingInstance: "eye-1" },
    };
    await served.send("/apis/events.k8s.io/v1/namespaces/default/events", { body: event });
    const query = "fieldSelector=involvedObject.name%3Dweb-0";
    const core = await served.send(`/api/v1/namespaces/default/events?${query}`);
    const [item] = core.body.items as JsonObject[];
    assert.deepEqual([item?.message, item?.reportingComponent], ["here it is", "example.org/eye"]);
    const newer = await served.send("/apis/events.k8s.io/v1/namespaces/default/events/seen");
    assert.deepEqual([newer.body.note, newer.body.apiVersion], ["here it is", "events.k8s.io/v1"]);
  });
});
