import type { ResourceSnapshot, WatchedChange, WatchedResource, WatchHub } from "../clusters/cluster.ts";
import { type Disposable, DisposableList } from "../common/disposable.ts";
import type { Query } from "../lessons/check.ts";
import { type ClusterView, watchedResource } from "./lookup.ts";

/** Follows all resources that a step's checks look at, each by one watch. */
export class ClusterFollower implements ClusterView, Disposable {
  readonly #namespace: string;
  readonly #snapshots = new Map<string, ResourceSnapshot>();
  readonly #watches = new DisposableList();

  constructor(
    hub: WatchHub,
    namespace: string,
    queries: readonly Query[],
    changed: (key: string, change: WatchedChange | undefined) => void,
  ) {
    this.#namespace = namespace;
    const resources = new Map<string, WatchedResource>();
    for (const query of queries) {
      resources.set(resourceKey(query), watchedResource(query, namespace));
    }
    for (const [key, resource] of resources) {
      const subscription = hub.observe(resource, {
        changed: (snapshot, change) => {
          this.#snapshots.set(key, snapshot);
          changed(key, change);
        },
      });
      this.#watches.add(subscription);
    }
  }

  get namespace(): string {
    return this.#namespace;
  }

  snapshotOf(query: Query): ResourceSnapshot | undefined {
    return this.#snapshots.get(resourceKey(query));
  }

  dispose(): void {
    this.#watches.dispose();
  }
}

/** Queries of one resource share a watch, whatever name or labels they ask for. */
export function resourceKey({ apiVersion, plural }: Query): string {
  return `${apiVersion}/${plural}`;
}
