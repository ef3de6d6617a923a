import assert from "node:assert/strict";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { IService } from "kubernetes-models/v1/Service";
import { endpointSlices, endpoints, pods, services } from "../../../src/practiceCluster/api/resources.ts";
import { ServiceEndpoints } from "../../../src/practiceCluster/network/serviceEndpoints.ts";
import { Chance } from "./support/chance.ts";
import { type ControlPlane, startControlPlane } from "./support/controlPlane.ts";

const namespace = "default";

function service(name: string, spec: Partial<IService["spec"]> = {}, labels = {}): IService {
  const ports = [{ name: "http", port: 80, targetPort: "web" }];
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace, labels },
    spec: { selector: { app: "web" }, ports, ...spec },
  };
}

function pod(name: string, port = 8080, labels: Record<string, string> = { app: "web" }): IPod {
  const ports = [{ name: "web", containerPort: port }];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels },
    spec: { hostname: name, subdomain: "web", containers: [{ name: "nginx", image: "nginx:1", ports }] },
  };
}

describe("Endpoints of Services", () => {
  let plane: ControlPlane;

  beforeEach(() => {
    plane = startControlPlane();
  });

  afterEach(() => plane.dispose());

  const slicesOf = (name: string) =>
    plane.client.list(endpointSlices, { namespace, labelSelector: `kubernetes.io/service-name=${name}` });
  const membersOf = (name: string) => slicesOf(name).flatMap((slice) => slice.endpoints ?? []);
  const subsetsOf = (name: string) => plane.client.get(endpoints, { namespace, name }).subsets;

  async function runs(name: string, address: string, port?: number): Promise<void> {
    start(name, address, port);
    await plane.settle();
  }

  function start(name: string, address: string, port?: number): void {
    const created = plane.client.create(pods, pod(name, port));
    plane.kubelet.run(created);
    const current = structuredClone(plane.client.get(pods, { namespace, name }));
    const status = { ...current.status, podIP: address, podIPs: [{ ip: address }] };
    plane.client.update(pods, { ...current, status }, { subresource: "status" });
  }

  async function isReady(name: string): Promise<void> {
    plane.kubelet.makeReady(plane.client.get(pods, { namespace, name }));
    await plane.settle();
  }

  it("have an empty slice and no subsets before there are Pods", async () => {
    plane.client.create(services, service("web", { clusterIP: "None" }, { tier: "front" }));
    await plane.settle();
    const [slice, ...others] = slicesOf("web");
    assert.equal(others.length, 0);
    assert.deepEqual(slice?.endpoints ?? [], []);
    assert.match(slice?.metadata?.name ?? "", /^web-[a-z0-9]{5}$/);
    assert.deepEqual(slice?.metadata?.labels, {
      tier: "front",
      "service.kubernetes.io/headless": "",
      "kubernetes.io/service-name": "web",
      "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
    });
    assert.equal(slice?.metadata?.ownerReferences?.[0]?.kind, "Service");
    assert.equal(subsetsOf("web"), undefined);
  });

  it("follow a Pod from its start through Ready to its end", async () => {
    plane.client.create(services, service("web", { clusterIP: "None" }));
    await runs("web-0", "10.244.0.7");
    const name = slicesOf("web")[0]?.metadata?.name;
    assert.deepEqual(membersOf("web")[0]?.conditions, { ready: false, serving: false, terminating: false });
    assert.equal(membersOf("web")[0]?.hostname, "web-0");
    assert.equal(subsetsOf("web")?.[0]?.notReadyAddresses?.[0]?.ip, "10.244.0.7");
    await isReady("web-0");
    assert.deepEqual(membersOf("web")[0]?.conditions, { ready: true, serving: true, terminating: false });
    assert.deepEqual(slicesOf("web")[0]?.ports, [{ name: "http", port: 8080, protocol: "TCP" }]);
    assert.equal(subsetsOf("web")?.[0]?.addresses?.[0]?.hostname, "web-0");
    plane.client.delete(pods, { namespace, name: "web-0" });
    await plane.settle();
    assert.deepEqual(membersOf("web")[0]?.conditions, { ready: false, serving: true, terminating: true });
    assert.equal(subsetsOf("web"), undefined);
    plane.kubelet.stop(plane.client.get(pods, { namespace, name: "web-0" }));
    await plane.settle();
    assert.deepEqual(membersOf("web"), []);
    assert.equal(slicesOf("web")[0]?.metadata?.name, name, "the slice stays, empty");
  });

  it("publish Pods that are not ready where the Service asks for it", async () => {
    plane.client.create(services, service("web", { clusterIP: "None", publishNotReadyAddresses: true }));
    await runs("web-0", "10.244.0.7");
    assert.deepEqual(membersOf("web")[0]?.conditions, { ready: true, serving: false, terminating: false });
    assert.equal(subsetsOf("web")?.[0]?.addresses?.length, 1);
  });

  it("have a hostname only under the Service that the Pod names", async () => {
    plane.client.create(services, service("other"));
    await runs("web-0", "10.244.0.7");
    assert.equal(membersOf("other").length, 1);
    assert.equal(membersOf("other")[0]?.hostname, undefined);
  });

  it("are apart where a named port has different numbers, and go where no Pod has the name", async () => {
    plane.client.create(services, service("web"));
    await runs("web-0", "10.244.0.7", 8080);
    await runs("web-1", "10.244.0.8", 9090);
    assert.deepEqual(
      slicesOf("web")
        .flatMap(({ ports }) => ports?.map(({ port }) => port))
        .sort(),
      [8080, 9090],
    );
    assert.deepEqual(
      subsetsOf("web")
        ?.map(({ ports }) => ports?.[0]?.port)
        .sort(),
      [8080, 9090],
    );
    plane.client.create(services, service("lost", { ports: [{ port: 80, targetPort: "nothing" }] }));
    await plane.settle();
    assert.deepEqual(slicesOf("lost")[0]?.ports ?? [], []);
    assert.equal(membersOf("lost").length, 2);
    assert.equal(subsetsOf("lost"), undefined);
  });

  it("follow a Pod's labels, and go with the Service", async () => {
    plane.client.create(services, service("web"));
    await runs("web-0", "10.244.0.7");
    const current = structuredClone(plane.client.get(pods, { namespace, name: "web-0" }));
    plane.client.update(pods, { ...current, metadata: { ...current.metadata, labels: { app: "away" } } });
    await plane.settle();
    assert.deepEqual(membersOf("web"), []);
    plane.client.delete(services, { namespace, name: "web" });
    await plane.settle();
    assert.deepEqual(slicesOf("web"), []);
    assert.equal(plane.client.find(endpoints, { namespace, name: "web" }), undefined);
  });

  it("are made again when somebody deletes them", async () => {
    plane.client.create(services, service("web"));
    await runs("web-0", "10.244.0.7");
    plane.client.delete(endpointSlices, { namespace, name: slicesOf("web")[0]?.metadata?.name ?? "" });
    plane.client.delete(endpoints, { namespace, name: "web" });
    await plane.settle();
    assert.equal(membersOf("web").length, 1);
    assert.equal(subsetsOf("web")?.length, 1);
  });

  it("lead from the cluster IP to a ready Pod, to a draining one when none is ready, else nowhere", async () => {
    plane.client.create(services, service("web", { clusterIP: "10.96.7.7" }));
    const routes = new ServiceEndpoints(plane.client);
    await plane.settle();
    assert.equal(routes.behind("10.96.7.7", 80), "none");
    assert.equal(routes.behind("10.96.7.7", 81), undefined);
    await runs("web-0", "10.244.0.7");
    assert.equal(routes.behind("10.96.7.7", 80), "none");
    await isReady("web-0");
    assert.deepEqual(routes.behind("10.96.7.7", 80), { address: "10.244.0.7", port: 8080 });
    plane.client.delete(pods, { namespace, name: "web-0" });
    await plane.settle();
    assert.deepEqual(routes.behind("10.96.7.7", 80), { address: "10.244.0.7", port: 8080 });
  });

  it("of a Service without a selector are mirrored as somebody wrote them", async () => {
    const { selector: _selector, ...spec } = service("db").spec ?? {};
    const ports = [{ port: 5432 }];
    plane.client.create(services, { ...service("db"), spec: { ...spec, clusterIP: "10.96.7.8", ports } });
    const written = (ip: string) => ({
      apiVersion: "v1" as const,
      kind: "Endpoints" as const,
      metadata: { name: "db", namespace },
      subsets: [{ addresses: [{ ip }], ports }],
    });
    plane.client.create(endpoints, written("192.0.2.7"));
    await plane.settle();
    const routes = new ServiceEndpoints(plane.client);
    assert.deepEqual(routes.behind("10.96.7.8", 5432), { address: "192.0.2.7", port: 5432 });
    plane.client.update(endpoints, written("192.0.2.8"));
    await plane.settle();
    assert.deepEqual(routes.behind("10.96.7.8", 5432), { address: "192.0.2.8", port: 5432 });
    assert.equal(slicesOf("db").length, 1);
    plane.client.delete(endpoints, { namespace, name: "db" });
    await plane.settle();
    assert.deepEqual(slicesOf("db"), []);
  });

  it("hold every Pod exactly once, at most 100 in a slice, whatever comes and goes", async () => {
    plane.client.create(services, service("web"));
    const chance = new Chance(7);
    const expected = new Set<string>();
    for (let number = 0; number < 105; number++) {
      start(`web-${number}`, `10.244.9.${number}`);
      expected.add(`web-${number}`);
    }
    for (let round = 0; round < 60; round++) {
      const name = `web-${chance.below(130)}`;
      if (expected.has(name) && chance.below(3) === 0) {
        plane.client.delete(pods, { namespace, name }, { gracePeriodSeconds: 0 });
        expected.delete(name);
      } else if (!expected.has(name)) {
        expected.add(name);
        await runs(name, `10.244.8.${round}`);
      }
      await plane.settle();
      const names = membersOf("web").map(({ targetRef }) => targetRef?.name ?? "");
      assert.deepEqual(names.sort(), [...expected].sort());
      assert.ok(slicesOf("web").every((slice) => (slice.endpoints ?? []).length <= 100));
    }
    assert.ok(slicesOf("web").length >= 2, "the test reached more than one slice");
  });
});
