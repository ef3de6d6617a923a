import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import type { IReplicaSet } from "kubernetes-models/apps/v1/ReplicaSet";
import { timeText } from "../kit/times.ts";
import { findCondition, newCondition, removeCondition, setCondition } from "./conditions.ts";
import {
  availableReplicas,
  hasProgressDeadline,
  maxUnavailable,
  replicasOf,
  totalReplicas,
} from "./limits.ts";
import type { Condition, DeploymentStatus } from "./types.ts";

/** A Deployment's ReplicaSets as they are after a sync. */
export interface Sets {
  readonly newSet: IReplicaSet | undefined;
  readonly oldSets: readonly IReplicaSet[];
}

interface Counts {
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
  readonly unavailableReplicas: number;
}

/** The status from the ReplicaSets' counts (calculateStatus of sync.go); `conditions`: those known so far. */
export function computeStatus(
  deployment: IDeployment,
  sets: Sets,
  conditions: readonly Condition[],
  now: number,
): DeploymentStatus {
  const all = allOf(sets);
  const counts = countsOf(sets);
  const { replicas, updatedReplicas, readyReplicas, unavailableReplicas } = counts;
  const terminatingReplicas = terminatingOf(all);
  const collisionCount = deployment.status?.collisionCount;
  return {
    observedGeneration: deployment.metadata?.generation ?? 0,
    ...(replicas ? { replicas } : {}),
    ...(updatedReplicas ? { updatedReplicas } : {}),
    ...(readyReplicas ? { readyReplicas } : {}),
    ...(counts.availableReplicas ? { availableReplicas: counts.availableReplicas } : {}),
    ...(unavailableReplicas ? { unavailableReplicas } : {}),
    ...(terminatingReplicas === undefined ? {} : { terminatingReplicas }),
    conditions: setCondition(conditions, availability(deployment, counts, now)),
    ...(collisionCount === undefined ? {} : { collisionCount }),
  };
}

/** The same, with what is to be said of the rollout's progress and failures (syncRolloutStatus of progress.go). */
export function withProgress(
  deployment: IDeployment,
  sets: Sets,
  known: readonly Condition[],
  status: DeploymentStatus,
  now: number,
): DeploymentStatus {
  let conditions = status.conditions ?? [];
  const current = findCondition(known, "Progressing");
  if (!hasProgressDeadline(deployment)) {
    conditions = removeCondition(conditions, "Progressing");
  } else if (!isDoneAlready(status, current)) {
    conditions = progress(deployment, sets.newSet, { ...status, conditions }, current, now);
  }
  const failure = failureOf(sets);
  conditions = failure ? setCondition(conditions, failure) : removeCondition(conditions, "ReplicaFailure");
  return { ...status, conditions };
}

/** All replicas are updated and available, and no old ones are left. */
export function isComplete(deployment: IDeployment, status: DeploymentStatus): boolean {
  const replicas = replicasOf(deployment);
  return (
    (status.updatedReplicas ?? 0) === replicas &&
    (status.replicas ?? 0) === replicas &&
    (status.availableReplicas ?? 0) === replicas &&
    (status.observedGeneration ?? 0) >= (deployment.metadata?.generation ?? 0)
  );
}

/** Milliseconds until a rollout that stands still has stood too long; undefined when that cannot happen. */
export function deadlineInMs(
  deployment: IDeployment,
  status: DeploymentStatus,
  now: number,
): number | undefined {
  const current = findCondition(status.conditions ?? [], "Progressing");
  if (!hasProgressDeadline(deployment) || !current || isComplete(deployment, status)) {
    return undefined;
  }
  if (current.reason === "ProgressDeadlineExceeded" || current.reason === "NewReplicaSetAvailable") {
    return undefined;
  }
  // a second later than the deadline, which has to have passed
  return Math.max(0, deadlineOf(deployment, current) - now) + 1000;
}

