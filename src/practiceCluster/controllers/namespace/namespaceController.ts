import type { INamespace } from "kubernetes-models/v1/Namespace";
import type { Clock } from "../../../common/clock.ts";
import { type Disposable, DisposableList } from "../../../common/disposable.ts";
import type { ApiClient } from "../../api/apiClient.ts";
import type { Resource } from "../../api/resource.ts";
import { namespaces } from "../../api/resources.ts";
import { KeyedQueue } from "../kit/keyedQueue.ts";

/** Empties a namespace that is being deleted, then lets it go (pkg/controller/namespace). */
export class NamespaceController implements Disposable {
  readonly #client: ApiClient;
  readonly #namespaced: Resource[] = [];
  readonly #parts = new DisposableList();
  readonly #queue: KeyedQueue;
  readonly #terminating = new Set<string>();

  constructor(client: ApiClient, clock: Clock, resources: readonly Resource[]) {
    this.#client = client;
    this.#queue = this.#parts.add(new KeyedQueue(clock, (name) => this.#sync(name)));
    this.#parts.add(client.watch(namespaces, ({ type, object }) => this.#changed(type, object)));
    for (const resource of resources) {
      this.addResource(resource);
    }
  }

  /** Empties namespaces of one more resource. */
  addResource(resource: Resource): void {
    if (!resource.namespaced) {
      return;
    }
    this.#namespaced.push(resource);
    this.#parts.add(
      this.#client.watch(resource, ({ type, object }) => {
        const name = object.metadata?.namespace ?? "";
        if (type === "DELETED" && this.#terminating.has(name)) {
          this.#queue.add(name);
        }
      }),
    );
  }

  dispose(): void {
    this.#parts.dispose();
  }

  #changed(type: string, { metadata }: INamespace): void {
    const name = metadata?.name ?? "";
    if (type === "DELETED") {
      this.#terminating.delete(name);
    } else if (metadata?.deletionTimestamp) {
      this.#terminating.add(name);
      this.#queue.add(name);
    }
  }

  #sync(name: string): void {
    const namespace = this.#client.find(namespaces, { name });
    if (!namespace?.metadata?.deletionTimestamp) {
      return;
    }
    if (namespace.status?.phase !== "Terminating") {
      const marked = { ...structuredClone(namespace), status: { phase: "Terminating" as const } };
      this.#client.update(namespaces, marked, { subresource: "status" });
    }
    let remaining = 0;
    for (const resource of this.#namespaced) {
      for (const { metadata } of this.#client.list(resource, { namespace: name })) {
        if (!metadata?.deletionTimestamp) {
          const options = { propagationPolicy: "Background" as const };
          this.#client.delete(resource, { namespace: name, name: metadata?.name ?? "" }, options);
        }
      }
      remaining += this.#client.list(resource, { namespace: name }).length;
    }
    if (remaining === 0) {
      this.#finalize(name);
    }
  }

  /** The last finalizer is the namespace's own, in its spec: without it the namespace is gone. */
  #finalize(name: string): void {
    const namespace = this.#client.find(namespaces, { name });
    if (namespace) {
      this.#client.update(namespaces, { ...structuredClone(namespace), spec: { finalizers: [] } });
    }
  }
}
