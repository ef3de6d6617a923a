import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import type { IReplicaSet } from "kubernetes-models/apps/v1/ReplicaSet";
import { isFailed, isSucceeded } from "../kit/podConditions.ts";
import { canonicalText } from "../kit/templateHash.ts";
import {
  annotationsOf,
  desiredReplicasOf,
  newSetAnnotations,
  revisionAnnotation,
  revisionOf,
  withReplicas,
} from "./annotations.ts";
import { findCondition, newCondition, setCondition } from "./conditions.ts";
import {
  availableReplicas,
  hasProgressDeadline,
  historyLimit,
  isRollingUpdate,
  maxSurge,
  maxUnavailable,
  newSetReplicas,
  proportionOf,
  replicasOf,
  totalReplicas,
} from "./limits.ts";
import { byCreation, byRevision, findNewSet, makeNewSet } from "./replicaSets.ts";
import { computeStatus, deadlineInMs, isComplete, withProgress } from "./status.ts";
import type { Condition, Decision, DeploymentStatus, ObservedDeployment, Step } from "./types.ts";

/** What a Deployment needs done, after the rules of pkg/controller/deployment: decides, changes nothing. */
export function decide(observed: ObservedDeployment): Decision {
  return new Sync(observed).decide();
}

/** One sync: the ReplicaSets as they will be, and the steps that lead there. */
class Sync {
  readonly #observed: ObservedDeployment;
  readonly #deployment: IDeployment;
  readonly #steps: Step[] = [];
  #conditions: Condition[];
  #newSet: IReplicaSet | undefined;
  /** Oldest first. */
  #oldSets: IReplicaSet[];

  constructor(observed: ObservedDeployment) {
    this.#observed = observed;
    this.#deployment = observed.deployment;
    this.#conditions = [...(observed.deployment.status?.conditions ?? [])];
    this.#newSet = findNewSet(observed.deployment, observed.replicaSets);
    this.#oldSets = observed.replicaSets.filter((set) => set !== this.#newSet).sort(byCreation);
  }

