import type { Clock } from "../../../common/clock.ts";
import { type Disposable, DisposableList } from "../../../common/disposable.ts";
import type { KubernetesObject, OwnerReference } from "../../../common/kubernetes/objects.ts";
import type { ApiClient } from "../../api/apiClient.ts";
import { apiVersionOf, groupResourceOf, type Resource } from "../../api/resource.ts";
import { KeyedQueue } from "../kit/keyedQueue.ts";
import {
  blockingDependents,
  hasFinalizer,
  solidOwners,
  withoutFinalizer,
  withoutOwner,
} from "./ownership.ts";

interface Node {
  readonly resource: Resource;
  readonly object: KubernetesObject;
}

/**
 * Deletes what no owner is left for, and carries out the deletion policies of owners: background, foreground
 * (dependents first) and orphan (dependents are released). After pkg/controller/garbagecollector.
 */
export class GarbageCollector implements Disposable {
  readonly #client: ApiClient;
  readonly #resources: Resource[] = [];
  readonly #queue: KeyedQueue;
  readonly #nodes = new Map<string, Node>();
  readonly #dependents = new Map<string, Set<string>>();
  readonly #parts = new DisposableList();

  constructor(client: ApiClient, clock: Clock, resources: readonly Resource[]) {
    this.#client = client;
    this.#queue = this.#parts.add(new KeyedQueue(clock, (uid) => this.#sync(uid)));
    for (const resource of resources) {
      this.addResource(resource);
    }
  }

  /** Collects the objects of one more resource. */
  addResource(resource: Resource): void {
    this.#resources.push(resource);
    const watch = this.#client.watch(resource, ({ type, object }) => this.#changed(resource, type, object));
    this.#parts.add(watch);
  }

  dispose(): void {
    this.#parts.dispose();
  }

  #changed(resource: Resource, type: string, object: KubernetesObject): void {
    const uid = object.metadata?.uid ?? "";
    const owners = new Set(
      [
        ...(this.#nodes.get(uid)?.object.metadata?.ownerReferences ?? []),
        ...(object.metadata?.ownerReferences ?? []),
      ].map((owner) => owner.uid),
    );
    if (type === "DELETED") {
      this.#nodes.delete(uid);
    } else {
      this.#nodes.set(uid, { resource, object });
    }
    for (const owner of owners) {
      this.#link(owner, uid, type !== "DELETED" && isOwnedBy(object, owner));
      this.#queueIfDeleting(owner);
    }
    for (const dependent of this.#dependents.get(uid) ?? []) {
      this.#queue.add(dependent);
    }
    this.#queue.add(uid);
  }

  #link(owner: string, dependent: string, isOwned: boolean): void {
    const dependents = this.#dependents.get(owner) ?? new Set<string>();
    if (isOwned) {
      dependents.add(dependent);
      this.#dependents.set(owner, dependents);
    } else {
      dependents.delete(dependent);
      if (dependents.size === 0) {
        this.#dependents.delete(owner);
      }
    }
  }

  #queueIfDeleting(uid: string): void {
    if (this.#nodes.get(uid)?.object.metadata?.deletionTimestamp) {
      this.#queue.add(uid);
    }
  }

  #sync(uid: string): void {
    const node = this.#nodes.get(uid);
    const object = node && this.#read(node);
    if (!node || !object) {
      return;
    }
    if (object.metadata?.deletionTimestamp) {
      this.#finishDeletion(node.resource, object);
    }
    this.#collect(node.resource, object);
  }

  #finishDeletion(resource: Resource, object: KubernetesObject): void {
    const uid = object.metadata?.uid ?? "";
    const dependents = [...(this.#dependents.get(uid) ?? [])].flatMap((each) => this.#nodes.get(each) ?? []);
    if (hasFinalizer(object, "orphan")) {
      for (const dependent of dependents) {
        this.#release(dependent, uid);
      }
      this.#client.update(resource, withoutFinalizer(object, "orphan"));
      return;
    }
    if (!hasFinalizer(object, "foregroundDeletion")) {
      return;
    }
    const blocking = blockingDependents(
      uid,
      dependents.map((each) => each.object),
    );
    if (blocking.length === 0) {
      this.#client.update(resource, withoutFinalizer(object, "foregroundDeletion"));
    }
    for (const dependent of dependents) {
      this.#queue.add(dependent.object.metadata?.uid ?? "");
    }
  }

  /** Deletes an object none of whose owners is left (or whose only owners wait for it in the foreground). */
  #collect(resource: Resource, object: KubernetesObject): void {
    const owners = object.metadata?.ownerReferences ?? [];
    if (owners.length === 0 || object.metadata?.deletionTimestamp) {
      return;
    }
    const states = owners.map((owner) => ({ owner, state: this.#ownerState(object, owner) }));
    const solid = solidOwners(states);
    const { namespace, name = "", uid = "" } = object.metadata ?? {};
    if (solid.length > 0) {
      if (solid.length < owners.length) {
        const updated = structuredClone(object);
        updated.metadata = { ...updated.metadata, ownerReferences: solid };
        this.#client.update(resource, updated);
      }
      return;
    }
    const isWaitedFor = states.some(({ state }) => state === "waiting");
    const hasDependents = (this.#dependents.get(uid)?.size ?? 0) > 0;
    const propagationPolicy = isWaitedFor && hasDependents ? "Foreground" : "Background";
    this.#client.delete(resource, { namespace, name }, { propagationPolicy, preconditions: { uid } });
  }

  #ownerState(object: KubernetesObject, owner: OwnerReference): "there" | "waiting" | "gone" {
    const resource = this.#resources.find(
      (each) => each.kind === owner.kind && apiVersionOf(each) === owner.apiVersion,
    );
    if (!resource) {
      return "there";
    }
    const namespace = resource.namespaced ? object.metadata?.namespace : undefined;
    const found = this.#client.find(resource, { namespace, name: owner.name });
    if (!found || found.metadata?.uid !== owner.uid) {
      return "gone";
    }
    return found.metadata.deletionTimestamp && hasFinalizer(found, "foregroundDeletion")
      ? "waiting"
      : "there";
  }

  #release({ resource, object }: Node, owner: string): void {
    const current = this.#read({ resource, object });
    if (current) {
      this.#client.update(resource, withoutOwner(current, owner));
    }
  }

  #read({ resource, object }: Node): KubernetesObject | undefined {
    const { namespace, name = "", uid } = object.metadata ?? {};
    const found = this.#client.find(resource, { namespace, name });
    return found?.metadata?.uid === uid ? found : undefined;
  }
}

function isOwnedBy(object: KubernetesObject, uid: string): boolean {
  return object.metadata?.ownerReferences?.some((owner) => owner.uid === uid) ?? false;
}

/** The resources that are collected: everything but what only passes by. */
export function collectable(resources: readonly Resource[]): readonly Resource[] {
  return resources.filter((resource) => groupResourceOf(resource) !== "events");
}
