import assert from "node:assert/strict";
import type { INetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import { ManualClock } from "../../../src/common/manualClock.ts";
import { networkPolicies, pods } from "../../../src/practiceCluster/api/resources.ts";
import { createPracticeCluster, type PracticeCluster } from "../../../src/practiceCluster/cluster.ts";
import { NetworkPolicies } from "../../../src/practiceCluster/network/networkPolicies.ts";

type Spec = NonNullable<INetworkPolicy["spec"]>;

describe("Network policies", function () {
  this.timeout(20_000);
  let cluster: PracticeCluster;
  const addresses = { a: "", b: "", c: "" };

  beforeEach(async () => {
    const clock = new ManualClock();
    cluster = createPracticeCluster({ clock });
    const client = cluster.clientFor("kubernetes-admin");
    for (const name of ["a", "b", "c"] as const) {
      client.create(pods, {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name, namespace: "default", labels: { app: name } },
        spec: {
          nodeName: "practice-control-plane",
          containers: [
            {
              name: "c",
              image: "busybox:1.35",
              command: ["sleep", "1000"],
              ports: [{ name: "web", containerPort: 80 }],
            },
          ],
        },
      });
    }
    await clock.advance(5_000);
    for (const name of ["a", "b", "c"] as const) {
      addresses[name] = client.get(pods, { namespace: "default", name }).status?.podIP ?? "";
      assert.notEqual(addresses[name], "");
    }
  });
  afterEach(() => cluster.dispose());

  const policy = (name: string, spec: Spec) =>
    cluster.clientFor("kubernetes-admin").create(networkPolicies, {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name, namespace: "default" },
      spec,
    });
  const allows = (from: "a" | "b" | "c", to: "a" | "b" | "c", port = 80) =>
    new NetworkPolicies(cluster.clientFor("system:kube-proxy")).allows(addresses[from], addresses[to], port);
  const pod = (app: string) => ({ podSelector: { matchLabels: { app } } });

  it("let everything through where there are none", () => {
    assert.ok(allows("a", "b"));
  });

  it("cut a Pod off in the directions that they name, and no other Pod", () => {
    policy("b", { ...pod("b"), policyTypes: ["Ingress"], ingress: [] });
    assert.deepEqual(
      [allows("a", "b"), allows("b", "a"), allows("a", "c"), allows("b", "b")],
      [false, true, true, true],
    );
    policy("c", { ...pod("c"), policyTypes: ["Ingress", "Egress"] });
    assert.deepEqual([allows("c", "a"), allows("a", "c")], [false, false]);
  });

  it("let through what any of them names, by Pod, address and port", () => {
    policy("deny", { ...pod("b"), policyTypes: ["Ingress"] });
    policy("from-a", { ...pod("b"), ingress: [{ from: [pod("a")], ports: [{ port: "web" }] }] });
    assert.deepEqual([allows("a", "b"), allows("a", "b", 81), allows("c", "b")], [true, false, false]);
    policy("from-c", { ...pod("b"), ingress: [{ from: [{ ipBlock: { cidr: `${addresses.c}/32` } }] }] });
    assert.deepEqual([allows("c", "b", 81), allows("a", "b", 81)], [true, false]);
  });

  it("take Pods of the policy's own namespace for peers unless told of others", () => {
    policy("own", {
      ...pod("b"),
      ingress: [{ from: [{ namespaceSelector: { matchLabels: { no: "such" } } }] }],
    });
    assert.equal(allows("a", "b"), false);
    policy("named", {
      ...pod("b"),
      ingress: [
        { from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "default" } } }] },
      ],
    });
    assert.ok(allows("a", "b"));
  });
});
