import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { JsonObject } from "../../../src/common/kubernetes/objects.ts";
import { ClusterProcess, makeScratch, type Scratch } from "./support/clusterProcess.ts";

const collection = "/api/v1/namespaces/default/configmaps";
const snapshot = "/statefulset-dojo/snapshots/before-lunch";

describe("a snapshot of the practice cluster", () => {
  let scratch: Scratch;
  let running: ClusterProcess;

  beforeEach(async () => {
    scratch = await makeScratch();
    running = await ClusterProcess.start(scratch);
  });
  afterEach(async () => {
    await running.end("SIGKILL");
    await scratch.remove();
  });

  const ask = async (method: string, path: string, body?: object) => {
    const text = body && JSON.stringify(body);
    const headers = text ? { "content-type": "application/json" } : {};
    const answer = await running.send({ method, path, headers, body: text });
    return { code: answer.code, body: JSON.parse(answer.text) as JsonObject };
  };
  const put = (name: string, text: string) =>
    ask("POST", collection, { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { text } });
  const volume = () => join(scratch.data, "volumes", "pvc-1");
  const names = async () => {
    const { items } = (await ask("GET", collection)).body as { items: { metadata: { name: string } }[] };
    return items.map(({ metadata }) => metadata.name).filter((name) => name !== "kube-root-ca.crt");
  };

  it("brings back objects and volumes, under newer revisions and the same identity", async () => {
    await mkdir(volume(), { recursive: true });
    await writeFile(join(volume(), "rows"), "as they were");
    const uid = ((await put("kept", "as it was")).body.metadata as JsonObject).uid;
    assert.equal((await ask("POST", snapshot)).code, 201);
    await ask("DELETE", `${collection}/kept`);
    await put("kept", "another");
    const later = Number(((await put("later", "")).body.metadata as JsonObject).resourceVersion);
    await writeFile(join(volume(), "rows"), "changed");
    await writeFile(join(volume(), "more"), "");
    const kubeconfig = await readFile(scratch.kubeconfig, "utf8");
    assert.equal((await ask("POST", `${snapshot}/return`)).code, 202);
    assert.equal(await running.end(), 0);
    running = await ClusterProcess.start(scratch);
    assert.match(running.output, /back at the snapshot before-lunch/);
    assert.deepEqual(await names(), ["kept"]);
    const { metadata, data } = (await ask("GET", `${collection}/kept`)).body as {
      metadata: JsonObject;
      data: JsonObject;
    };
    assert.deepEqual([metadata.uid, data["text"]], [uid, "as it was"]);
    const list = (await ask("GET", collection)).body.metadata as JsonObject;
    assert.ok(Number(list.resourceVersion) > later, "nobody takes the old changes for the new ones");
    assert.deepEqual(await readdir(volume()), ["rows"]);
    assert.equal(await readFile(join(volume(), "rows"), "utf8"), "as they were");
    const credentials = (text: string) => /client-certificate-data: (.*)/.exec(text)?.[1];
    assert.equal(credentials(await readFile(scratch.kubeconfig, "utf8")), credentials(kubeconfig));
    const files = (await readdir(scratch.data)).filter((name) => /\.new$|return/.test(name));
    assert.deepEqual(files, []);
    await running.end("SIGKILL");
    running = await ClusterProcess.start(scratch);
    assert.match(running.output, /^ready/, "once");
    assert.deepEqual(await names(), ["kept"]);
  });

  it("is listed, replaced and removed, and refused under names that are none", async () => {
    await put("first", "");
    assert.equal((await ask("POST", snapshot)).code, 201);
    await put("second", "");
    assert.equal((await ask("POST", snapshot)).code, 201);
    const items = (await ask("GET", "/statefulset-dojo/snapshots")).body["items"] as JsonObject[];
    assert.deepEqual(
      items.map(({ name }) => name),
      ["before-lunch"],
    );
    for (const name of ["..", "%2e%2e", "a%2fb", "UPPER", "-", "x".repeat(64)]) {
      const { code } = await running.send({ method: "POST", path: `/statefulset-dojo/snapshots/${name}` });
      assert.ok(code === 400 || code === 405 || code === 404, `${name}: ${code}`);
    }
    assert.equal((await ask("POST", "/statefulset-dojo/snapshots/nobody/return")).code, 404);
    assert.equal((await ask("DELETE", snapshot)).code, 200);
    assert.equal((await ask("POST", `${snapshot}/return`)).code, 404);
    assert.deepEqual(await readdir(join(scratch.data, "snapshots")), []);
  });
});
