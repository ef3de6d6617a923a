import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { configMaps } from "../../../src/practiceCluster/api/resources.ts";
import { AuditLog } from "../../../src/practiceCluster/apiServer/audit/auditLog.ts";
import { practiceRequests } from "../../../src/tools/practiceRequests.ts";
import { type ServedCluster, startServedCluster } from "./support/serving.ts";

describe("the audit of requests", () => {
  let served: ServedCluster;
  let folder = "";

  before(async () => {
    served = await startServedCluster();
    folder = await mkdtemp(join(tmpdir(), "audit-"));
    await writeFile(join(folder, "kubeconfig"), served.kubeconfig);
  });

  after(async () => {
    await served.stop();
    await rm(folder, { recursive: true });
  });

  it("tells who asked for what over HTTPS, and how it was answered", async () => {
    const { sequence } = await practiceRequests(join(folder, "kubeconfig"));
    await served.send("/api/v1/namespaces/default/pods/ghost");
    await served.send("/apis/apps/v1/statefulsets?limit=5");
    await served.send("/readyz");
    const { items } = await practiceRequests(join(folder, "kubeconfig"), sequence, "https");
    assert.deepEqual(
      items.map(({ user, verb, resource, name, code, path }) => [user, verb, resource, name, code, path]),
      [
        ["kubernetes-admin", "get", "pods", "ghost", 404, "/api/v1/namespaces/default/pods/ghost"],
        ["kubernetes-admin", "list", "statefulsets", "", 200, "/apis/apps/v1/statefulsets?limit=5"],
        ["kubernetes-admin", "get", "", "", 200, "/readyz"],
      ],
    );
  });

  it("tells what components wrote, refused writes too", () => {
    const { auditLog, clientFor } = served.cluster;
    const before = auditLog.sequence;
    const client = clientFor("system:serviceaccount:kube-system:tester");
    const object = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { namespace: "default", name: "note" },
    } as const;
    client.create(configMaps, object);
    assert.throws(() => client.create(configMaps, object));
    client.get(configMaps, { namespace: "default", name: "note" });
    const own = auditLog.after(before, "component").filter(({ user }) => user === client.userName);
    assert.deepEqual(
      own.map(({ verb, name, code }) => [verb, name, code]),
      [
        ["create", "note", 201],
        ["create", "note", 409],
      ],
    );
  });

  it("forgets the oldest, but never people's requests for components' sake", () => {
    const log = new AuditLog();
    const entry = {
      ...{ time: "", user: "", userAgent: "", verb: "get", group: "", resource: "pods", subresource: "" },
      ...{ namespace: "", name: "", path: "", code: 200 },
    };
    log.add({ ...entry, source: "https", name: "kept" });
    for (let count = 0; count < 10_000; count += 1) {
      log.add({ ...entry, source: "component" });
    }
    assert.equal(log.after(0, "component").length, 2_000);
    assert.deepEqual(
      log.after(0, "https").map(({ name }) => name),
      ["kept"],
    );
  });

  it("reports health check by check, and metrics", async () => {
    const verbose = await served.send("/readyz?verbose&exclude=log");
    assert.match(verbose.text, /^\[\+\]ping ok\n\[\+\]log excluded: ok\n.*readyz check passed\n$/s);
    assert.equal((await served.send("/livez/ping")).text, "ok");
    assert.equal((await served.send("/livez/nothing")).code, 404);
    const { text } = await served.send("/metrics");
    assert.match(text, /^apiserver_request_total\{code="404",.*resource="pods",.*\} 1$/m);
    assert.match(text, /^apiserver_storage_objects\{resource="namespaces"\} 5$/m);
  });
});
