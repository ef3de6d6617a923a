import type { KubernetesObject, ObjectKey, OwnerReference } from "../../../common/kubernetes/objects.ts";
import { apiVersionOf, type Resource } from "../../api/resource.ts";

/** "namespace/name", as queues name objects. */
export function keyOf(object: KubernetesObject): string {
  return `${object.metadata?.namespace ?? ""}/${object.metadata?.name ?? ""}`;
}

/** The reverse of `keyOf`. */
export function parseKey(key: string): ObjectKey {
  const slash = key.indexOf("/");
  const namespace = key.slice(0, slash);
  return { namespace: namespace === "" ? undefined : namespace, name: key.slice(slash + 1) };
}

/** The owner reference that marks the controller of an object, if it has one. */
export function controllerOf(object: KubernetesObject): OwnerReference | undefined {
  return object.metadata?.ownerReferences?.find(({ controller }) => controller);
}

/** Whether `owner` controls `object`. */
export function isControlledBy(object: KubernetesObject, owner: KubernetesObject): boolean {
  return controllerOf(object)?.uid === owner.metadata?.uid;
}

/** A controller's reference to itself, for what it makes. */
export function controllerReference(resource: Resource, owner: KubernetesObject): OwnerReference {
  return {
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    name: owner.metadata?.name ?? "",
    uid: owner.metadata?.uid ?? "",
    controller: true,
    blockOwnerDeletion: true,
  };
}
