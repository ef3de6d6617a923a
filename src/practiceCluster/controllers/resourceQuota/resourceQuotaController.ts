import type { IResourceQuota } from "kubernetes-models/v1/ResourceQuota";
import type { Clock } from "../../../common/clock.ts";
import { type Disposable, DisposableList } from "../../../common/disposable.ts";
import { isInScopes } from "../../../common/kubernetes/quota/scopes.ts";
import { isCounted, totalUsage, usageOf } from "../../../common/kubernetes/quota/usage.ts";
import type { ResourceAmounts } from "../../../common/kubernetes/resourceAmounts.ts";
import type { ApiClient } from "../../api/apiClient.ts";
import type { Resource } from "../../api/resource.ts";
import { resourceQuotas } from "../../api/resources.ts";
import { KeyedQueue } from "../kit/keyedQueue.ts";
import { keyOf, parseKey } from "../kit/keys.ts";

/** Writes into each quota what its namespace uses of it (pkg/controller/resourcequota). */
export class ResourceQuotaController implements Disposable {
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #resources: Resource[] = [];
  readonly #parts = new DisposableList();
  readonly #queue: KeyedQueue;

  constructor(client: ApiClient, clock: Clock, resources: readonly Resource[]) {
    this.#client = client;
    this.#clock = clock;
    this.#queue = this.#parts.add(new KeyedQueue(clock, (key) => this.#sync(key)));
    this.#parts.add(client.watch(resourceQuotas, ({ object }) => this.#queue.add(keyOf(object))));
    for (const resource of resources) {
      this.addResource(resource);
    }
  }

  /** Counts the objects of one more resource. */
  addResource(resource: Resource): void {
    if (!resource.namespaced || resource.resource === "events") {
      return;
    }
    this.#resources.push(resource);
    this.#parts.add(
      this.#client.watch(resource, ({ object }) => this.#changed(resource, object.metadata?.namespace)),
    );
  }

  dispose(): void {
    this.#parts.dispose();
  }

  #changed(resource: Resource, namespace: string | undefined): void {
    for (const quota of this.#client.list(resourceQuotas, { namespace })) {
      if (Object.keys(quota.spec?.hard ?? {}).some((name) => isCounted(resource, name))) {
        this.#queue.add(keyOf(quota));
      }
    }
  }

  #sync(key: string): void {
    const quota = this.#client.find(resourceQuotas, parseKey(key));
    if (!quota || quota.metadata?.deletionTimestamp) {
      return;
    }
    const { hard = {} } = quota.spec ?? {};
    const total = this.#usage(quota, Object.keys(hard));
    const used = Object.fromEntries(Object.keys(hard).map((name) => [name, total[name] ?? "0"]));
    const status = { hard, used };
    if (JSON.stringify(status) !== JSON.stringify(quota.status)) {
      this.#client.update(resourceQuotas, { ...structuredClone(quota), status }, { subresource: "status" });
    }
  }

  #usage(quota: IResourceQuota, names: readonly string[]): ResourceAmounts {
    const now = this.#clock.now();
    const { namespace } = quota.metadata ?? {};
    const usages = this.#resources
      .filter((resource) => names.some((name) => isCounted(resource, name)))
      .flatMap((resource) =>
        this.#client
          .list(resource, { namespace })
          .filter((object) => isInScopes(quota, resource, object))
          .map((object) => usageOf(resource, object, now)),
      );
    return totalUsage(usages);
  }
}
