import type { IPod } from "kubernetes-models/v1/Pod";
import { isActive, isReady } from "../kit/podConditions.ts";

const phaseOrder: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/**
 * The Pods in the order in which a ReplicaSet gives them up: those that are least use first
 * (ActivePodsWithRanks of controller_utils.go). `related`: the Pods of all ReplicaSets of the same owner; where
 * more of them share a node, a Pod goes sooner.
 */
export function inDeletionOrder(pods: readonly IPod[], related: readonly IPod[], now: number): IPod[] {
  const onNode = new Map<string, number>();
  for (const pod of related.filter(isActive)) {
    const node = pod.spec?.nodeName ?? "";
    onNode.set(node, (onNode.get(node) ?? 0) + 1);
  }
  const neighbours = (pod: IPod) => onNode.get(pod.spec?.nodeName ?? "") ?? 0;
  return [...pods].sort(
    (a, b) =>
      assigned(a) - assigned(b) ||
      phase(a) - phase(b) ||
      Number(isReady(a)) - Number(isReady(b)) ||
      deletionCost(a) - deletionCost(b) ||
      neighbours(b) - neighbours(a) ||
      compareAge(readyAt(a), readyAt(b), a, b, now) ||
      restarts(b) - restarts(a) ||
      compareAge(createdAt(a), createdAt(b), a, b, now),
  );
}

function assigned(pod: IPod): number {
  return pod.spec?.nodeName ? 1 : 0;
}

function phase(pod: IPod): number {
  return phaseOrder[pod.status?.phase ?? ""] ?? 0;
}

/** What its user says that losing it would cost. */
function deletionCost(pod: IPod): number {
  const text = pod.metadata?.annotations?.["controller.kubernetes.io/pod-deletion-cost"] ?? "0";
  return /^(0|-?[1-9][0-9]*)$/.test(text) ? Number(text) : 0;
}

function readyAt(pod: IPod): number | undefined {
  const condition = pod.status?.conditions?.find(({ type, status }) => type === "Ready" && status === "True");
  return condition?.lastTransitionTime ? Date.parse(condition.lastTransitionTime) : undefined;
}

function createdAt(pod: IPod): number | undefined {
  const created = pod.metadata?.creationTimestamp;
  return created ? Date.parse(created) : undefined;
}

function restarts(pod: IPod): number {
  return Math.max(0, ...(pod.status?.containerStatuses ?? []).map(({ restartCount }) => restartCount));
}

/** Younger before older, but ages of one power of two count as equal: then the UID decides, so that no Pod is always the victim. */
function compareAge(
  timeA: number | undefined,
  timeB: number | undefined,
  a: IPod,
  b: IPod,
  now: number,
): number {
  if (timeA === undefined || timeB === undefined || timeA === timeB) {
    return 0;
  }
  const difference = ageRank(timeA, now) - ageRank(timeB, now);
  return difference || ((a.metadata?.uid ?? "") < (b.metadata?.uid ?? "") ? -1 : 1);
}

function ageRank(time: number, now: number): number {
  const nanoseconds = (now - time) * 1e6;
  return nanoseconds > 0 ? Math.floor(Math.log2(nanoseconds)) : -1;
}
