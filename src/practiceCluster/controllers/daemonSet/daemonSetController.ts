import type { IControllerRevision } from "kubernetes-models/apps/v1/ControllerRevision";
import type { IDaemonSet } from "kubernetes-models/apps/v1/DaemonSet";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { Clock } from "../../../common/clock.ts";
import { type Disposable, DisposableList } from "../../../common/disposable.ts";
import type { ApiClient } from "../../api/apiClient.ts";
import { isAlreadyExists } from "../../api/apiError.ts";
import { controllerRevisions, daemonSets, nodes, pods } from "../../api/resources.ts";
import { claimObjects } from "../kit/claim.ts";
import { EventRecorder } from "../kit/eventRecorder.ts";
import { KeyedQueue } from "../kit/keyedQueue.ts";
import { controllerOf, keyOf, parseKey } from "../kit/keys.ts";
import { isFailed, isSucceeded, isTerminating, nextAvailabilityInMs } from "../kit/podConditions.ts";
import { isNamespaceGoing, PodControl, podFromTemplate } from "../kit/podControl.ts";
import { PodOwners } from "../kit/podOwners.ts";
import { selectorMatches } from "../kit/selectors.ts";
import { writeStatus } from "../kit/writeStatus.ts";
import { decide } from "./decide.ts";
import { FailureBackoff } from "./failureBackoff.ts";
import { expiredRevisions, isRevisionOf, newRevision, readHistory } from "./history.ts";
import { hashLabel, templateFor } from "./nodes.ts";
import { computeStatus } from "./status.ts";
import type { DaemonSetPlan, EndedPod, ObservedDaemonSet } from "./types.ts";

/** Keeps a Pod of each DaemonSet on each node that it fits (pkg/controller/daemon). */
export class DaemonSetController implements Disposable {
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #events: EventRecorder;
  readonly #queue: KeyedQueue;
  readonly #podControl: PodControl;
  readonly #owners = new PodOwners("DaemonSet");
  readonly #failures = new FailureBackoff();
  readonly #parts = new DisposableList();

  constructor(client: ApiClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
    this.#events = new EventRecorder(client, clock, "daemonset-controller");
    this.#podControl = new PodControl(client, this.#events);
    this.#queue = this.#parts.add(new KeyedQueue(clock, (key) => this.#sync(key)));
    this.#parts.add(client.watch(daemonSets, ({ object }) => this.#queue.add(keyOf(object))));
    this.#parts.add(client.watch(nodes, () => this.#offer(() => true)));
    this.#parts.add(client.watch(pods, ({ type, object }) => this.#podChanged(type, object)));
  }

  dispose(): void {
    this.#parts.dispose();
  }

