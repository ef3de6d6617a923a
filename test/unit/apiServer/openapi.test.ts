import assert from "node:assert/strict";
import type { JsonObject } from "../../../src/common/kubernetes/objects.ts";
import { ProtobufWriter } from "../../../src/practiceCluster/apiServer/openapi/protobufWriter.ts";
import { encodeSwagger } from "../../../src/practiceCluster/apiServer/openapi/swaggerProtobuf.ts";
import { type ServedCluster, startServedCluster } from "./support/serving.ts";

describe("what older clients read", () => {
  let served: ServedCluster;

  before(async () => {
    served = await startServedCluster();
  });

  after(() => served.stop());

  it("answers OpenAPI version 2 as JSON, with definitions that refer to each other", async () => {
    const { body } = await served.send("/openapi/v2");
    const definitions = body.definitions as Record<string, { properties: Record<string, JsonObject> }>;
    assert.equal(
      definitions["io.k8s.api.apps.v1.StatefulSet"]?.properties.spec?.$ref,
      "#/definitions/io.k8s.api.apps.v1.StatefulSetSpec",
    );
    const text = JSON.stringify(body);
    const names = [...text.matchAll(/"#\/definitions\/([^"]+)"/g)].map(([, name = ""]) => name);
    assert.deepEqual(
      [...new Set(names)].filter((name) => !definitions[name]),
      [],
    );
  });

  it("answers discovery without lists of lists to who does not know their stable form", async () => {
    const aggregated = "application/json;g=apidiscovery.k8s.io;as=APIGroupDiscoveryList";
    const kindOf = async (accept: string) => (await served.send("/api", { accept })).body.kind;
    assert.equal(await kindOf(`${aggregated};v=v2beta1,application/json`), "APIVersions");
    assert.equal(await kindOf(`${aggregated};v=v2beta1,${aggregated};v=v2`), "APIGroupDiscoveryList");
  });
});

describe("OpenAPI documents in protobuf", () => {
  it("writes numbers, texts and messages as the format has them", () => {
    const writer = new ProtobufWriter();
    writer.varint(1, 300);
    writer.message(2, (inner) => inner.text(3, "é"));
    assert.equal(writer.bytes().toString("hex"), "08ac0212041a02c3a9");
  });

  it("writes a document with its definitions", () => {
    const bytes = encodeSwagger({ swagger: "2.0", definitions: { A: { type: "object", "x-kind": 1 } } });
    // 1: "2.0"; 9: { 1: { 1: "A", 2: { 22: { 1: "object" }, 31: { 1: "x-kind", 2: { 2: "1" } } } } }
    const schema = "b201080a066f626a656374" + "fa010d0a06782d6b696e641203120131";
    assert.equal(bytes.toString("hex"), `0a03322e304a220a200a0141121b${schema}`);
  });
});
