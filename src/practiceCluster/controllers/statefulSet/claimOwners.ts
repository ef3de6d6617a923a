import type { IStatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import type { IPersistentVolumeClaim } from "kubernetes-models/v1/PersistentVolumeClaim";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { OwnerReference } from "../../../common/kubernetes/objects.ts";
import { isInRange, ordinalOf } from "./identity.ts";

/**
 * The owners of a claim under persistentVolumeClaimRetentionPolicy: whenDeleted Delete makes the set an owner,
 * whenScaled Delete makes a condemned Pod one. Owners of other kinds or controllers are never touched.
 */

/** Whether the claim's owners are what the policy asks for. */
export function ownersMatch(set: IStatefulSet, pod: IPod, claim: IPersistentVolumeClaim): boolean {
  const wanted = wantedOwners(set, pod, claim);
  const present = claim.metadata?.ownerReferences ?? [];
  return (
    wanted.length === present.length &&
    wanted.every(({ uid, kind }) => present.some((owner) => owner.uid === uid && owner.kind === kind))
  );
}

/** The owner references that the claim should have. */
export function wantedOwners(set: IStatefulSet, pod: IPod, claim: IPersistentVolumeClaim): OwnerReference[] {
  const present = (claim.metadata?.ownerReferences ?? []) as OwnerReference[];
  if (hasForeignController(set, pod, present)) {
    return present;
  }
  const { whenDeleted = "Retain", whenScaled = "Retain" } =
    set.spec?.persistentVolumeClaimRetentionPolicy ?? {};
  const others = present.filter((owner) => !isSet(set, owner) && !isPod(pod, owner));
  const isCondemned = !isInRange(set, ordinalOf(set, pod));
  const setOwner = ownerReference("apps/v1", "StatefulSet", set);
  const podOwner = ownerReference("v1", "Pod", pod);
  if (whenScaled === "Delete" && isCondemned) {
    return [...others, podOwner];
  }
  return whenDeleted === "Delete" ? [...others, setOwner] : others;
}

/** Whether the claim still belongs to an earlier object of the same name, so that it will be collected. */
export function isStale(set: IStatefulSet, pod: IPod, claim: IPersistentVolumeClaim): boolean {
  return (claim.metadata?.ownerReferences ?? []).some(
    (owner) =>
      (isPod(pod, owner) && owner.uid !== pod.metadata?.uid) ||
      (isSet(set, owner) && owner.uid !== set.metadata?.uid),
  );
}

function hasForeignController(set: IStatefulSet, pod: IPod, owners: readonly OwnerReference[]): boolean {
  return owners.some((owner) => owner.controller && !isSet(set, owner) && !isPod(pod, owner));
}

function isSet(set: IStatefulSet, { kind, name }: { kind: string; name: string }): boolean {
  return kind === "StatefulSet" && name === set.metadata?.name;
}

function isPod(pod: IPod, { kind, name }: { kind: string; name: string }): boolean {
  return kind === "Pod" && name === pod.metadata?.name;
}

function ownerReference(apiVersion: string, kind: string, owner: IStatefulSet | IPod): OwnerReference {
  return {
    apiVersion,
    kind,
    name: owner.metadata?.name ?? "",
    uid: owner.metadata?.uid ?? "",
    controller: true,
  };
}
