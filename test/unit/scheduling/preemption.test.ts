import assert from "node:assert/strict";
import type { INode } from "kubernetes-models/v1/Node";
import type { IPod } from "kubernetes-models/v1/Pod";
import { nodes, pods, priorityClasses } from "../../../src/practiceCluster/api/resources.ts";
import {
  type Candidate,
  pickCandidate,
  selectVictims,
} from "../../../src/practiceCluster/scheduling/preemption.ts";
import { Scheduler } from "../../../src/practiceCluster/scheduling/scheduler.ts";
import { type ControlPlane, startControlPlane } from "../controllers/support/controlPlane.ts";

const node: INode = { apiVersion: "v1", kind: "Node", metadata: { name: "one" } };

function placed(name: string, priority: number, app = "web"): IPod {
  const metadata = { name, namespace: "default", labels: { app } };
  return { apiVersion: "v1", kind: "Pod", metadata, spec: { containers: [], priority } };
}

/** Full while more than `room` of the Pods are there. */
const fullAbove = (room: number, there: readonly IPod[]) => (gone: ReadonlySet<IPod>) =>
  there.filter((pod) => !gone.has(pod)).length > room ? "Insufficient cpu" : undefined;

const names = (judged: Candidate | string) =>
  typeof judged === "string" ? judged : judged.victims.map(({ metadata }) => metadata?.name);

describe("choosing who makes room", () => {
  const there = [placed("low", 1), placed("middle", 5), placed("high", 9)];

  it("removes no more than needed, the least important first", () => {
    assert.deepEqual(names(selectVictims(placed("new", 9), node, there, [], fullAbove(2, there))), ["low"]);
    assert.deepEqual(names(selectVictims(placed("new", 9), node, there, [], fullAbove(1, there))), [
      "middle",
      "low",
    ]);
  });

  it("says what stands in the way where it is of no use", () => {
    assert.equal(
      names(selectVictims(placed("new", 1), node, there, [], fullAbove(2, there))),
      "No preemption victims found for incoming pod",
    );
    assert.equal(
      names(selectVictims(placed("new", 9), node, there, [], fullAbove(0, there))),
      "Insufficient cpu",
    );
  });

  it("spares those whose budget would be broken", () => {
    const metadata = { name: "db", namespace: "default" };
    const budget = {
      apiVersion: "policy/v1" as const,
      kind: "PodDisruptionBudget" as const,
      metadata,
      spec: { selector: { matchLabels: { app: "db" } } },
      status: { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 },
    };
    const guarded = [placed("guarded", 1, "db"), placed("free", 5)];
    assert.deepEqual(names(selectVictims(placed("new", 9), node, guarded, [budget], fullAbove(1, guarded))), [
      "free",
    ]);
  });

  it("prefers the node whose victims are missed least", () => {
    const candidate = (budgetViolations: number, ...priorities: number[]): Candidate => ({
      node,
      victims: priorities.map((priority, index) => placed(`p-${index}`, priority)),
      budgetViolations,
    });
    const cheap = candidate(0, 3);
    assert.equal(pickCandidate([candidate(1, 1), candidate(0, 4), candidate(0, 3, 3), cheap]), cheap);
    assert.equal(pickCandidate([]), undefined);
  });
});

describe("the scheduler, where all room is taken", () => {
  let plane: ControlPlane;
  let scheduler: Scheduler;
  const find = (name: string) => plane.client.find(pods, { namespace: "default", name });

  /** A Pod that wants more than half of what the only node has. */
  async function create(name: string, priorityClassName?: string): Promise<void> {
    const [only] = plane.client.list(nodes);
    const cpu = String(Math.ceil(Number(only?.status?.allocatable?.["cpu"]) * 0.6));
    const containers = [{ name: "main", image: "nginx:1.22", resources: { requests: { cpu } } }];
    const spec = { containers, ...(priorityClassName ? { priorityClassName } : {}) };
    plane.client.create(pods, {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace: "default" },
      spec,
    });
    await plane.settle();
  }

  function createClass(
    name: string,
    value: number,
    preemptionPolicy: "Never" | "PreemptLowerPriority",
  ): void {
    const kind = { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass" } as const;
    plane.client.create(priorityClasses, { ...kind, metadata: { name }, value, preemptionPolicy });
  }

  beforeEach(async () => {
    plane = startControlPlane();
    scheduler = new Scheduler(plane.client, plane.clock);
    createClass("urgent", 1000, "PreemptLowerPriority");
    createClass("patient", 1000, "Never");
    await create("first");
  });
  afterEach(() => {
    scheduler.dispose();
    plane.dispose();
  });

  it("lets a Pod of lower priority go for one of higher, and keeps the place for it", async () => {
    const nodeName = find("first")?.spec?.nodeName;
    assert.ok(nodeName);
    await create("second", "urgent");
    const victim = find("first");
    assert.ok(victim?.metadata?.deletionTimestamp);
    const condition = victim.status?.conditions?.find(({ type }) => type === "DisruptionTarget");
    assert.equal(condition?.reason, "PreemptionByScheduler");
    assert.equal(condition?.message, "default-scheduler: preempting to accommodate a higher priority pod");
    const second = find("second");
    assert.equal(second?.status?.nominatedNodeName, nodeName);
    assert.deepEqual(plane.eventsOf(victim, "Preempted"), [
      `Preempted by pod ${second?.metadata?.uid} on node ${nodeName}`,
    ]);
    assert.deepEqual(plane.eventsOf(second, "FailedScheduling"), [
      "0/1 nodes are available: 1 Insufficient cpu.",
    ]);
    // who comes later and is less important does not get it
    await create("third");
    plane.kubelet.stop(victim);
    await plane.settle();
    assert.equal(find("second")?.spec?.nodeName, nodeName);
    assert.equal(find("second")?.status?.nominatedNodeName, undefined);
    assert.equal(find("third")?.spec?.nodeName, undefined);
  });

  it("removes nobody for an equal, and says so", async () => {
    await create("second");
    assert.equal(find("first")?.metadata?.deletionTimestamp, undefined);
    assert.deepEqual(plane.eventsOf(find("second"), "FailedScheduling"), [
      "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.",
    ]);
  });

  it("removes nobody for a Pod that preempts never", async () => {
    await create("second", "patient");
    assert.equal(find("first")?.metadata?.deletionTimestamp, undefined);
    assert.deepEqual(plane.eventsOf(find("second"), "FailedScheduling"), [
      "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.",
    ]);
  });
});