function progress(
  deployment: IDeployment,
  newSet: IReplicaSet | undefined,
  status: DeploymentStatus,
  current: Condition | undefined,
  now: number,
): Condition[] {
  const conditions = status.conditions ?? [];
  const subject = newSet
    ? `ReplicaSet "${newSet.metadata?.name}"`
    : `Deployment "${deployment.metadata?.name}"`;
  if (isComplete(deployment, status)) {
    const message = `${subject} has successfully progressed.`;
    return setCondition(
      conditions,
      newCondition("Progressing", "True", "NewReplicaSetAvailable", message, now),
    );
  }
  if (isProgressing(deployment.status ?? {}, status)) {
    const message = `${subject} is progressing.`;
    const condition = newCondition("Progressing", "True", "ReplicaSetUpdated", message, now);
    // said again even where it was said before: its time tells when there was progress last
    const since = current?.status === "True" ? current.lastTransitionTime : undefined;
    return [
      ...removeCondition(conditions, "Progressing"),
      { ...condition, ...(since ? { lastTransitionTime: since } : {}) },
    ];
  }
  if (isTimedOut(deployment, current, now)) {
    const message = `${subject} has timed out progressing.`;
    return setCondition(
      conditions,
      newCondition("Progressing", "False", "ProgressDeadlineExceeded", message, now),
    );
  }
  return [...conditions];
}

function allOf({ newSet, oldSets }: Sets): IReplicaSet[] {
  return newSet ? [...oldSets, newSet] : [...oldSets];
}

function countsOf(sets: Sets): Counts {
  const all = allOf(sets);
  const available = availableReplicas(all);
  return {
    replicas: all.reduce((sum, { status }) => sum + (status?.replicas ?? 0), 0),
    updatedReplicas: sets.newSet?.status?.replicas ?? 0,
    readyReplicas: all.reduce((sum, { status }) => sum + (status?.readyReplicas ?? 0), 0),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, totalReplicas(all) - available),
  };
}

/** Pods that are ending; not known while a set that was synced does not tell. */
function terminatingOf(sets: readonly IReplicaSet[]): number | undefined {
  let sum = 0;
  for (const { status } of sets) {
    if (status?.terminatingReplicas === undefined && (status?.observedGeneration ?? 0) > 0) {
      return undefined;
    }
    sum += status?.terminatingReplicas ?? 0;
  }
  return sum;
}

function availability(deployment: IDeployment, counts: Counts, now: number): Condition {
  return counts.availableReplicas >= replicasOf(deployment) - maxUnavailable(deployment)
    ? newCondition(
        "Available",
        "True",
        "MinimumReplicasAvailable",
        "Deployment has minimum availability.",
        now,
      )
    : newCondition(
        "Available",
        "False",
        "MinimumReplicasUnavailable",
        "Deployment does not have minimum availability.",
        now,
      );
}

function isDoneAlready(status: DeploymentStatus, current: Condition | undefined): boolean {
  return (
    (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && current?.reason === "NewReplicaSetAvailable"
  );
}

/** More new Pods, fewer old ones, or more that are ready or available. */
function isProgressing(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const oldOnes = (status: DeploymentStatus) => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    oldOnes(after) < oldOnes(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

function isTimedOut(deployment: IDeployment, current: Condition | undefined, now: number): boolean {
  if (!current || current.reason === "NewReplicaSetAvailable") {
    return false;
  }
  return current.reason === "ProgressDeadlineExceeded" || deadlineOf(deployment, current) < now;
}

function deadlineOf({ spec }: IDeployment, { lastUpdateTime }: Condition): number {
  const seconds = spec?.progressDeadlineSeconds ?? 0;
  return Date.parse(lastUpdateTime ?? timeText(0)) + seconds * 1000;
}

/** Why Pods cannot be made or deleted: the new set's reason before the others'. */
function failureOf(sets: Sets): Condition | undefined {
  for (const { status } of [...(sets.newSet ? [sets.newSet] : []), ...sets.oldSets]) {
    const failure = status?.conditions?.find(({ type }) => type === "ReplicaFailure");
    if (failure) {
      const { lastTransitionTime } = failure;
      return { ...failure, ...(lastTransitionTime ? { lastUpdateTime: lastTransitionTime } : {}) };
    }
  }
  return undefined;
}
