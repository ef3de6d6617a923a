import { timeText } from "../kit/times.ts";
import type { Condition } from "./types.ts";

/** Conditions of a Deployment (deployment_util.go). */

export function findCondition(conditions: readonly Condition[], wanted: string): Condition | undefined {
  return conditions.find(({ type }) => type === wanted);
}

export function newCondition(
  type: string,
  status: "True" | "False" | "Unknown",
  reason: string,
  message: string,
  now: number,
): Condition {
  const time = timeText(now);
  return { type, status, lastUpdateTime: time, lastTransitionTime: time, reason, message };
}

/** With a condition set; one of the same status and reason stays as it is, and a status keeps its time of transition. */
export function setCondition(conditions: readonly Condition[], condition: Condition): Condition[] {
  const current = findCondition(conditions, condition.type);
  if (current?.status === condition.status && current.reason === condition.reason) {
    return [...conditions];
  }
  const { lastTransitionTime } = current?.status === condition.status ? current : condition;
  return [
    ...removeCondition(conditions, condition.type),
    { ...condition, ...(lastTransitionTime ? { lastTransitionTime } : {}) },
  ];
}

export function removeCondition(conditions: readonly Condition[], removed: string): Condition[] {
  return conditions.filter(({ type }) => type !== removed);
}
