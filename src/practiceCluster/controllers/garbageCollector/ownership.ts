import type { KubernetesObject, OwnerReference } from "../../../common/kubernetes/objects.ts";

export function hasFinalizer(object: KubernetesObject, finalizer: string): boolean {
  return object.metadata?.finalizers?.includes(finalizer) ?? false;
}

/** A copy without the finalizer. */
export function withoutFinalizer<T extends KubernetesObject>(object: T, finalizer: string): T {
  const copy = structuredClone(object);
  const finalizers = (copy.metadata?.finalizers ?? []).filter((each) => each !== finalizer);
  copy.metadata = { ...copy.metadata, finalizers };
  return copy;
}

/** A copy without the owner of that UID. */
export function withoutOwner(object: KubernetesObject, uid: string): KubernetesObject {
  const copy = structuredClone(object);
  const ownerReferences = (copy.metadata?.ownerReferences ?? []).filter((owner) => owner.uid !== uid);
  copy.metadata = { ...copy.metadata, ownerReferences };
  return copy;
}

/** Dependents that a foreground deletion has to wait for. */
export function blockingDependents(uid: string, dependents: readonly KubernetesObject[]): KubernetesObject[] {
  return dependents.filter((dependent) =>
    dependent.metadata?.ownerReferences?.some((owner) => owner.uid === uid && owner.blockOwnerDeletion),
  );
}

/** The owners that keep an object: they are there and do not wait for it to go. */
export function solidOwners(
  states: readonly { readonly owner: OwnerReference; readonly state: "there" | "waiting" | "gone" }[],
): OwnerReference[] {
  return states.filter(({ state }) => state === "there").map(({ owner }) => owner);
}
