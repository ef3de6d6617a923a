import type { JsonObject, KubernetesObject } from "../objects.ts";
import type { Resource } from "../resource.ts";
import { typeOfKind } from "../schema/index.ts";
import type { StructType } from "../schema/types.ts";
import { canonicalStruct } from "./canonicalForm.ts";

/** The schema of a resource's objects; undefined for custom resources. */
export function typeOfResource(resource: Resource): StructType | undefined {
  return typeOfKind(resource.group, resource.version, resource.kind);
}

/**
 * Rewrites `object` in place into the form in which the server writes it: order of fields, zero values.
 * Call it when a step of the pipeline may have added fields. Custom resources stay as they are.
 */
export function canonicalize(resource: Resource, object: KubernetesObject): void {
  const type = typeOfResource(resource);
  if (!type) {
    return;
  }
  const target = object as JsonObject;
  const written = canonicalStruct(type, target);
  for (const key of Object.keys(target)) {
    delete target[key];
  }
  Object.assign(target, written);
}
