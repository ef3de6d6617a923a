import type { IPod } from "kubernetes-models/v1/Pod";
import { isCreated, isRunningAndAvailable, isRunningAndReady, isTerminating } from "../kit/podConditions.ts";
import { revisionOf } from "./identity.ts";
import type { ObservedSet, SetStatus } from "./types.ts";

/**
 * The status of a set from its Pods. `updateDeletions`: Pods of the current revision that are deleted in this sync.
 * Written as the API writes it: zero counts are left out, except replicas and availableReplicas.
 */
export function computeStatus(observed: ObservedSet, updateDeletions: number): SetStatus {
  const { set, currentRevision, updateRevision, collisionCount, now } = observed;
  const minReadySeconds = set.spec?.minReadySeconds ?? 0;
  const pods = observed.pods.filter(isCreated);
  const living = pods.filter((pod) => !isTerminating(pod));
  const ofRevision = (name: string | undefined) => living.filter((pod) => revisionOf(pod) === name).length;
  const counts = {
    replicas: pods.length,
    readyReplicas: pods.filter(isRunningAndReady).length,
    availableReplicas: pods.filter((pod: IPod) => isRunningAndAvailable(pod, minReadySeconds, now)).length,
    currentReplicas: ofRevision(currentRevision.metadata?.name) - updateDeletions,
    updatedReplicas: ofRevision(updateRevision.metadata?.name),
  };
  const status: SetStatus = {
    observedGeneration: set.metadata?.generation ?? 0,
    ...counts,
    currentRevision: currentRevision.metadata?.name ?? "",
    updateRevision: updateRevision.metadata?.name ?? "",
    collisionCount,
  };
  return withoutZeros(completeRollingUpdate(observed, status));
}

/** When every replica is updated and ready, the update revision becomes the current one. */
function completeRollingUpdate({ set }: ObservedSet, status: SetStatus): SetStatus {
  const isDone =
    set.spec?.updateStrategy?.type === "RollingUpdate" &&
    status.updatedReplicas === status.replicas &&
    status.readyReplicas === status.replicas &&
    status.replicas === (set.spec?.replicas ?? 1);
  return isDone && status.updateRevision
    ? { ...status, currentReplicas: status.updatedReplicas ?? 0, currentRevision: status.updateRevision }
    : status;
}

function withoutZeros(status: SetStatus): SetStatus {
  const { readyReplicas, currentReplicas, updatedReplicas, ...rest } = status;
  return {
    ...rest,
    ...(readyReplicas ? { readyReplicas } : {}),
    ...(currentReplicas ? { currentReplicas } : {}),
    ...(updatedReplicas ? { updatedReplicas } : {}),
  };
}
