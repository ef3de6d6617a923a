import type { IPod } from "kubernetes-models/v1/Pod";
import { isAvailable, isReady } from "../kit/podConditions.ts";
import { podsByNode } from "./decide.ts";
import { isUpdated, needOf } from "./nodes.ts";
import type { DaemonSetStatus, ObservedDaemonSet } from "./types.ts";
import { byAge } from "./update.ts";

/** The status of a set from its Pods, one for each node (updateDaemonSetStatus of daemon_controller.go). */
export function computeStatus(observed: ObservedDaemonSet): DaemonSetStatus {
  const { set, nodes, hash, now } = observed;
  const byNode = podsByNode(observed);
  const podOf = (node: string): IPod | undefined => [...(byNode.get(node) ?? [])].sort(byAge)[0];
  const placed = nodes.map((node) => ({
    shouldRun: needOf(set, node).shouldRun,
    pod: podOf(node.metadata?.name ?? ""),
  }));
  const desired = placed.filter(({ shouldRun }) => shouldRun);
  const current = desired.flatMap(({ pod }) => (pod ? [pod] : []));
  const available = current.filter((pod) => isAvailable(pod, set.spec?.minReadySeconds ?? 0, now)).length;
  const updated = current.filter((pod) => isUpdated(set, pod, hash)).length;
  const collisionCount = set.status?.collisionCount;
  return {
    currentNumberScheduled: current.length,
    numberMisscheduled: placed.filter(({ shouldRun, pod }) => !shouldRun && pod).length,
    desiredNumberScheduled: desired.length,
    numberReady: current.filter(isReady).length,
    observedGeneration: set.metadata?.generation ?? 0,
    ...(updated ? { updatedNumberScheduled: updated } : {}),
    ...(available ? { numberAvailable: available } : {}),
    ...(desired.length > available ? { numberUnavailable: desired.length - available } : {}),
    ...(collisionCount === undefined ? {} : { collisionCount }),
  };
}
