import type { IControllerRevision } from "kubernetes-models/apps/v1/ControllerRevision";
import type { IStatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { Clock } from "../../../common/clock.ts";
import { type Disposable, DisposableList } from "../../../common/disposable.ts";
import type { ApiClient } from "../../api/apiClient.ts";
import { isAlreadyExists, isConflict, isNotFound } from "../../api/apiError.ts";
import { controllerRevisions, persistentVolumeClaims, pods, statefulSets } from "../../api/resources.ts";
import { EventRecorder } from "../kit/eventRecorder.ts";
import { KeyedQueue, type SyncSteps } from "../kit/keyedQueue.ts";
import { controllerOf, controllerReference, isControlledBy, keyOf, parseKey } from "../kit/keys.ts";
import { isTerminating } from "../kit/podConditions.ts";
import { selectorMatches } from "../kit/selectors.ts";
import { canonicalText } from "../kit/templateHash.ts";
import { SetActor } from "./act.ts";
import { decide } from "./decide.ts";
import { forAll } from "./forAll.ts";
import { isMemberOf, revisionOf } from "./identity.ts";
import { currentRevisionOf, expiredRevisions, sortRevisions, updateRevisionStep } from "./revisions.ts";
import type { SetStatus } from "./types.ts";

/**
 * A Pod's name is free for so long before its successor has it: about what a real control plane needs to hear of the
 * deletion and to act. kubectl's `delete` counts on it: when the old Pod answers its GET and the new one is in the LIST
 * that follows, it waits for a deletion that has already been (kubectl/pkg/cmd/wait, IsDeleted).
 */
const replacementDelayMs = 50;

/** Keeps each StatefulSet's Pods as its spec asks for: watches, a queue by key, one sync at a time. */
export class StatefulSetController implements Disposable {
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #queue: KeyedQueue;
  readonly #actor: SetActor;
  readonly #parts = new DisposableList();
  /** Pods by namespace: a set reads its own namespace's only. */
  readonly #pods = new Map<string, Map<string, IPod>>();

  constructor(client: ApiClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
    this.#actor = new SetActor(client, new EventRecorder(client, clock, "statefulset-controller"));
    this.#queue = this.#parts.add(new KeyedQueue(clock, (key) => this.#sync(key)));
    this.#parts.add(client.watch(statefulSets, ({ object }) => this.#queue.add(keyOf(object))));
    this.#parts.add(client.watch(pods, ({ type, object }) => this.#podChanged(type, object)));
  }

  dispose(): void {
    this.#parts.dispose();
  }

  #podChanged(type: string, pod: IPod): void {
    const { namespace = "", name = "" } = pod.metadata ?? {};
    const inNamespace = this.#pods.get(namespace) ?? new Map<string, IPod>();
    this.#pods.set(namespace, inNamespace);
    if (type === "DELETED") {
      inNamespace.delete(name);
    } else {
      inNamespace.set(name, pod);
    }
    const owner = controllerOf(pod);
    if (owner?.kind === "StatefulSet") {
      const key = `${namespace}/${owner.name}`;
      type === "DELETED" ? this.#queue.addNotBefore(key, replacementDelayMs) : this.#queue.add(key);
    } else if (!owner) {
      this.#offerOrphan(pod);
    }
  }

  /** A Pod without a controller may be adopted by the set whose selector and name it fits. */
  #offerOrphan(pod: IPod): void {
    const { namespace } = pod.metadata ?? {};
    for (const set of this.#client.list(statefulSets, { namespace })) {
      if (selectorMatches(set.spec?.selector, pod.metadata?.labels)) {
        this.#queue.add(keyOf(set));
      }
    }
  }

  /** Gives the event loop its turn between the Pods: a set may have thousands. */
  *#sync(key: string): SyncSteps {
    const set = this.#client.find(statefulSets, parseKey(key));
    if (!set) {
      return;
    }
    const now = this.#clock.now();
    const own = this.#ownPods(set);
    const { updateRevision, currentRevision, revisions } = this.#revisions(set);
    const namespace = set.metadata?.namespace;
    yield;
    const { phases, status, recheckInMs } = decide({
      set,
      pods: own,
      currentRevision,
      updateRevision,
      collisionCount: set.status?.collisionCount ?? 0,
      findClaim: (name) => this.#client.find(persistentVolumeClaims, { namespace, name }),
      now,
    });
    try {
      for (const phase of phases) {
        const isParallel = set.spec?.podManagementPolicy === "Parallel";
        yield* forAll(phase, isParallel, (action) => this.#actor.perform(set, action));
      }
    } finally {
      this.#writeStatus(set, status);
    }
    this.#trimHistory(set, revisions, own, status);
    if (recheckInMs !== undefined) {
      this.#queue.addAfter(key, recheckInMs);
    }
  }

  /** The Pods that the set controls, after adopting orphans that fit and releasing what does not fit any more. */
  #ownPods(set: IStatefulSet): IPod[] {
    const { namespace = "" } = set.metadata ?? {};
    const own: IPod[] = [];
    for (const known of this.#pods.get(namespace)?.values() ?? []) {
      const fits = selectorMatches(set.spec?.selector, known.metadata?.labels) && isMemberOf(set, known);
      const isOurs = isControlledBy(known, set);
      if (!fits && !isOurs) {
        continue;
      }
      const pod = this.#client.find(pods, { namespace, name: known.metadata?.name ?? "" });
      if (pod && isControlledBy(pod, set)) {
        if (fits) {
          own.push(pod);
        } else if (!set.metadata?.deletionTimestamp) {
          this.#release(set, pod);
        }
      } else if (pod && fits && !controllerOf(pod) && this.#mayAdopt(set, pod)) {
        own.push(this.#adopt(set, pod));
      }
    }
    return own;
  }

  #mayAdopt(set: IStatefulSet, pod: IPod): boolean {
    return !set.metadata?.deletionTimestamp && !isTerminating(pod);
  }

  #adopt(set: IStatefulSet, pod: IPod): IPod {
    const adopted = structuredClone(pod);
    adopted.metadata = {
      ...adopted.metadata,
      ownerReferences: [...(adopted.metadata?.ownerReferences ?? []), controllerReference(statefulSets, set)],
    };
    return this.#client.update(pods, adopted);
  }

  #release(set: IStatefulSet, pod: IPod): void {
    const released = structuredClone(pod);
    released.metadata = {
      ...released.metadata,
      ownerReferences: (released.metadata?.ownerReferences ?? []).filter(
        ({ uid }) => uid !== set.metadata?.uid,
      ),
    };
    this.#client.update(pods, released);
  }

  /** The set's history, with its template in it; a name that is taken by other data raises the collision count. */
  #revisions(set: IStatefulSet) {
    const revisions = sortRevisions(this.#ownRevisions(set));
    const step = updateRevisionStep(set, revisions, set.status?.collisionCount ?? 0);
    const updateRevision = this.#takeStep(set, step);
    const others = revisions.filter(({ metadata }) => metadata?.name !== updateRevision.metadata?.name);
    const all = sortRevisions([...others, updateRevision]);
    return { updateRevision, currentRevision: currentRevisionOf(set, all, updateRevision), revisions: all };
  }

  #ownRevisions(set: IStatefulSet): IControllerRevision[] {
    const { namespace } = set.metadata ?? {};
    return this.#client.list(controllerRevisions, { namespace }).flatMap((revision) => {
      if (isControlledBy(revision, set)) {
        return [revision];
      }
      const isOrphan =
        !controllerOf(revision) && selectorMatches(set.spec?.selector, revision.metadata?.labels);
      return isOrphan && !set.metadata?.deletionTimestamp ? [this.#adoptRevision(set, revision)] : [];
    });
  }

  #adoptRevision(set: IStatefulSet, revision: IControllerRevision): IControllerRevision {
    const adopted = structuredClone(revision);
    const ownerReferences = [
      ...(adopted.metadata?.ownerReferences ?? []),
      controllerReference(statefulSets, set),
    ];
    adopted.metadata = { ...adopted.metadata, ownerReferences };
    return this.#client.update(controllerRevisions, adopted);
  }

  #takeStep(set: IStatefulSet, step: ReturnType<typeof updateRevisionStep>): IControllerRevision {
    switch (step.kind) {
      case "use":
        return step.revision;
      case "renumber":
        return this.#client.update(controllerRevisions, {
          ...structuredClone(step.revision),
          revision: step.number,
        });
      case "create":
        return this.#createRevision(set, step.revision);
    }
  }

  #createRevision(set: IStatefulSet, revision: IControllerRevision): IControllerRevision {
    try {
      return this.#client.create(controllerRevisions, revision);
    } catch (error) {
      const { namespace, name = "" } = revision.metadata ?? {};
      const existing = isAlreadyExists(error) && this.#client.find(controllerRevisions, { namespace, name });
      if (existing && canonicalText(existing.data) === canonicalText(revision.data)) {
        return existing;
      }
      if (existing) {
        this.#raiseCollisionCount(set);
      }
      throw error;
    }
  }

  #raiseCollisionCount(set: IStatefulSet): void {
    const updated = structuredClone(set);
    const status = updated.status ?? { replicas: 0 };
    updated.status = { ...status, collisionCount: (status.collisionCount ?? 0) + 1 };
    this.#client.update(statefulSets, updated, { subresource: "status" });
  }

  #writeStatus(set: IStatefulSet, status: SetStatus): void {
    const key = { namespace: set.metadata?.namespace, name: set.metadata?.name ?? "" };
    const current = this.#client.find(statefulSets, key);
    if (!current || canonicalText(current.status) === canonicalText(status)) {
      return;
    }
    try {
      this.#client.update(statefulSets, { ...structuredClone(current), status }, { subresource: "status" });
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) {
        throw error;
      }
    }
  }

  #trimHistory(
    set: IStatefulSet,
    revisions: readonly IControllerRevision[],
    own: readonly IPod[],
    status: SetStatus,
  ): void {
    const inUse = new Set([
      status.currentRevision ?? "",
      status.updateRevision ?? "",
      ...own.map(revisionOf),
    ]);
    for (const { metadata } of expiredRevisions(set, revisions, inUse)) {
      this.#client.delete(controllerRevisions, {
        namespace: metadata?.namespace,
        name: metadata?.name ?? "",
      });
    }
  }
}