  #podChanged(type: "ADDED" | "MODIFIED" | "DELETED", pod: IPod): void {
    for (const key of this.#owners.concernedBy(type, pod)) {
      this.#queue.add(key);
    }
    if (type !== "DELETED" && !controllerOf(pod)) {
      this.#offer((set) => fits(set, pod));
    }
  }

  #offer(concerns: (set: IDaemonSet) => boolean): void {
    for (const set of this.#client.list(daemonSets).filter(concerns)) {
      this.#queue.add(keyOf(set));
    }
  }

  #sync(key: string): void {
    const set = this.#client.find(daemonSets, parseKey(key));
    if (!set || set.metadata?.deletionTimestamp) {
      return;
    }
    const { current, old } = this.#history(set);
    const own = this.#ownPods(set);
    const observed = this.#observe(set, own, current.metadata?.labels?.[hashLabel] ?? "");
    const plan = decide(observed);
    try {
      this.#perform(observed, plan);
      this.#trimHistory(set, old, own);
    } finally {
      writeStatus(this.#client, daemonSets, set, computeStatus(observed));
    }
    const waits = [
      plan.recheckInMs,
      nextAvailabilityInMs(observed.pods, set.spec?.minReadySeconds ?? 0, observed.now),
    ].filter((wait) => wait !== undefined);
    if (waits.length > 0) {
      this.#queue.addAfter(key, Math.min(...waits));
    }
  }

  #observe(set: IDaemonSet, own: readonly IPod[], hash: string): ObservedDaemonSet {
    const now = this.#clock.now();
    const hasGone = (pod: IPod) => isTerminating(pod) && (isFailed(pod) || isSucceeded(pod));
    return {
      set,
      nodes: this.#client.list(nodes),
      pods: own.filter((pod) => !hasGone(pod)),
      hash,
      failureDelayMs: (node) => this.#failures.remainingMs(failureKey(set, node), now),
      now,
    };
  }

  #ownPods(set: IDaemonSet): IPod[] {
    return claimObjects(this.#client, {
      ownerResource: daemonSets,
      owner: set,
      resource: pods,
      candidates: this.#client.list(pods, { namespace: set.metadata?.namespace }),
      fits: (pod) => fits(set, pod),
    });
  }

  #perform({ set, hash, now }: ObservedDaemonSet, { create, remove, ended }: DaemonSetPlan): void {
    for (const each of ended) {
      this.#tellOfEnd(set, each, now);
    }
    for (const node of create) {
      this.#createPod(set, node, hash);
    }
    for (const pod of remove) {
      this.#podControl.delete(daemonSets, set, pod);
    }
  }

  #createPod(set: IDaemonSet, node: string, hash: string): void {
    try {
      this.#podControl.create(
        daemonSets,
        set,
        podFromTemplate(daemonSets, set, templateFor(set, node, hash)),
      );
    } catch (error) {
      if (!isNamespaceGoing(error)) {
        throw error;
      }
    }
  }

  #tellOfEnd(object: IDaemonSet, { pod, node, hasFailed }: EndedPod, now: number): void {
    const subject = { apiVersion: "apps/v1", kind: "DaemonSet", object };
    const name = `${pod.metadata?.namespace}/${pod.metadata?.name} on node ${node}`;
    if (hasFailed) {
      this.#failures.note(failureKey(object, node), now);
      const message = `Found failed daemon pod ${name}, will try to kill it`;
      this.#events.record(subject, "Warning", "FailedDaemonPod", message);
    } else {
      const message = `Found succeeded daemon pod ${name}, will try to delete it`;
      this.#events.record(subject, "Normal", "SucceededDaemonPod", message);
    }
  }

  /** The set's history, with its template in it. */
  #history(set: IDaemonSet): { current: IControllerRevision; old: readonly IControllerRevision[] } {
    const { namespace } = set.metadata ?? {};
    const revisions = claimObjects(this.#client, {
      ownerResource: daemonSets,
      owner: set,
      resource: controllerRevisions,
      candidates: this.#client.list(controllerRevisions, { namespace }),
      fits: (revision) => selectorMatches(set.spec?.selector, revision.metadata?.labels),
    });
    const { current, old, number } = readHistory(set, revisions);
    if (!current) {
      return { current: this.#createRevision(set, newRevision(set, number)), old };
    }
    if (current.revision < number) {
      const renumbered = { ...structuredClone(current), revision: number };
      return { current: this.#client.update(controllerRevisions, renumbered), old };
    }
    return { current, old };
  }

  /** A name that other data have raises the collision count; the sync is then tried again. */
  #createRevision(set: IDaemonSet, revision: IControllerRevision): IControllerRevision {
    try {
      return this.#client.create(controllerRevisions, revision);
    } catch (error) {
      const { namespace, name = "" } = revision.metadata ?? {};
      const existing = isAlreadyExists(error) && this.#client.find(controllerRevisions, { namespace, name });
      if (existing && isRevisionOf(set, existing)) {
        return existing;
      }
      if (existing) {
        const status = set.status ?? computeStatus(this.#observe(set, [], ""));
        const collisionCount = (status.collisionCount ?? 0) + 1;
        writeStatus(this.#client, daemonSets, set, { ...status, collisionCount });
      }
      throw error;
    }
  }

  #trimHistory(set: IDaemonSet, old: readonly IControllerRevision[], own: readonly IPod[]): void {
    const liveHashes = new Set(own.map(({ metadata }) => metadata?.labels?.[hashLabel] ?? ""));
    for (const { metadata } of expiredRevisions(set, old, liveHashes)) {
      const key = { namespace: metadata?.namespace, name: metadata?.name ?? "" };
      this.#client.delete(controllerRevisions, key);
    }
  }
}

function fits(set: IDaemonSet, pod: IPod): boolean {
  return (
    set.metadata?.namespace === pod.metadata?.namespace &&
    selectorMatches(set.spec?.selector, pod.metadata?.labels)
  );
}

function failureKey({ metadata, status }: IDaemonSet, node: string): string {
  return `${metadata?.uid}/${status?.observedGeneration ?? 0}/${node}`;
}
