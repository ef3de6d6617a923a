import type { IPodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import type { IPod } from "kubernetes-models/v1/Pod";
import { scaledValue } from "../kit/limits.ts";
import { isReady, isTerminating } from "../kit/podConditions.ts";
import { timeText } from "../kit/times.ts";

export type BudgetStatus = NonNullable<IPodDisruptionBudget["status"]>;
type Condition = NonNullable<BudgetStatus["conditions"]>[number];
type DisruptedPods = NonNullable<BudgetStatus["disruptedPods"]>;

/** How long an evicted Pod may take to be deleted before it counts again. */
export const deletionTimeoutMs = 120_000;

export interface ObservedBudget {
  readonly budget: IPodDisruptionBudget;
  /** The Pods that the budget selects. */
  readonly pods: readonly IPod[];
  /** What the Pods' controllers want altogether; asked for only where the budget is a share or a maximum. */
  readonly scale: () => number;
  /** Names of Pods that were seen going since the last calculation: one of that name is another by now. */
  readonly replaced?: ReadonlySet<string>;
  readonly now: number;
}

/**
 * The status of a budget (disruption.go, trySync): how many Pods are healthy, how many have to be, and how many
 * may go. Throws what `scale` throws.
 */
export function budgetStatus(observed: ObservedBudget): BudgetStatus {
  const { budget, pods, replaced, now } = observed;
  const { expectedPods, desiredHealthy } = expectationOf(observed);
  const disruptedPods = stillDisrupted(budget, pods, now, replaced);
  const currentHealthy = pods.filter(
    (pod) => !isTerminating(pod) && isReady(pod) && !(nameOf(pod) in disruptedPods),
  ).length;
  const spare = expectedPods > 0 ? Math.max(0, currentHealthy - desiredHealthy) : 0;
  const observedGeneration = budget.metadata?.generation ?? 0;
  return {
    observedGeneration,
    ...(Object.keys(disruptedPods).length > 0 ? { disruptedPods } : {}),
    disruptionsAllowed: spare,
    currentHealthy,
    desiredHealthy,
    expectedPods,
    conditions: withAllowedCondition(budget.status?.conditions, spare, observedGeneration, now),
  };
}

function expectationOf({ budget, pods, scale }: ObservedBudget): {
  readonly expectedPods: number;
  readonly desiredHealthy: number;
} {
  const { maxUnavailable, minAvailable } = budget.spec ?? {};
  if (maxUnavailable !== undefined) {
    const expectedPods = scale();
    return {
      expectedPods,
      desiredHealthy: Math.max(0, expectedPods - scaledValue(maxUnavailable, expectedPods, "up")),
    };
  }
  if (minAvailable === undefined) {
    return { expectedPods: 0, desiredHealthy: 0 };
  }
  if (typeof minAvailable === "number") {
    return { expectedPods: pods.length, desiredHealthy: minAvailable };
  }
  const expectedPods = scale();
  return { expectedPods, desiredHealthy: scaledValue(minAvailable, expectedPods, "up") };
}

/** Evicted Pods that are still to be deleted; those that were not deleted in time, or are being, are left out. */
function stillDisrupted(
  budget: IPodDisruptionBudget,
  pods: readonly IPod[],
  now: number,
  replaced: ReadonlySet<string> = new Set(),
): DisruptedPods {
  const known = budget.status?.disruptedPods ?? {};
  const kept = pods.flatMap((pod) => {
    const isGone = isTerminating(pod) || replaced.has(nameOf(pod));
    const time = isGone ? undefined : known[nameOf(pod)];
    return time !== undefined && dueAt(String(time)) > now ? [[nameOf(pod), time] as const] : [];
  });
  return Object.fromEntries(kept);
}

/** Milliseconds until an evicted Pod counts again because nobody deleted it; undefined: none is waited for. */
export function nextRecheckInMs({ disruptedPods = {} }: BudgetStatus, now: number): number | undefined {
  const waits = Object.values(disruptedPods).map((time) => dueAt(String(time)) - now);
  return waits.length > 0 ? Math.max(0, Math.min(...waits)) : undefined;
}

function dueAt(time: string): number {
  return Date.parse(time) + deletionTimeoutMs;
}

function nameOf(pod: IPod): string {
  return pod.metadata?.name ?? "";
}

/** The conditions with DisruptionAllowed as it is for so many allowed disruptions (UpdateDisruptionAllowedCondition). */
export function withAllowedCondition(
  conditions: readonly Condition[] | undefined,
  disruptionsAllowed: number,
  observedGeneration: number,
  now: number,
): Condition[] {
  const isAllowed = disruptionsAllowed > 0;
  return withCondition(conditions, {
    type: "DisruptionAllowed",
    status: isAllowed ? "True" : "False",
    observedGeneration,
    lastTransitionTime: timeText(now),
    reason: isAllowed ? "SufficientPods" : "InsufficientPods",
    message: "",
  });
}

/** The status when it cannot be calculated: nothing may be evicted, and the condition says why (failSafe). */
export function failedStatus(budget: IPodDisruptionBudget, why: string, now: number): BudgetStatus {
  const { status = {} } = budget;
  const condition: Condition = {
    type: "DisruptionAllowed",
    status: "False",
    ...(status.observedGeneration ? { observedGeneration: status.observedGeneration } : {}),
    lastTransitionTime: timeText(now),
    reason: "SyncFailed",
    message: why,
  };
  return { ...status, disruptionsAllowed: 0, conditions: withCondition(status.conditions, condition) };
}

/** Replaces the condition of the same type; its time changes with its status only. */
function withCondition(conditions: readonly Condition[] = [], next: Condition): Condition[] {
  const old = conditions.find(({ type }) => type === next.type);
  const lastTransitionTime = old?.status === next.status ? old.lastTransitionTime : next.lastTransitionTime;
  const merged = { ...next, lastTransitionTime };
  return old ? conditions.map((each) => (each === old ? merged : each)) : [...conditions, merged];
}
