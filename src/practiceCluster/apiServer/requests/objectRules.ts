import type { Json, KubernetesObject } from "../../../common/kubernetes/objects.ts";
import type { PatchType } from "../../api/apiClient.ts";
import type { Resource } from "../../api/resource.ts";
import type { RequestContext } from "./context.ts";

/** What is known of each kind of object: its schema, its defaults, what is valid, who owns which field. */
export interface ObjectRules {
  applyDefaults(resource: Resource, object: KubernetesObject): void;
  /** Throws ApiError 422. */
  validateCreate(resource: Resource, object: KubernetesObject): void;
  /** Throws ApiError 422. */
  validateUpdate(resource: Resource, object: KubernetesObject, old: KubernetesObject, part: string): void;
  /** What is to be said of an object that is valid. `old`: before the change; undefined for a new object. */
  warningsOf(resource: Resource, object: KubernetesObject, old: KubernetesObject | undefined): string[];
  /** The patched object, decoded. Throws ApiError 400, 415, 422. */
  patchObject(
    type: Exclude<PatchType, "apply">,
    resource: Resource,
    current: KubernetesObject,
    patch: Json,
    context: RequestContext,
  ): KubernetesObject;
  recordUpdate(change: {
    resource: Resource;
    old: KubernetesObject | undefined;
    updated: KubernetesObject;
    manager: string;
    subresource: string;
    now: number;
  }): void;
  /** Throws ApiError 409 with the conflicts. */
  applyServerSide(change: {
    resource: Resource;
    current: KubernetesObject | undefined;
    applied: Json;
    manager: string;
    force: boolean;
    subresource: string;
    now: number;
  }): KubernetesObject;
}
