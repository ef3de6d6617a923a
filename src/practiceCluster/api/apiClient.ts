import type { Disposable } from "../../common/disposable.ts";
import type { Json, KubernetesObject, ObjectKey } from "../../common/kubernetes/objects.ts";
import type { Resource } from "./resource.ts";

export interface ListOptions {
  readonly namespace?: string | undefined;
  /** As in a URL: "app=web,tier in (a,b)". */
  readonly labelSelector?: string;
  /** As in a URL: "spec.nodeName=node-1". */
  readonly fieldSelector?: string;
}

export interface WriteOptions {
  readonly subresource?: "status" | "scale" | "resize" | "ephemeralcontainers";
  /** Defaults to the client's own name. */
  readonly fieldManager?: string;
  readonly dryRun?: boolean;
}

export type PatchType = "json" | "merge" | "strategic" | "apply";

export interface PatchOptions extends WriteOptions {
  readonly type: PatchType;
  /** Server-side apply only: take over fields of other managers. */
  readonly force?: boolean;
}

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: "Foreground" | "Background" | "Orphan";
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: boolean;
}

export interface WatchEvent<T extends KubernetesObject> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: T;
}

/**
 * The Kubernetes API as controllers and the node runtime see it. Calls go through the same pipeline
 * as HTTP requests (defaulting, validation, admission, managed fields, audit), as the user that the
 * client was made for, but are synchronous: the storage is in memory, so what is read is never stale.
 *
 * Objects that come out are shared: never change one, copy it first (`structuredClone`).
 * Every method throws ApiError where the HTTP API would answer with a Status.
 */
export interface ApiClient {
  /** The user name in audit and managedFields, for example "system:serviceaccount:kube-system:statefulset-controller". */
  readonly userName: string;
  get<T extends KubernetesObject>(resource: Resource<T>, key: ObjectKey): T;
  /** As `get`, but undefined where that throws NotFound. */
  find<T extends KubernetesObject>(resource: Resource<T>, key: ObjectKey): T | undefined;
  list<T extends KubernetesObject>(resource: Resource<T>, options?: ListOptions): readonly T[];
  /** The namespace is that of `object.metadata`. */
  create<T extends KubernetesObject>(resource: Resource<T>, object: T, options?: WriteOptions): T;
  /** A resourceVersion in `object.metadata` makes it conditional (409 Conflict). */
  update<T extends KubernetesObject>(resource: Resource<T>, object: T, options?: WriteOptions): T;
  patch<T extends KubernetesObject>(
    resource: Resource<T>,
    key: ObjectKey,
    patch: Json,
    options: PatchOptions,
  ): T;
  /** Returns the object as it stands afterwards, or undefined when it is gone at once. */
  delete<T extends KubernetesObject>(
    resource: Resource<T>,
    key: ObjectKey,
    options?: DeleteOptions,
  ): T | undefined;
  /** POST to a subresource: pods/binding, pods/eviction, serviceaccounts/token. */
  post(resource: Resource, key: ObjectKey, subresource: string, body: KubernetesObject): KubernetesObject;
  /**
   * Calls `handler` with ADDED for each object there is, then for each change, in the order of resource
   * versions. Never calls it inside another call of the API: events arrive in a later turn, in batches.
   */
  watch<T extends KubernetesObject>(
    resource: Resource<T>,
    handler: (event: WatchEvent<T>) => void,
    options?: ListOptions,
  ): Disposable;
}
