import type { ResourceSnapshot } from "../clusters/cluster.ts";
import type { KubernetesObject } from "../common/kubernetes/objects.ts";
import type { Query } from "../lessons/check.ts";
import { show } from "./cel.ts";
import { fieldAt } from "./fieldPath.ts";
import type { LiveObject } from "./stepSnapshot.ts";

export const livePods: Query = { apiVersion: "v1", plural: "pods" };
export const liveClaims: Query = { apiVersion: "v1", plural: "persistentvolumeclaims" };

/** Pods, then claims, each by name with ordinals as numbers. */
export function liveObjects(
  pods: ResourceSnapshot | undefined,
  claims: ResourceSnapshot | undefined,
): readonly LiveObject[] {
  return [...sorted(pods).map(livePod), ...sorted(claims).map(liveClaim)];
}

function sorted(snapshot: ResourceSnapshot | undefined): readonly KubernetesObject[] {
  const name = (object: KubernetesObject) => object.metadata?.name ?? "";
  return [...(snapshot?.objects.values() ?? [])].sort((left, right) =>
    name(left).localeCompare(name(right), "en", { numeric: true }),
  );
}

function livePod(pod: KubernetesObject): LiveObject {
  const statuses = fieldAt(pod, "status.containerStatuses");
  const containers: readonly unknown[] = Array.isArray(statuses) ? statuses : [];
  const ready = containers.filter((container) => fieldAt(container, "ready") === true).length;
  const declared = fieldAt(pod, "spec.containers");
  const total = Array.isArray(declared) ? declared.length : containers.length;
  const status = podStatus(pod, containers);
  const isBad = /Error|BackOff|Failed|Evicted|Invalid/.test(status);
  return {
    ...base(pod, "Pod"),
    status,
    detail: `${ready}/${total}`,
    tone: isBad ? "bad" : status === "Running" && ready === total ? "good" : "waiting",
  };
}

/** The word that kubectl prints under STATUS. */
function podStatus(pod: KubernetesObject, containers: readonly unknown[]): string {
  if (pod.metadata?.deletionTimestamp) {
    return "Terminating";
  }
  for (const state of ["waiting", "terminated"]) {
    const reason = containers
      .map((container) => fieldAt(container, `state.${state}.reason`))
      .find((found) => found !== undefined);
    if (reason) {
      return String(reason);
    }
  }
  return show(fieldAt(pod, "status.phase") ?? "Pending");
}

function liveClaim(claim: KubernetesObject): LiveObject {
  const phase = show(fieldAt(claim, "status.phase") ?? "Pending");
  const status = claim.metadata?.deletionTimestamp ? "Terminating" : phase;
  return {
    ...base(claim, "PersistentVolumeClaim"),
    status,
    detail: show(fieldAt(claim, "status.capacity.storage") ?? ""),
    tone: status === "Bound" ? "good" : status === "Lost" ? "bad" : "waiting",
  };
}

function base({ metadata }: KubernetesObject, kind: LiveObject["kind"]) {
  return {
    kind,
    name: metadata?.name ?? "",
    uid: metadata?.uid ?? "",
    createdAt: Date.parse(metadata?.creationTimestamp ?? "") || 0,
  };
}
