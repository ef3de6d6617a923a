import assert from "node:assert/strict";
import type { IPod } from "kubernetes-models/v1/Pod";
import { pods } from "../../../src/practiceCluster/api/resources.ts";
import { Scheduler } from "../../../src/practiceCluster/scheduling/scheduler.ts";
import { startControlPlane } from "../controllers/support/controlPlane.ts";

function pod(name: string, schedulerName?: string): IPod {
  const containers = [{ name: "main", image: "nginx:1.22" }];
  const metadata = { name, namespace: "default" };
  const spec = { containers, ...(schedulerName ? { schedulerName } : {}) };
  return { apiVersion: "v1", kind: "Pod", metadata, spec };
}

it("the scheduler leaves Pods that name another scheduler to it", async () => {
  const plane = startControlPlane();
  const scheduler = new Scheduler(plane.client, plane.clock);
  plane.client.create(pods, pod("ours"));
  plane.client.create(pods, pod("theirs", "custom"));
  await plane.settle();
  const nodeOf = (name: string) => plane.client.get(pods, { namespace: "default", name }).spec?.nodeName;
  assert.ok(nodeOf("ours"));
  assert.equal(nodeOf("theirs"), undefined);
  scheduler.dispose();
  plane.dispose();
});

it("the scheduler waits until a Pod has no gates any more", async () => {
  const plane = startControlPlane();
  const scheduler = new Scheduler(plane.client, plane.clock);
  const gated = pod("gated");
  const spec = { containers: gated.spec?.containers ?? [], schedulingGates: [{ name: "example.com/wait" }] };
  const key = { namespace: "default", name: "gated" };
  const created = plane.client.create(pods, { ...gated, spec });
  await plane.settle();
  assert.equal(created.status?.conditions?.[0]?.reason, "SchedulingGated");
  assert.equal(plane.client.get(pods, key).spec?.nodeName, undefined);
  const body = { apiVersion: "v1", kind: "Binding", metadata: key, target: { name: "anywhere" } };
  assert.throws(() => plane.client.post(pods, key, "binding", body), /non-empty .spec.schedulingGates/);
  const current = structuredClone(plane.client.get(pods, key));
  const { schedulingGates: _gates, ...open } = current.spec ?? { containers: [] };
  plane.client.update(pods, { ...current, spec: open });
  await plane.settle();
  assert.ok(plane.client.get(pods, key).spec?.nodeName);
  scheduler.dispose();
  plane.dispose();
});
