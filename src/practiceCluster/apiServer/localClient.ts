import type { Disposable } from "../../common/disposable.ts";
import type { Json, KubernetesObject, ObjectKey } from "../../common/kubernetes/objects.ts";
import type {
  ApiClient,
  DeleteOptions,
  ListOptions,
  PatchOptions,
  WatchEvent,
  WriteOptions,
} from "../api/apiClient.ts";
import { ApiError } from "../api/apiError.ts";
import type { Resource } from "../api/resource.ts";
import type { Change } from "../storage/changeLog.ts";
import { AuditLog } from "./audit/auditLog.ts";
import type { RequestContext } from "./requests/context.ts";
import type { Pipeline, WrittenPart } from "./requests/pipeline.ts";

/** Handles POST to a subresource (binding, eviction, token), in-process and from HTTP alike. */
export type SubresourcePost = (
  resource: Resource,
  key: ObjectKey,
  subresource: string,
  body: KubernetesObject,
  context: RequestContext,
) => KubernetesObject;

/** The synchronous client of a controller or node: the same pipeline as HTTP, without the wire. */
export class LocalClient implements ApiClient {
  readonly userName: string;
  readonly #pipeline: Pipeline;
  readonly #post: SubresourcePost;

  readonly #auditLog: AuditLog;

  constructor(userName: string, pipeline: Pipeline, post: SubresourcePost, auditLog = new AuditLog()) {
    this.userName = userName;
    this.#pipeline = pipeline;
    this.#post = post;
    this.#auditLog = auditLog;
  }

  get<T extends KubernetesObject>(resource: Resource<T>, key: ObjectKey): T {
    return this.#pipeline.get(resource, key) as T;
  }

  find<T extends KubernetesObject>(resource: Resource<T>, key: ObjectKey): T | undefined {
    return this.#pipeline.find(resource, key) as T | undefined;
  }

  list<T extends KubernetesObject>(resource: Resource<T>, options: ListOptions = {}): readonly T[] {
    return this.#pipeline.list(resource, options) as T[];
  }

  create<T extends KubernetesObject>(resource: Resource<T>, object: T, options: WriteOptions = {}): T {
    const { namespace, name = "" } = object.metadata ?? {};
    return this.#audited("create", resource, { namespace, name }, "", () =>
      this.#pipeline.create(resource, object, namespace, this.#context(options)),
    ) as T;
  }

  update<T extends KubernetesObject>(resource: Resource<T>, object: T, options: WriteOptions = {}): T {
    const key = { namespace: object.metadata?.namespace, name: object.metadata?.name ?? "" };
    return this.#audited("update", resource, key, options.subresource, () =>
      this.#pipeline.update(resource, key, object, partOf(options), this.#context(options)),
    ) as T;
  }

  patch<T extends KubernetesObject>(
    resource: Resource<T>,
    key: ObjectKey,
    patch: Json,
    options: PatchOptions,
  ): T {
    const context = this.#context(options);
    const part = partOf(options);
    const { type, force = false, subresource } = options;
    return this.#audited("patch", resource, key, subresource, () =>
      type === "apply"
        ? this.#pipeline.apply(resource, key, patch, force, part, context).object
        : this.#pipeline.patch(resource, key, type, patch, part, context),
    ) as T;
  }

  delete<T extends KubernetesObject>(
    resource: Resource<T>,
    key: ObjectKey,
    options: DeleteOptions = {},
  ): T | undefined {
    const { object, gone } = this.#audited("delete", resource, key, "", () =>
      this.#pipeline.delete(resource, key, options, this.#context(options)),
    );
    return gone ? undefined : (object as T);
  }

  post(resource: Resource, key: ObjectKey, subresource: string, body: KubernetesObject): KubernetesObject {
    return this.#audited("create", resource, key, subresource, () =>
      this.#post(resource, key, subresource, body, this.#context({})),
    );
  }

  watch<T extends KubernetesObject>(
    resource: Resource<T>,
    handler: (event: WatchEvent<T>) => void,
    options: ListOptions = {},
  ): Disposable {
    const shown = this.#pipeline.shownChanges(resource);
    const matches = this.#pipeline.matcherOf(resource, options);
    let known = this.#pipeline.list(resource, options) as T[];
    let isEnded = false;
    const tellKnown = () => {
      const objects = known;
      known = [];
      for (const object of objects) {
        if (!isEnded) {
          handler({ type: "ADDED", object });
        }
      }
    };
    const first = setImmediate(tellKnown);
    const subscription = this.#pipeline.store.subscribe(this.#pipeline.storedAs(resource), (changes) => {
      // a delivery that was due already may come before the immediate above
      tellKnown();
      for (const change of changes) {
        const event = selectedEvent<T>(shown(change), matches);
        if (event && !isEnded) {
          handler(event);
        }
      }
    });
    return {
      dispose: () => {
        isEnded = true;
        clearImmediate(first);
        subscription.dispose();
      },
    };
  }

  #audited<R>(
    verb: string,
    resource: Resource,
    key: ObjectKey,
    subresource: string | undefined,
    write: () => R,
  ): R {
    let code = verb === "create" ? 201 : 200;
    try {
      return write();
    } catch (error) {
      code = error instanceof ApiError ? error.code : 500;
      throw error;
    } finally {
      this.#auditLog.add({
        time: new Date(this.#pipeline.clock.now()).toISOString(),
        source: "component",
        user: this.userName,
        userAgent: "",
        verb,
        group: resource.group,
        resource: resource.resource,
        subresource: subresource ?? "",
        namespace: key.namespace ?? "",
        name: key.name,
        path: "",
        code,
      });
    }
  }

  #context({ fieldManager, dryRun }: { fieldManager?: string; dryRun?: boolean }): RequestContext {
    return {
      userName: this.userName,
      // the cluster's own components are trusted: what they may do is not asked
      groups: ["system:masters", "system:authenticated"],
      fieldManager: fieldManager ?? managerOf(this.userName),
      dryRun: dryRun ?? false,
      fieldValidation: "Ignore",
      now: this.#pipeline.clock.now(),
      warnings: [],
    };
  }
}

/** As a change looks to a watch with a selector: an object that stops matching is deleted for it. */
export function selectedEvent<T extends KubernetesObject>(
  { type, object, previous }: Change,
  matches: (object: KubernetesObject) => boolean,
): WatchEvent<T> | undefined {
  const matched = previous !== undefined && matches(previous);
  const isMatch = type !== "DELETED" && matches(object);
  if (isMatch) {
    return { type: matched ? "MODIFIED" : "ADDED", object: object as T };
  }
  return matched ? { type: "DELETED", object: object as T } : undefined;
}

function partOf({ subresource }: WriteOptions): WrittenPart {
  return subresource ?? "object";
}

/** The binary's name, as the real components' requests carry it in their user agent. */
function managerOf(userName: string): string {
  if (userName.startsWith("system:node:")) {
    return "kubelet";
  }
  return userName === "system:kube-scheduler" ? "kube-scheduler" : "kube-controller-manager";
}
