import assert from "node:assert/strict";
import type { IStatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import type { IPodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import type { IPod } from "kubernetes-models/v1/Pod";
import { ApiError } from "../../../src/practiceCluster/api/apiError.ts";
import {
  jobs,
  podDisruptionBudgets,
  pods,
  statefulSets,
} from "../../../src/practiceCluster/api/resources.ts";
import { budgetStatus } from "../../../src/practiceCluster/controllers/disruption/status.ts";
import { type ControlPlane, startControlPlane } from "./support/controlPlane.ts";

const namespace = "default";
const key = { namespace, name: "guard" };

type BudgetSpec = NonNullable<IPodDisruptionBudget["spec"]>;

function budget(spec: BudgetSpec): IPodDisruptionBudget {
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: "guard", namespace },
    spec: { selector: { matchLabels: { app: "web" } }, ...spec },
  };
}

function set(replicas: number): IStatefulSet {
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "web", namespace },
    spec: {
      replicas,
      serviceName: "web",
      podManagementPolicy: "Parallel",
      selector: { matchLabels: { app: "web" } },
      template: {
        metadata: { labels: { app: "web" } },
        spec: { containers: [{ name: "nginx", image: "nginx:1" }] },
      },
    },
  };
}

function readyPod(name: string): IPod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace },
    status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
  };
}

describe("What a budget allows", () => {
  const healthy = (count: number) => Array.from({ length: count }, (_, number) => readyPod(`web-${number}`));
  const cases: readonly [BudgetSpec, number, number, number, number][] = [
    // spec, healthy Pods, wanted by the controllers → desired, allowed
    [{ minAvailable: 2 }, 3, 3, 2, 1],
    [{ minAvailable: 3 }, 3, 3, 3, 0],
    [{ minAvailable: 5 }, 3, 3, 5, 0],
    [{ minAvailable: "50%" }, 3, 3, 2, 1],
    [{ minAvailable: "100%" }, 3, 3, 3, 0],
    [{ minAvailable: "0%" }, 3, 3, 0, 3],
    [{ maxUnavailable: 1 }, 3, 3, 2, 1],
    [{ maxUnavailable: 0 }, 3, 3, 3, 0],
    [{ maxUnavailable: 5 }, 3, 3, 0, 3],
    [{ maxUnavailable: "34%" }, 3, 3, 1, 2],
    [{ maxUnavailable: 1 }, 2, 3, 2, 0],
    [{ minAvailable: 0 }, 0, 0, 0, 0],
    [{}, 3, 3, 0, 0],
  ];
  for (const [spec, running, wanted, desired, allowed] of cases) {
    it(`${JSON.stringify(spec)} of ${running}/${wanted}: ${allowed}`, () => {
      const status = budgetStatus({
        budget: budget(spec),
        pods: healthy(running),
        scale: () => wanted,
        now: 0,
      });
      assert.equal(status.desiredHealthy, desired);
      assert.equal(status.disruptionsAllowed, allowed);
      assert.equal(status.conditions?.[0]?.reason, allowed > 0 ? "SufficientPods" : "InsufficientPods");
    });
  }

  it("counts an evicted Pod as gone until its two minutes are over", () => {
    const now = Date.UTC(2026, 0, 1);
    const evicted = {
      ...budget({ minAvailable: 1 }),
      status: { disruptedPods: { "web-0": "2026-01-01T00:00:00Z" } },
    };
    const at = (later: number) =>
      budgetStatus({
        budget: evicted as IPodDisruptionBudget,
        pods: healthy(2),
        scale: () => 2,
        now: now + later,
      });
    assert.equal(at(60_000).currentHealthy, 1);
    assert.equal(at(60_000).disruptionsAllowed, 0);
    assert.equal(at(120_000).currentHealthy, 2);
    assert.equal(at(120_000).disruptedPods, undefined);
  });
});

