import type { IStatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import type { IPersistentVolumeClaim } from "kubernetes-models/v1/PersistentVolumeClaim";
import type { IPod } from "kubernetes-models/v1/Pod";
import { parseOrdinalName } from "../../../common/kubernetes/names.ts";
import { statefulSets } from "../../api/resources.ts";
import { controllerReference } from "../kit/keys.ts";

/** Who a Pod of a set is: its name, labels, hostname and claims (pkg/controller/statefulset/stateful_set_utils.go). */

export const revisionLabel = "controller-revision-hash";
const podNameLabel = "statefulset.kubernetes.io/pod-name";
const podIndexLabel = "apps.kubernetes.io/pod-index";

export function replicasOf(set: IStatefulSet): number {
  return set.spec?.replicas ?? 1;
}

export function startOrdinalOf(set: IStatefulSet): number {
  return set.spec?.ordinals?.start ?? 0;
}

/** The ordinal of a Pod of that set; -1 for a Pod of another name. */
export function ordinalOf(set: IStatefulSet, pod: IPod): number {
  const parsed = parseOrdinalName(pod.metadata?.name ?? "");
  return parsed && parsed.set === set.metadata?.name ? parsed.ordinal : -1;
}

/** Whether a Pod's name says that it belongs to the set: what decides adoption besides the selector. */
export function isMemberOf(set: IStatefulSet, pod: IPod): boolean {
  return parseOrdinalName(pod.metadata?.name ?? "")?.set === set.metadata?.name;
}

export function isInRange(set: IStatefulSet, ordinal: number): boolean {
  const start = startOrdinalOf(set);
  return ordinal >= start && ordinal < start + replicasOf(set);
}

export function revisionOf(pod: IPod): string {
  return pod.metadata?.labels?.[revisionLabel] ?? "";
}

/** "data-postgres-0" for the template "data" and the Pod postgres-0. */
export function claimNameOf(template: string, podName: string): string {
  return `${template}-${podName}`;
}

/** The claims that a Pod of the set has, as they would be made. */
export function claimsOf(set: IStatefulSet, pod: IPod): IPersistentVolumeClaim[] {
  return (set.spec?.volumeClaimTemplates ?? []).map((template) => ({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: {
      ...template.metadata,
      name: claimNameOf(template.metadata?.name ?? "", pod.metadata?.name ?? ""),
      namespace: set.metadata?.namespace ?? "",
      labels: { ...template.metadata?.labels, ...set.spec?.selector.matchLabels },
    },
    ...(template.spec ? { spec: structuredClone(template.spec) } : {}),
  }));
}

/** A new Pod of an ordinal from the set's template, at a revision. Its spec's parts are the template's own: read only. */
export function newPod(set: IStatefulSet, ordinal: number, revision: string): IPod {
  const { metadata: templateMetadata, spec } = set.spec?.template ?? {};
  const pod: IPod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `${set.metadata?.name}-${ordinal}`,
      namespace: set.metadata?.namespace ?? "",
      generateName: `${set.metadata?.name}-`,
      labels: { ...templateMetadata?.labels, [revisionLabel]: revision },
      ...(templateMetadata?.annotations ? { annotations: { ...templateMetadata.annotations } } : {}),
      ...(templateMetadata?.finalizers ? { finalizers: [...templateMetadata.finalizers] } : {}),
      ownerReferences: [controllerReference(statefulSets, set)],
    },
    spec: {
      ...(spec ?? { containers: [] }),
      hostname: `${set.metadata?.name}-${ordinal}`,
      ...(set.spec?.serviceName ? { subdomain: set.spec.serviceName } : {}),
    },
  };
  return withIdentity(set, pod);
}

/** The Pod with the name labels and volumes that its place in the set asks for; the rest is the given Pod's own. */
export function withIdentity(set: IStatefulSet, pod: IPod): IPod {
  const fixed = { ...pod };
  const name = pod.metadata?.name ?? "";
  fixed.metadata = {
    ...fixed.metadata,
    labels: {
      ...fixed.metadata?.labels,
      [podNameLabel]: name,
      [podIndexLabel]: String(ordinalOf(set, pod)),
    },
  };
  const templates = set.spec?.volumeClaimTemplates ?? [];
  if (fixed.spec && templates.length > 0) {
    const claims = templates.map(({ metadata }) => ({
      name: metadata?.name ?? "",
      persistentVolumeClaim: { claimName: claimNameOf(metadata?.name ?? "", name) },
    }));
    const own = new Set(claims.map((volume) => volume.name));
    const others = (fixed.spec.volumes ?? []).filter((volume) => !own.has(volume.name));
    fixed.spec = { ...fixed.spec, volumes: [...claims, ...others] };
  }
  return fixed;
}

/** Whether the Pod has the labels of its place in the set. */
export function identityMatches(set: IStatefulSet, pod: IPod): boolean {
  const { name = "", namespace, labels = {} } = pod.metadata ?? {};
  return (
    ordinalOf(set, pod) >= 0 &&
    namespace === set.metadata?.namespace &&
    labels[podNameLabel] === name &&
    labels[podIndexLabel] === String(ordinalOf(set, pod))
  );
}

/** Whether the Pod's volumes are its own claims. */
export function storageMatches(set: IStatefulSet, pod: IPod): boolean {
  const claimOf = new Map(
    (pod.spec?.volumes ?? []).map(({ name, persistentVolumeClaim }) => [
      name,
      persistentVolumeClaim?.claimName,
    ]),
  );
  return (set.spec?.volumeClaimTemplates ?? []).every(
    ({ metadata }) =>
      claimOf.get(metadata?.name ?? "") === claimNameOf(metadata?.name ?? "", pod.metadata?.name ?? ""),
  );
}
