import type { KubernetesObject } from "./objects.ts";

/** Names one API resource and, in `T`, the type of its objects. One exists for each in `resources.ts`. */
export interface Resource<T extends KubernetesObject = KubernetesObject> {
  /** "" for the core group. */
  readonly group: string;
  readonly version: string;
  /** Plural, as in paths: "statefulsets". */
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Never set: carries `T` for inference. */
  readonly objectType?: T;
}

/** `apps/v1`, or `v1` for the core group. */
export function apiVersionOf(resource: Resource): string {
  return resource.group === "" ? resource.version : `${resource.group}/${resource.version}`;
}

/** A string that identifies the resource: `statefulsets.apps`, `pods`. */
export function groupResourceOf(resource: Resource): string {
  return resource.group === "" ? resource.resource : `${resource.resource}.${resource.group}`;
}