describe("PodDisruptionBudgets", () => {
  let plane: ControlPlane;

  beforeEach(() => {
    plane = startControlPlane();
  });

  afterEach(() => plane.dispose());

  const status = () => plane.client.get(podDisruptionBudgets, key).status;
  const podOf = (name: string) => plane.client.get(pods, { namespace, name });

  async function start(spec: BudgetSpec, replicas = 3): Promise<void> {
    plane.client.create(podDisruptionBudgets, budget(spec));
    plane.client.create(statefulSets, set(replicas));
    await plane.settle();
    for (const pod of plane.kubelet.pods(namespace)) {
      plane.kubelet.makeReady(pod);
    }
    await plane.settle();
  }

  function evict(name: string, deleteOptions?: object): unknown {
    const body = {
      apiVersion: "policy/v1",
      kind: "Eviction",
      metadata: { name, namespace },
      ...(deleteOptions ? { deleteOptions } : {}),
    };
    return plane.client.post(pods, { namespace, name }, "eviction", body);
  }

  function refusal(name: string): ApiError {
    try {
      evict(name);
    } catch (error) {
      assert.ok(error instanceof ApiError);
      return error;
    }
    return assert.fail(`${name} was evicted`);
  }

  it("let one Pod go after the other, never two at once", async () => {
    await start({ minAvailable: 2 });
    assert.equal(status()?.disruptionsAllowed, 1);
    evict("web-1");
    assert.equal(refusal("web-2").code, 429, "at once, before the controller saw it");
    assert.ok(podOf("web-1").metadata?.deletionTimestamp);
    const target = podOf("web-1").status?.conditions?.find(({ type }) => type === "DisruptionTarget");
    assert.equal(target?.reason, "EvictionByEvictionAPI");
    await plane.settle();
    const [cause] = refusal("web-2").status.details?.causes ?? [];
    assert.equal(cause?.message, "The disruption budget guard needs 2 healthy pods and has 2 currently");
    plane.kubelet.stop(podOf("web-1"));
    // until the set has seen that the name is free
    await plane.advance(100);
    plane.kubelet.makeReady(podOf("web-1"));
    await plane.settle();
    evict("web-2");
  });

  it("count what the set wants, not the Pods there are, for a maximum", async () => {
    await start({ maxUnavailable: 1 });
    plane.client.delete(pods, { namespace, name: "web-0" }, { gracePeriodSeconds: 0 });
    await plane.settle();
    assert.equal(status()?.expectedPods, 3);
    assert.equal(status()?.currentHealthy, 2);
    assert.equal(status()?.disruptionsAllowed, 0);
  });

  it("keep an unready Pod unless enough others are healthy, or always let it go", async () => {
    await start({ minAvailable: 3 });
    plane.kubelet.run(podOf("web-1"));
    await plane.settle();
    assert.equal(refusal("web-1").code, 429);
    const always = structuredClone(plane.client.get(podDisruptionBudgets, key));
    plane.client.update(podDisruptionBudgets, {
      ...always,
      spec: { ...always.spec, unhealthyPodEvictionPolicy: "AlwaysAllow" },
    });
    await plane.settle();
    evict("web-1");
    assert.equal(status()?.disruptedPods, undefined, "it takes nothing of the budget");
  });

  it("let an unready Pod go where enough others are healthy", async () => {
    await start({ minAvailable: 2 });
    plane.kubelet.run(podOf("web-1"));
    await plane.settle();
    assert.equal(status()?.disruptionsAllowed, 0);
    evict("web-1");
    assert.equal(refusal("web-0").code, 429);
  });

  it("only try where the eviction asks for a dry run", async () => {
    await start({ minAvailable: 2 });
    evict("web-1", { dryRun: ["All"] });
    assert.equal(podOf("web-1").metadata?.deletionTimestamp, undefined);
    assert.equal(status()?.disruptionsAllowed, 1);
  });

  it("do not take the Pod that replaced an evicted one for the evicted one", async () => {
    await start({ minAvailable: 2 });
    evict("web-1");
    // before the controller had its turn
    plane.kubelet.stop(podOf("web-1"));
    await plane.advance(100);
    plane.kubelet.makeReady(podOf("web-1"));
    await plane.settle();
    assert.equal(status()?.disruptedPods, undefined);
    assert.equal(status()?.disruptionsAllowed, 1);
  });

  it("say that they wait for the controller after a change", async () => {
    await start({ minAvailable: 2 });
    const changed = structuredClone(plane.client.get(podDisruptionBudgets, key));
    plane.client.update(podDisruptionBudgets, { ...changed, spec: { ...changed.spec, minAvailable: 1 } });
    const error = refusal("web-1");
    assert.equal(error.status.details?.retryAfterSeconds, 10);
  });

  it("allow nothing, and say why, for Pods whose controller has no scale", async () => {
    plane.client.create(podDisruptionBudgets, budget({ maxUnavailable: 1 }));
    plane.client.create(jobs, {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name: "once", namespace },
      spec: {
        template: {
          metadata: { labels: { app: "web" } },
          spec: { restartPolicy: "Never", containers: [{ name: "nginx", image: "nginx:1" }] },
        },
      },
    });
    await plane.settle();
    const condition = status()?.conditions?.[0];
    assert.equal(condition?.reason, "SyncFailed");
    assert.equal(condition?.message, "jobs.batch does not implement the scale subresource");
    assert.equal(status()?.disruptionsAllowed, 0);
  });
});
