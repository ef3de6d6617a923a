import type { IPodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import type { IPod } from "kubernetes-models/v1/Pod";
import { isFailed, isPending, isReady, isSucceeded, isTerminating } from "../kit/podConditions.ts";
import { selectorMatches } from "../kit/selectors.ts";

/** Whether a budget selects a Pod of its namespace. */
export function guards({ spec }: IPodDisruptionBudget, pod: IPod): boolean {
  return selectorMatches(spec?.selector, pod.metadata?.labels);
}

/** A Pod that does not work anyway is deleted without asking its budget. */
export function disruptsNothing(pod: IPod): boolean {
  return isSucceeded(pod) || isFailed(pod) || isPending(pod) || isTerminating(pod);
}

/** An unhealthy Pod that its budget lets go: always, or as long as enough others are healthy. */
export function isUnguarded(pod: IPod, { spec, status = {} }: IPodDisruptionBudget): boolean {
  if (isReady(pod)) {
    return false;
  }
  const { currentHealthy = 0, desiredHealthy = 0 } = status;
  return (
    spec?.unhealthyPodEvictionPolicy === "AlwaysAllow" ||
    (currentHealthy >= desiredHealthy && desiredHealthy > 0)
  );
}

/** Why a budget that allows no disruption allows none, as the refusal's cause says it (checkAndDecrement). */
export function whyNone({ metadata, status = {} }: IPodDisruptionBudget): string {
  const name = metadata?.name ?? "";
  const { currentHealthy = 0, desiredHealthy = 0, conditions = [] } = status;
  const { reason, message = "" } =
    conditions.find((each) => each.type === "DisruptionAllowed" && each.status === "False") ?? {};
  if (message !== "" && reason === "SyncFailed") {
    return `The disruption budget ${name} does not allow evicting pods currently because it failed sync: ${message}`;
  }
  if (currentHealthy <= desiredHealthy) {
    return `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
  }
  const why = message === "" ? "" : ` (${reason}): ${message}`;
  return `The disruption budget ${name} does not allow evicting pods currently${why}`;
}
