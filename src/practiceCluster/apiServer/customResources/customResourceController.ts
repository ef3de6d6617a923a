import type { ICustomResourceDefinition } from "kubernetes-models/apiextensions.k8s.io/v1/CustomResourceDefinition";
import type { Clock } from "../../../common/clock.ts";
import { type Disposable, DisposableList } from "../../../common/disposable.ts";
import type { ApiClient } from "../../api/apiClient.ts";
import type { Resource } from "../../api/resource.ts";
import { customResourceDefinitions } from "../../api/resources.ts";
import { timeText } from "../requests/context.ts";
import { customResourceCleanup } from "../resources/customResourceDefinitions.ts";
import type { ResourceRegistry } from "../resources/registry.ts";
import { customDefinitions } from "./customDefinitions.ts";
import { decideNames, withCondition } from "./customNames.ts";

/**
 * Accepts the names of CustomResourceDefinitions, serves what they define, and empties them before they go
 * (apiextensions' naming, establishing and finalizer controllers).
 */
export class CustomResourceController implements Disposable {
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #registry: ResourceRegistry;
  readonly #parts = new DisposableList();
  /** Watches over the objects of definitions that are going. */
  readonly #emptying = new Map<string, Disposable>();

  constructor(client: ApiClient, clock: Clock, registry: ResourceRegistry) {
    this.#client = client;
    this.#clock = clock;
    this.#registry = registry;
    this.#parts.add(
      client.watch(customResourceDefinitions, ({ type, object }) => {
        const name = object.metadata?.name ?? "";
        if (type === "DELETED") {
          this.#forget(name);
        } else {
          this.#sync(name);
        }
      }),
    );
  }

  dispose(): void {
    this.#parts.dispose();
    for (const watch of this.#emptying.values()) {
      watch.dispose();
    }
  }

  #sync(name: string): void {
    const definition = this.#client.find(customResourceDefinitions, { name });
    if (!definition) {
      return;
    }
    if (definition.metadata?.deletionTimestamp) {
      this.#empty(definition);
      return;
    }
    const current = this.#writeNames(definition);
    if (isTrue(current, "Established")) {
      this.#registry.setCustom(name, customDefinitions(current));
    }
  }

  #writeNames(definition: ICustomResourceDefinition): ICustomResourceDefinition {
    const name = definition.metadata?.name;
    const others = this.#client
      .list(customResourceDefinitions)
      .filter(({ metadata }) => metadata?.name !== name);
    const { accepted, condition } = decideNames(definition, others);
    const now = timeText(this.#clock.now());
    // written by anybody through the status, they may be null
    const { conditions, storedVersions } = definition.status ?? {};
    const named = withCondition(conditions ?? [], "NamesAccepted", condition, now);
    const established = isTrue(definition, "Established")
      ? named
      : withCondition(named, "Established", establishment(condition.status), now);
    const status = { conditions: established, acceptedNames: accepted, storedVersions: storedVersions ?? [] };
    return this.#writeStatus(definition, status);
  }

  #writeStatus(
    definition: ICustomResourceDefinition,
    status: NonNullable<ICustomResourceDefinition["status"]>,
  ): ICustomResourceDefinition {
    const changed = { ...structuredClone(definition), status };
    return this.#client.update(customResourceDefinitions, changed, { subresource: "status" });
  }

  /** Deletes every object; the last one's end releases the definition. */
  #empty(definition: ICustomResourceDefinition): void {
    const name = definition.metadata?.name ?? "";
    if (!definition.metadata?.finalizers?.includes(customResourceCleanup)) {
      return;
    }
    const resource = this.#registry.stored.find(
      (each) => each.group === definition.spec.group && each.resource === definition.spec.names.plural,
    );
    const objects = resource ? this.#client.list(resource) : [];
    if (resource && objects.length > 0) {
      this.#deleteAll(name, resource);
      return;
    }
    this.#forget(name);
    const released = structuredClone(definition);
    released.metadata = {
      ...released.metadata,
      finalizers: (released.metadata?.finalizers ?? []).filter((each) => each !== customResourceCleanup),
    };
    this.#client.update(customResourceDefinitions, released);
  }

  #deleteAll(definition: string, resource: Resource): void {
    if (!this.#emptying.has(definition)) {
      const watch = this.#client.watch(resource, ({ type }) => {
        if (type === "DELETED") {
          this.#sync(definition);
        }
      });
      this.#emptying.set(definition, watch);
    }
    for (const { metadata } of this.#client.list(resource)) {
      if (!metadata?.deletionTimestamp) {
        this.#client.delete(resource, { namespace: metadata?.namespace, name: metadata?.name ?? "" });
      }
    }
  }

  #forget(name: string): void {
    this.#emptying.get(name)?.dispose();
    this.#emptying.delete(name);
    this.#registry.setCustom(name, []);
  }
}

function isTrue({ status }: ICustomResourceDefinition, type: string): boolean {
  return (status?.conditions ?? []).some((each) => each.type === type && each.status === "True");
}

function establishment(namesAccepted: string) {
  return namesAccepted === "True"
    ? {
        status: "True" as const,
        reason: "InitialNamesAccepted",
        message: "the initial names have been accepted",
      }
    : { status: "False" as const, reason: "NotAccepted", message: "not all names are accepted" };
}
