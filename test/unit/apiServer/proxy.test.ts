import assert from "node:assert/strict";
import type { IEndpointSlice } from "kubernetes-models/discovery.k8s.io/v1/EndpointSlice";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { IService } from "kubernetes-models/v1/Service";
import { endpointSlices, pods, services } from "../../../src/practiceCluster/api/resources.ts";
import { type ServedCluster, startServedCluster } from "./support/serving.ts";

const namespace = "default";

describe("the proxy to Pods and Services", () => {
  let served: ServedCluster;

  before(async () => {
    served = await startServedCluster();
    const client = served.cluster.clientFor("learner");
    const ports = [{ containerPort: 80 }];
    const pod: IPod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "site", namespace },
      spec: { containers: [{ name: "nginx", image: "nginx:1.22", ports }] },
    };
    client.create(pods, pod);
    await new Promise<void>((resolve) => {
      const watch = client.watch(pods, ({ object }) => {
        if (object.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True")) {
          watch.dispose();
          resolve();
        }
      });
    });
  });

  after(() => served.stop());

  const path = `/api/v1/namespaces/${namespace}`;

  it("passes a request on to a Pod's port, and the answer back", async () => {
    const { code, text } = await served.send(`${path}/pods/site/proxy/`);
    assert.equal(code, 200);
    assert.match(text, /Welcome to nginx!/);
    const missing = await served.send(`${path}/pods/http:site:80/proxy/no/such/page?x=1`);
    assert.equal(missing.code, 404);
    assert.match(missing.text, /nginx/);
  });

  it("says where nothing listens", async () => {
    const { code, body } = await served.send(`${path}/pods/site:81/proxy/`);
    assert.equal(code, 503);
    assert.match(
      String(body.message),
      /^error trying to reach service: dial tcp [\d.]+:81: connect: connection refused$/,
    );
    assert.equal((await served.send(`${path}/pods/ghost/proxy/`)).code, 404);
  });

  it("finds a ready endpoint of a Service by the port's name or number", async () => {
    const client = served.cluster.clientFor("learner");
    const service: IService = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "front", namespace },
      spec: { ports: [{ name: "web", port: 8080, targetPort: 80 }] },
    };
    client.create(services, service);
    const before = await served.send(`${path}/services/front/proxy/`);
    assert.equal(before.body.message, 'no endpoints available for service "front"');
    const slice: IEndpointSlice = {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: "front-x", namespace, labels: { "kubernetes.io/service-name": "front" } },
      addressType: "IPv4",
      ports: [{ name: "web", port: 80, protocol: "TCP" }],
      endpoints: [
        {
          addresses: ["10.244.9.9"],
          conditions: { ready: false },
          targetRef: { kind: "Pod", name: "ghost" },
        },
        { addresses: ["10.244.0.9"], conditions: { ready: true }, targetRef: { kind: "Pod", name: "site" } },
      ],
    };
    client.create(endpointSlices, slice);
    for (const name of ["front", "front:web", "http:front:8080"]) {
      assert.equal((await served.send(`${path}/services/${name}/proxy/`)).code, 200, name);
    }
    assert.equal((await served.send(`${path}/services/front:9090/proxy/`)).code, 503);
  });
});
