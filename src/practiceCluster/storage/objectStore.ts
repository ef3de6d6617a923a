import type { Disposable } from "../../common/disposable.ts";
import type { KubernetesObject, ObjectKey } from "../../common/kubernetes/objects.ts";
import { type Change, ChangeLog } from "./changeLog.ts";
import { OrderedObjects } from "./orderedObjects.ts";

/** Receives the changes of one resource, in order, in batches, in a later turn than the write. */
export type ChangeListener = (changes: readonly Change[]) => void;

/** Where each write is recorded before it counts as done. */
export interface WriteRecorder {
  record(change: Change): void;
}

export interface StoredState {
  readonly revision: number;
  readonly objects: Iterable<{ readonly groupResource: string; readonly object: KubernetesObject }>;
}

/**
 * Every object of the cluster, in memory, under one counter of revisions over all resources: the order in which
 * anything happened. Reads never wait and are never stale; stored objects are shared and never changed in place.
 */
export class ObjectStore {
  #revision: number;
  readonly #resources = new Map<string, OrderedObjects>();
  readonly #logs = new Map<string, ChangeLog>();
  #startRevision: number;
  readonly #listeners = new Map<string, Set<Subscription>>();
  readonly #recorder: WriteRecorder | undefined;
  #deliveryIsDue = false;

  constructor(state: StoredState = { revision: 0, objects: [] }, recorder?: WriteRecorder) {
    this.#revision = state.revision;
    this.#startRevision = state.revision;
    this.#recorder = recorder;
    for (const { groupResource, object } of state.objects) {
      this.#objectsOf(groupResource).set(keyOf(object), object);
    }
  }

  /** The revision of the newest write. */
  get revision(): number {
    return this.#revision;
  }

  find(groupResource: string, key: ObjectKey): KubernetesObject | undefined {
    return this.#resources.get(groupResource)?.get(keyText(key));
  }

  /** All objects of a resource in the order of their keys ("namespace/name"), as etcd lists them. */
  list(groupResource: string, namespace?: string): KubernetesObject[] {
    return this.#resources.get(groupResource)?.inOrder(namespace) ?? [];
  }

  /** As `list` would have answered at an earlier revision; undefined when what happened since is forgotten. */
  listAt(groupResource: string, revision: number, namespace?: string): KubernetesObject[] | undefined {
    const since = this.changesSince(groupResource, revision);
    if (!since) {
      return undefined;
    }
    const objects = new OrderedObjects(this.#resources.get(groupResource)?.entries());
    for (const { object, previous } of since.toReversed()) {
      if (previous) {
        objects.set(keyOf(previous), previous);
      } else {
        objects.delete(keyOf(object));
      }
    }
    return objects.inOrder(namespace);
  }

  /** From now on nobody can take up a watch at a revision before this moment, as after a restart of the server. */
  forgetChanges(): void {
    this.#startRevision = this.#revision;
    this.#logs.clear();
  }

  /** Every stored object, for snapshots. */
  *everything(): Iterable<{ groupResource: string; object: KubernetesObject }> {
    for (const [groupResource, objects] of this.#resources) {
      for (const object of objects.values()) {
        yield { groupResource, object };
      }
    }
  }

  /** Stores `object` (created or changed) under the next revision and returns it with its resourceVersion. */
  put<T extends KubernetesObject>(groupResource: string, object: T): T {
    const objects = this.#objectsOf(groupResource);
    const previous = objects.get(keyOf(object));
    const stored = this.#withNextRevision(object);
    objects.set(keyOf(stored), stored);
    this.#commit({
      revision: this.#revision,
      groupResource,
      type: previous ? "MODIFIED" : "ADDED",
      object: stored,
      previous,
    });
    return stored;
  }

  /** Removes an object and returns its last state with the revision of the deletion; undefined when there is none. */
  remove(groupResource: string, key: ObjectKey): KubernetesObject | undefined {
    const previous = this.find(groupResource, key);
    if (!previous) {
      return undefined;
    }
    const last = this.#withNextRevision(previous);
    this.#resources.get(groupResource)?.delete(keyText(key));
    this.#commit({ revision: this.#revision, groupResource, type: "DELETED", object: last, previous });
    return last;
  }

  /** The changes of a resource after `revision`, or undefined when they are forgotten (410 Gone). */
  changesSince(groupResource: string, revision: number): readonly Change[] | undefined {
    return this.#logOf(groupResource).since(revision);
  }

  /** The oldest revision that `changesSince` still knows what came after. */
  oldestWatchableRevision(groupResource: string): number {
    return this.#logOf(groupResource).forgottenUpTo;
  }

  /** Calls `listener` with every change of the resource after `fromRevision` (default: from now on). */
  subscribe(
    groupResource: string,
    listener: ChangeListener,
    fromRevision: number = this.#revision,
  ): Disposable {
    const subscriptions = this.#listeners.get(groupResource) ?? new Set();
    this.#listeners.set(groupResource, subscriptions);
    const subscription: Subscription = { listener, deliveredUpTo: fromRevision };
    subscriptions.add(subscription);
    if (fromRevision < this.#revision) {
      this.#deliverLater();
    }
    return { dispose: () => subscriptions.delete(subscription) };
  }

  #withNextRevision<T extends KubernetesObject>(object: T): T {
    this.#revision += 1;
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#revision) } };
  }

  #commit(change: Change): void {
    const log = this.#logOf(change.groupResource);
    log.add(change);
    this.#recorder?.record(change);
    if ((this.#listeners.get(change.groupResource)?.size ?? 0) > 0) {
      this.#deliverLater();
    } else {
      log.trim();
    }
  }

  #deliverLater(): void {
    if (!this.#deliveryIsDue) {
      this.#deliveryIsDue = true;
      setImmediate(() => {
        this.#deliveryIsDue = false;
        this.#deliver();
      });
    }
  }

  /** A listener may write: its changes are delivered in the turn after. */
  #deliver(): void {
    for (const [groupResource, subscriptions] of this.#listeners) {
      const log = this.#logOf(groupResource);
      for (const subscription of subscriptions) {
        const changes = log.since(subscription.deliveredUpTo) ?? [];
        const last = changes.at(-1);
        if (last) {
          subscription.deliveredUpTo = last.revision;
          tell(subscription, changes);
        }
      }
      if (!this.#deliveryIsDue) {
        log.trim();
      }
    }
  }

  #objectsOf(groupResource: string): OrderedObjects {
    const objects = this.#resources.get(groupResource) ?? new OrderedObjects();
    this.#resources.set(groupResource, objects);
    return objects;
  }

  #logOf(groupResource: string): ChangeLog {
    const log = this.#logs.get(groupResource) ?? new ChangeLog(this.#startRevision);
    this.#logs.set(groupResource, log);
    return log;
  }
}

interface Subscription {
  readonly listener: ChangeListener;
  deliveredUpTo: number;
}

function keyText({ namespace, name }: ObjectKey): string {
  return `${namespace ?? ""}/${name}`;
}

function keyOf(object: KubernetesObject): string {
  return keyText({ namespace: object.metadata?.namespace, name: object.metadata?.name ?? "" });
}

/** A fault in one listener is told and is its own: the others hear of the changes, and the cluster goes on. */
function tell({ listener }: Subscription, changes: readonly Change[]): void {
  try {
    listener(changes);
  } catch (error) {
    console.error(error instanceof Error ? error.stack : error);
  }
}