  decide(): Decision {
    const isGoing = this.#deployment.metadata?.deletionTimestamp !== undefined;
    const isPaused = this.#deployment.spec?.paused === true;
    if (!isGoing) {
      this.#notePause(isPaused);
    }
    this.#takeUpNewSet();
    if (isGoing) {
      return this.#decision(this.#plainStatus());
    }
    if (isPaused || this.#wasScaled()) {
      this.#scale();
      if (isPaused) {
        this.#trimHistory();
      }
      return this.#decision(this.#plainStatus());
    }
    if (isRollingUpdate(this.#deployment)) {
      this.#rollingUpdate();
    } else {
      this.#recreate();
    }
    const status = this.#plainStatus();
    return this.#decision(
      withProgress(this.#deployment, this.#sets(), this.#conditions, status, this.#observed.now),
    );
  }

  #decision(status: DeploymentStatus): Decision {
    const revision = this.#newSet && annotationsOf(this.#newSet)[revisionAnnotation];
    const isNew = revision !== annotationsOf(this.#deployment)[revisionAnnotation];
    return {
      steps: this.#steps,
      status,
      revision: isNew ? revision : undefined,
      recheckInMs: this.#deployment.spec?.paused
        ? undefined
        : deadlineInMs(this.#deployment, status, this.#observed.now),
    };
  }

  #sets() {
    return { newSet: this.#newSet, oldSets: this.#oldSets };
  }

  #allSets(): IReplicaSet[] {
    return this.#newSet ? [...this.#oldSets, this.#newSet] : [...this.#oldSets];
  }

  #plainStatus(): DeploymentStatus {
    return computeStatus(this.#deployment, this.#sets(), this.#conditions, this.#observed.now);
  }

  #note(status: "True" | "Unknown", reason: string, message: string): void {
    const condition = newCondition("Progressing", status, reason, message, this.#observed.now);
    this.#conditions = setCondition(this.#conditions, condition);
  }

  /** Time does not run while a rollout is paused, nor against it when it is resumed. */
  #notePause(isPaused: boolean): void {
    const reason = findCondition(this.#conditions, "Progressing")?.reason;
    if (!hasProgressDeadline(this.#deployment) || reason === "ProgressDeadlineExceeded") {
      return;
    }
    if (isPaused && reason !== "DeploymentPaused") {
      this.#note("Unknown", "DeploymentPaused", "Deployment is paused");
    } else if (!isPaused && reason === "DeploymentPaused") {
      this.#note("Unknown", "DeploymentResumed", "Deployment is resumed");
    }
  }

  #newRevision(): number {
    return Math.max(0, ...this.#oldSets.map(revisionOf)) + 1;
  }

  /** The set that has the template already gets the newest revision and the Deployment's annotations. */
  #takeUpNewSet(): void {
    const set = this.#newSet;
    if (!set) {
      return;
    }
    const annotations = newSetAnnotations(this.#deployment, annotationsOf(set), this.#newRevision());
    const minReadySeconds = this.#deployment.spec?.minReadySeconds ?? 0;
    const isWaitChanged = minReadySeconds !== (set.spec?.minReadySeconds ?? 0);
    if (isWaitChanged || canonicalText(annotations) !== canonicalText(annotationsOf(set))) {
      const updated = structuredClone(set);
      updated.metadata = { ...updated.metadata, annotations };
      if (updated.spec && isWaitChanged) {
        updated.spec.minReadySeconds = minReadySeconds;
      }
      this.#replace(set, updated);
      this.#steps.push({ kind: "update", set: updated });
    }
    if (hasProgressDeadline(this.#deployment) && !findCondition(this.#conditions, "Progressing")) {
      this.#note("True", "FoundNewReplicaSet", `Found new replica set "${set.metadata?.name}"`);
    }
  }

  #createNewSet(): IReplicaSet {
    const set = makeNewSet(this.#deployment, this.#oldSets, this.#newRevision());
    this.#newSet = set;
    this.#steps.push({ kind: "create", set });
    if (hasProgressDeadline(this.#deployment)) {
      this.#note("True", "NewReplicaSetCreated", `Created new replica set "${set.metadata?.name}"`);
    }
    return set;
  }

  #replace(set: IReplicaSet, updated: IReplicaSet): void {
    if (this.#newSet === set) {
      this.#newSet = updated;
    }
    this.#oldSets = this.#oldSets.map((each) => (each === set ? updated : each));
  }

  /** Returns whether the set's size changes. `isForced`: its annotations are brought up to date either way. */
  #scaleSet(set: IReplicaSet, replicas: number, isForced = false): boolean {
    const from = replicasOf(set);
    if (from === replicas && !isForced) {
      return false;
    }
    const desired = replicasOf(this.#deployment);
    const annotations = withReplicas(annotationsOf(set), desired, desired + maxSurge(this.#deployment));
    if (from === replicas && canonicalText(annotations) === canonicalText(annotationsOf(set))) {
      return false;
    }
    const updated = structuredClone(set);
    updated.metadata = { ...updated.metadata, annotations };
    updated.spec = { ...(updated.spec ?? { selector: {} }), replicas };
    this.#replace(set, updated);
    this.#steps.push({ kind: "update", set: updated, ...(from === replicas ? {} : { from }) });
    return from !== replicas;
  }

  /** Someone changed the number of replicas since the sets were last scaled. */
  #wasScaled(): boolean {
    return this.#allSets().some((set) => {
      const desired = desiredReplicasOf(set);
      return replicasOf(set) > 0 && desired !== undefined && desired !== replicasOf(this.#deployment);
    });
  }

  #scale(): void {
    const single = this.#onlyActiveOrNewest();
    if (single) {
      this.#scaleSet(single, replicasOf(this.#deployment));
    } else if (this.#isSaturated()) {
      for (const set of this.#oldSets) {
        this.#scaleSet(set, 0);
      }
    } else if (isRollingUpdate(this.#deployment)) {
      this.#scaleProportionally();
    }
  }

  #onlyActiveOrNewest(): IReplicaSet | undefined {
    const active = this.#allSets().filter((set) => replicasOf(set) > 0);
    if (active.length === 0) {
      return this.#newSet ?? this.#oldSets.at(-1);
    }
    return active.length === 1 ? active[0] : undefined;
  }

  /** The new set has all replicas, and all are available. */
  #isSaturated(): boolean {
    const replicas = replicasOf(this.#deployment);
    const set = this.#newSet;
    return (
      set !== undefined &&
      replicasOf(set) === replicas &&
      desiredReplicasOf(set) === replicas &&
      (set.status?.availableReplicas ?? 0) === replicas
    );
  }

  /** Amid a rollout each set gets its share, so that scaling neither hastens the rollout nor turns it back. */
  #scaleProportionally(): void {
    const replicas = replicasOf(this.#deployment);
    const active = this.#allSets().filter((set) => replicasOf(set) > 0);
    const allowed = replicas > 0 ? replicas + maxSurge(this.#deployment) : 0;
    const toAdd = allowed - totalReplicas(active);
    const newerFirst = toAdd > 0 ? -1 : 1;
    active.sort((a, b) => replicasOf(b) - replicasOf(a) || newerFirst * byCreation(a, b));
    let added = 0;
    const sizes = active.map((set) => {
      const proportion = toAdd === 0 ? 0 : proportionOf(set, this.#deployment, toAdd, added);
      added += proportion;
      return replicasOf(set) + proportion;
    });
    active.forEach((set, index) => {
      const leftOver = index === 0 ? toAdd - added : 0;
      this.#scaleSet(set, Math.max(0, (sizes[index] ?? 0) + leftOver), true);
    });
  }

  #rollingUpdate(): void {
    const newSet = this.#newSet ?? this.#createNewSet();
    if (!this.#growNewSet(newSet) && !this.#shrinkOldSets() && this.#wasComplete()) {
      this.#trimHistory();
    }
  }

  #wasComplete(): boolean {
    return isComplete(this.#deployment, this.#deployment.status ?? {});
  }

  #growNewSet(newSet: IReplicaSet): boolean {
    const replicas = replicasOf(this.#deployment);
    const current = replicasOf(newSet);
    const wanted = current > replicas ? replicas : newSetReplicas(this.#deployment, this.#allSets(), current);
    return this.#scaleSet(newSet, wanted);
  }

  /** Old Pods go as far as enough available ones are left: first those that are of no use. */
  #shrinkOldSets(): boolean {
    const newSet = this.#newSet;
    const active = this.#oldSets.filter((set) => replicasOf(set) > 0);
    if (!newSet || active.length === 0) {
      return false;
    }
    const minAvailable = replicasOf(this.#deployment) - maxUnavailable(this.#deployment);
    const newUnavailable = replicasOf(newSet) - (newSet.status?.availableReplicas ?? 0);
    const most = totalReplicas([...active, newSet]) - minAvailable - newUnavailable;
    if (most <= 0) {
      return false;
    }
    const unhealthy = this.#shrink(most, (set) => replicasOf(set) - (set.status?.availableReplicas ?? 0));
    const spare = availableReplicas(this.#allSets()) - minAvailable;
    const healthy = spare > 0 ? this.#shrink(spare, replicasOf) : 0;
    return unhealthy + healthy > 0;
  }

  /** Takes up to `most` replicas from the old sets, the oldest first, from each no more than `removable`. Returns how many. */
  #shrink(most: number, removable: (set: IReplicaSet) => number): number {
    let removed = 0;
    for (const set of this.#oldSets) {
      const count = Math.max(0, Math.min(most - removed, removable(set), replicasOf(set)));
      if (count > 0) {
        this.#scaleSet(set, replicasOf(set) - count);
        removed += count;
      }
    }
    return removed;
  }

  #recreate(): void {
    let isShrinking = false;
    for (const set of this.#oldSets) {
      isShrinking = this.#scaleSet(set, 0) || isShrinking;
    }
    if (isShrinking || this.#oldPodsRun()) {
      return;
    }
    const newSet = this.#newSet ?? this.#createNewSet();
    this.#scaleSet(newSet, replicasOf(this.#deployment));
    if (this.#wasComplete()) {
      this.#trimHistory();
    }
  }

  #oldPodsRun(): boolean {
    return this.#oldSets.some(
      (set) =>
        (set.status?.replicas ?? 0) > 0 ||
        this.#observed.podsOf(set).some((pod) => !isFailed(pod) && !isSucceeded(pod)),
    );
  }

  /** Old sets beyond the history's limit go, once they have no Pods. */
  #trimHistory(): void {
    const limit = historyLimit(this.#deployment);
    if (limit === undefined) {
      return;
    }
    const living = this.#oldSets.filter(({ metadata }) => !metadata?.deletionTimestamp).sort(byRevision);
    for (const set of living.slice(0, Math.max(0, living.length - limit))) {
      const isObserved = (set.metadata?.generation ?? 0) <= (set.status?.observedGeneration ?? 0);
      if (replicasOf(set) === 0 && (set.status?.replicas ?? 0) === 0 && isObserved) {
        this.#steps.push({ kind: "delete", set });
      }
    }
  }
}
