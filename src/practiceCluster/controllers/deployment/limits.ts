import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import type { IReplicaSet } from "kubernetes-models/apps/v1/ReplicaSet";
import { scaledValue } from "../kit/limits.ts";
import { maxReplicasOf } from "./annotations.ts";

/** How many Pods a Deployment may have and miss (deployment_util.go). */

const unlimited = 2 ** 31 - 1;

export function replicasOf(workload: IDeployment | IReplicaSet): number {
  return workload.spec?.replicas ?? 1;
}

export function totalReplicas(sets: readonly IReplicaSet[]): number {
  return sets.reduce((total, set) => total + replicasOf(set), 0);
}

export function availableReplicas(sets: readonly IReplicaSet[]): number {
  return sets.reduce((total, set) => total + (set.status?.availableReplicas ?? 0), 0);
}

export function isRollingUpdate(deployment: IDeployment): boolean {
  return deployment.spec?.strategy?.type !== "Recreate";
}

/** How many Pods there may be beyond the replicas. */
export function maxSurge(deployment: IDeployment): number {
  const value = deployment.spec?.strategy?.rollingUpdate?.maxSurge;
  return isRollingUpdate(deployment) ? scaledValue(value, replicasOf(deployment), "up") : 0;
}

/** How many of the replicas may be unavailable; one where rounding would forbid every step. */
export function maxUnavailable(deployment: IDeployment): number {
  const replicas = replicasOf(deployment);
  if (!isRollingUpdate(deployment) || replicas === 0) {
    return 0;
  }
  const value = scaledValue(deployment.spec?.strategy?.rollingUpdate?.maxUnavailable, replicas, "down");
  return value === 0 && maxSurge(deployment) === 0 ? 1 : Math.min(value, replicas);
}

/** Whether it is an error when nothing moves for long. */
export function hasProgressDeadline({ spec }: IDeployment): boolean {
  return spec?.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds !== unlimited;
}

/** How many old ReplicaSets are kept; undefined: all. */
export function historyLimit({ spec }: IDeployment): number | undefined {
  return spec?.revisionHistoryLimit === unlimited ? undefined : spec?.revisionHistoryLimit;
}

/** The size that the new ReplicaSet may have, beside the others (NewRSNewReplicas). */
export function newSetReplicas(
  deployment: IDeployment,
  sets: readonly IReplicaSet[],
  current: number,
): number {
  const replicas = replicasOf(deployment);
  if (!isRollingUpdate(deployment)) {
    return replicas;
  }
  const room = replicas + maxSurge(deployment) - totalReplicas(sets);
  return room <= 0 ? current : current + Math.min(room, replicas - current);
}

/** What a set's share of `toAdd` is when a Deployment is scaled amid a rollout (GetReplicaSetProportion). */
export function proportionOf(
  set: IReplicaSet,
  deployment: IDeployment,
  toAdd: number,
  added: number,
): number {
  const size = replicasOf(set);
  if (size === 0 || toAdd === added) {
    return 0;
  }
  const share = fractionOf(set, deployment);
  return toAdd > 0 ? Math.min(share, toAdd - added) : Math.max(share, toAdd - added);
}

function fractionOf(set: IReplicaSet, deployment: IDeployment): number {
  const size = replicasOf(set);
  if (replicasOf(deployment) === 0) {
    return -size;
  }
  const before = maxReplicasOf(set) || (deployment.status?.replicas ?? 0);
  if (before === 0) {
    return 0;
  }
  const scaled = (size * (replicasOf(deployment) + maxSurge(deployment))) / before;
  return Math.sign(scaled) * Math.round(Math.abs(scaled)) - size;
}
