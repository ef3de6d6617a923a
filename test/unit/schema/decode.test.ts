import assert from "node:assert/strict";
import type { JsonObject } from "../../../src/common/kubernetes/objects.ts";
import {
  configMaps,
  events,
  pods,
  services,
  statefulSets,
} from "../../../src/practiceCluster/api/resources.ts";
import { decodeObject } from "../../../src/practiceCluster/apiServer/schema/decode.ts";
import { decodeProtobuf } from "../../../src/practiceCluster/apiServer/schema/protobuf.ts";

const template = (container: JsonObject): JsonObject => ({
  spec: { template: { spec: { containers: [{ name: "c", image: "i", ...container }] } } },
});

describe("decoding", () => {
  it("writes fields in Go's order, with Go's zero values", () => {
    const { object } = decodeObject(
      statefulSets,
      template({ resources: { requests: { cpu: 0.5 } } }),
      "Strict",
    );
    assert.equal(
      JSON.stringify(object),
      '{"kind":"StatefulSet","apiVersion":"apps/v1","metadata":{},"spec":{"selector":null,"template":{"metadata":{},' +
        '"spec":{"containers":[{"name":"c","image":"i","resources":{"requests":{"cpu":"500m"}}}]}},"serviceName":"",' +
        '"updateStrategy":{}},"status":{"replicas":0,"availableReplicas":0}}',
    );
  });

  it("writes the times of an Event even where they are not set", () => {
    const { object } = decodeObject(events, { metadata: { name: "e" } }, "Strict");
    assert.equal((object as unknown as JsonObject).eventTime, null);
  });

  it("names Go's struct, path and type at a mismatch", () => {
    const body = template({ env: [{ name: "PORT", value: 5432 }] });
    assert.throws(() => decodeObject(statefulSets, body, "Ignore"), {
      message:
        'StatefulSet in version "v1" cannot be handled as a StatefulSet: json: cannot unmarshal number into Go struct field EnvVar.spec.template.spec.containers.env.value of type string',
    });
    assert.throws(() => decodeObject(configMaps, { data: { a: true } }, "Ignore"), {
      message: /cannot unmarshal bool into Go struct field ConfigMap\.data of type string$/,
    });
  });

  it("refuses, warns of or drops unknown fields", () => {
    const body = { spec: { ports: [{ port: 80, targetport: 8080 }], selektor: {} } };
    const unknown = ['unknown field "spec.ports[0].targetport"', 'unknown field "spec.selektor"'];
    assert.throws(() => decodeObject(services, body, "Strict"), {
      message: `Service in version "v1" cannot be handled as a Service: strict decoding error: ${unknown.join(", ")}`,
    });
    assert.deepEqual(decodeObject(services, body, "Warn").warnings, unknown);
    assert.deepEqual(decodeObject(services, body, "Ignore").warnings, []);
  });

  it("refuses what is no quantity and another kind", () => {
    const body = template({ resources: { limits: { memory: "lots" } } });
    assert.throws(() => decodeObject(statefulSets, body, "Strict"), {
      message: /: quantities must match the regular/,
    });
    assert.throws(() => decodeObject(pods, { apiVersion: "v1", kind: "Service" }, "Strict"), {
      message:
        'Service in version "v1" cannot be handled as a Pod: converting (v1.Service) to (core.Pod): unknown conversion',
    });
  });
});

/** A protobuf field of bytes. */
function bytes(number: number, value: Buffer | string): Buffer {
  const content = Buffer.from(value);
  return Buffer.concat([Buffer.from([(number << 3) | 2, content.length]), content]);
}

describe("protobuf bodies", () => {
  const metadata = bytes(1, bytes(1, "settings"));
  const data = bytes(2, Buffer.concat([bytes(1, "colour"), bytes(2, "red")]));
  const typeMeta = bytes(1, Buffer.concat([bytes(1, "v1"), bytes(2, "ConfigMap")]));
  const body = Buffer.concat([Buffer.from("k8s\0"), typeMeta, bytes(2, Buffer.concat([metadata, data]))]);

  it("are read by the field numbers of the schema", () => {
    assert.deepEqual(decodeProtobuf(body), {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "settings" },
      data: { colour: "red" },
    });
  });

  it("that are cut off are refused", () => {
    assert.throws(() => decodeProtobuf(body.subarray(0, -3)), { message: /cut off/ });
    assert.throws(() => decodeProtobuf(Buffer.from("{}")), { message: /prefix/ });
  });
});
