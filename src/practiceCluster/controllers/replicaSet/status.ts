import type { IReplicaSet } from "kubernetes-models/apps/v1/ReplicaSet";
import { isAvailable, isReady } from "../kit/podConditions.ts";
import { selectorMatches } from "../kit/selectors.ts";
import { timeText } from "../kit/times.ts";
import type { ObservedReplicaSet } from "./decide.ts";

export type ReplicaSetStatus = NonNullable<IReplicaSet["status"]>;
type Condition = NonNullable<ReplicaSetStatus["conditions"]>[number];

/**
 * The status of a set from its Pods (replica_set_utils.go). `failure`: why Pods could not be made or deleted.
 * Written as the API writes it: counts of zero are left out, but for `replicas` and `terminatingReplicas`.
 */
export function computeStatus(observed: ObservedReplicaSet, failure: string | undefined): ReplicaSetStatus {
  const { set, active, terminating, now } = observed;
  const minReadySeconds = set.spec?.minReadySeconds ?? 0;
  const labels = set.spec?.template?.metadata?.labels ?? {};
  const fullyLabeledReplicas = active.filter((pod) =>
    selectorMatches({ matchLabels: labels }, pod.metadata?.labels),
  ).length;
  const readyReplicas = active.filter(isReady).length;
  const availableReplicas = active.filter((pod) => isAvailable(pod, minReadySeconds, now)).length;
  const conditions = conditionsOf(observed, failure);
  return {
    replicas: active.length,
    ...(fullyLabeledReplicas ? { fullyLabeledReplicas } : {}),
    ...(readyReplicas ? { readyReplicas } : {}),
    ...(availableReplicas ? { availableReplicas } : {}),
    terminatingReplicas: terminating.length,
    observedGeneration: set.metadata?.generation ?? 0,
    ...(conditions.length > 0 ? { conditions } : {}),
  };
}

/** The first failure stays as it was told until nothing fails any more. */
function conditionsOf({ set, active, now }: ObservedReplicaSet, failure: string | undefined): Condition[] {
  const before = set.status?.conditions ?? [];
  const known = before.find(({ type }) => type === "ReplicaFailure");
  if (failure === undefined) {
    return before.filter((condition) => condition !== known);
  }
  if (known) {
    return [...before];
  }
  const missing = (set.spec?.replicas ?? 1) - active.length;
  const reason = missing > 0 ? "FailedCreate" : missing < 0 ? "FailedDelete" : "";
  return [
    ...before,
    {
      type: "ReplicaFailure",
      status: "True",
      lastTransitionTime: timeText(now),
      reason,
      message: failure,
    },
  ];
}
