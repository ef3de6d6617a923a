import type { IStatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import type { IPod } from "kubernetes-models/v1/Pod";
import {
  availableInMs,
  isCreated,
  isFailed,
  isPending,
  isReady,
  isRunningAndAvailable,
  isRunningAndReady,
  isSucceeded,
  isTerminating,
} from "../kit/podConditions.ts";
import { isStale, ownersMatch } from "./claimOwners.ts";
import {
  claimsOf,
  identityMatches,
  isInRange,
  newPod,
  ordinalOf,
  replicasOf,
  revisionOf,
  startOrdinalOf,
  storageMatches,
} from "./identity.ts";
import { applyRevision } from "./revisions.ts";
import { computeStatus } from "./status.ts";
import type { Action, Decision, ObservedSet } from "./types.ts";

/**
 * What the controller does next for a set, from what was observed alone (updateStatefulSet of
 * pkg/controller/statefulset): replicas ascending, then condemned Pods descending, then updates descending.
 * OrderedReady stops at the first thing that has to be waited for; Parallel does not wait.
 */
export function decide(observed: ObservedSet): Decision {
  const plan = new Plan(observed);
  if (!observed.set.metadata?.deletionTimestamp) {
    plan.make();
  }
  return {
    actions: plan.phases.flat(2),
    phases: plan.phases,
    status: computeStatus(observed, plan.updateDeletions),
    recheckInMs: nextAvailability(observed),
  };
}

class Plan {
  readonly phases: Action[][][] = [];
  /** Pods deleted for an update do not count as current any more. */
  updateDeletions = 0;
  readonly #observed: ObservedSet;
  readonly #set: IStatefulSet;
  readonly #updateSet: IStatefulSet;
  readonly #isMonotonic: boolean;
  readonly #minReadySeconds: number;
  readonly #replicas: readonly IPod[];
  /** Descending. */
  readonly #condemned: readonly IPod[];

  constructor(observed: ObservedSet) {
    const { set, updateRevision } = observed;
    this.#observed = observed;
    this.#set = set;
    this.#updateSet = applyRevision(set, updateRevision);
    this.#isMonotonic = set.spec?.podManagementPolicy !== "Parallel";
    this.#minReadySeconds = set.spec?.minReadySeconds ?? 0;
    this.#replicas = this.#wantedReplicas();
    this.#condemned = observed.pods
      .filter((pod) => ordinalOf(set, pod) >= 0 && !isInRange(set, ordinalOf(set, pod)))
      .sort((a, b) => ordinalOf(set, b) - ordinalOf(set, a));
  }

  make(): void {
    const isHeld =
      this.#forAll(this.#replicas, (pod) => this.#processReplica(pod)) ||
      this.#forAll(this.#condemned, (pod) => this.#matchOwners(pod)) ||
      this.#forAll(this.#condemned, (pod) => this.#processCondemned(pod));
    if (!isHeld && this.#set.spec?.updateStrategy?.type !== "OnDelete") {
      this.#update();
    }
  }

  /** Existing Pods in their places, and new ones where there is none. */
  #wantedReplicas(): IPod[] {
    const existing = new Map(this.#observed.pods.map((pod) => [ordinalOf(this.#set, pod), pod]));
    const start = startOrdinalOf(this.#set);
    return Array.from({ length: replicasOf(this.#set) }, (_, index) => {
      return existing.get(start + index) ?? this.#newReplica(start + index);
    });
  }

  /** A Pod below the partition is made anew at the current revision, one above it at the update revision. */
  #newReplica(ordinal: number): IPod {
    const { currentRevision, updateRevision } = this.#observed;
    const { type, rollingUpdate } = this.#set.spec?.updateStrategy ?? {};
    const partition = rollingUpdate?.partition;
    const isBelow =
      type === "RollingUpdate" && partition === undefined
        ? ordinal < startOrdinalOf(this.#set) + (this.#set.status?.currentReplicas ?? 0)
        : partition !== undefined && ordinal < startOrdinalOf(this.#set) + partition;
    const revision = isBelow ? currentRevision : updateRevision;
    return newPod(applyRevision(this.#set, revision), ordinal, revision.metadata?.name ?? "");
  }

  /** Runs over all Pods; with OrderedReady until one holds the rest back. Returns whether something does. */
  #forAll(pods: readonly IPod[], process: (pod: IPod) => boolean): boolean {
    const phase: Action[][] = [];
    this.phases.push(phase);
    for (const pod of pods) {
      phase.push([]);
      if (process(pod) && this.#isMonotonic) {
        return true;
      }
    }
    return false;
  }

  /** For the Pod that is looked at. */
  #act(action: Action): void {
    this.phases.at(-1)?.at(-1)?.push(action);
  }

  /** Returns true when the Pods after this one have to wait. */
  #processReplica(pod: IPod): boolean {
    if (isFailed(pod) || isSucceeded(pod)) {
      if (!isTerminating(pod)) {
        this.#act({ kind: "deletePod", pod, because: "ended" });
      }
      return true;
    }
    if (!isCreated(pod)) {
      if (this.#hasStaleClaim(pod)) {
        return true;
      }
      this.#act({ kind: "createPod", pod });
      return true;
    }
    if (isPending(pod)) {
      this.#createMissingClaims(pod);
    }
    if (this.#isMonotonic && !this.#isSettled(pod)) {
      return true;
    }
    this.#repair(pod);
    return false;
  }

  /** What OrderedReady waits for before it goes on to the next ordinal. */
  #isSettled(pod: IPod): boolean {
    return (
      !isTerminating(pod) &&
      isRunningAndReady(pod) &&
      isRunningAndAvailable(pod, this.#minReadySeconds, this.#observed.now)
    );
  }

  #hasStaleClaim(pod: IPod): boolean {
    return claimsOf(this.#set, pod).some((wanted) => {
      const claim = this.#observed.findClaim(wanted.metadata?.name ?? "");
      return claim !== undefined && isStale(this.#set, pod, claim);
    });
  }

  #createMissingClaims(pod: IPod): void {
    const isMissing = claimsOf(this.#set, pod).some(
      ({ metadata }) => !this.#observed.findClaim(metadata?.name ?? ""),
    );
    if (isMissing) {
      this.#act({ kind: "createMissingClaims", pod });
    }
  }

  #repair(pod: IPod): void {
    if (!identityMatches(this.#set, pod) || !storageMatches(this.#set, pod) || this.#hasOtherOwners(pod)) {
      this.#act({ kind: "updatePod", pod });
    }
  }

  /** Whether a claim's owners are not what the retention policy asks for. */
  #hasOtherOwners(pod: IPod): boolean {
    return claimsOf(this.#updateSet, pod).some(({ metadata }) => {
      const claim = this.#observed.findClaim(metadata?.name ?? "");
      return claim !== undefined && !ownersMatch(this.#updateSet, pod, claim);
    });
  }

  #matchOwners(pod: IPod): boolean {
    if (this.#hasOtherOwners(pod)) {
      this.#act({ kind: "matchClaimOwners", pod });
    }
    return false;
  }

  #processCondemned(pod: IPod): boolean {
    if (isTerminating(pod)) {
      return true;
    }
    const isHealthy = isRunningAndAvailable(pod, this.#minReadySeconds, this.#observed.now);
    if (this.#isMonotonic && !isHealthy && pod !== this.#firstUnavailable()) {
      return true;
    }
    this.#act({ kind: "deletePod", pod, because: "condemned" });
    return true;
  }

  /** The lowest replica that is not available, else the lowest condemned one. */
  #firstUnavailable(): IPod | undefined {
    const ascending = [...this.#replicas, ...[...this.#condemned].reverse()];
    return ascending.find((pod) => this.#isUnavailable(pod));
  }

  #isUnavailable(pod: IPod): boolean {
    return !isRunningAndAvailable(pod, this.#minReadySeconds, this.#observed.now) || isTerminating(pod);
  }

  /** From the highest replica down to the partition: the first of another revision goes, an unavailable one is waited for. */
  #update(): void {
    const partition = this.#set.spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
    const updateRevision = this.#observed.updateRevision.metadata?.name ?? "";
    for (let index = this.#replicas.length - 1; index >= partition; index--) {
      const pod = this.#replicas[index];
      if (!pod) {
        return;
      }
      if (revisionOf(pod) !== updateRevision && !isTerminating(pod)) {
        if (isCreated(pod)) {
          this.phases.push([[]]);
          this.#act({ kind: "deletePod", pod, because: "oldRevision" });
          this.updateDeletions += 1;
        }
        return;
      }
      if (this.#isUnavailable(pod)) {
        return;
      }
    }
  }
}

/** The soonest moment at which a Ready Pod will have been Ready for minReadySeconds. */
function nextAvailability({ set, pods, now }: ObservedSet): number | undefined {
  const minReadySeconds = set.spec?.minReadySeconds ?? 0;
  const waits = pods
    .filter(isReady)
    .map((pod) => availableInMs(pod, minReadySeconds, now) ?? 0)
    .filter((wait) => wait > 0);
  return waits.length > 0 ? Math.min(...waits) : undefined;
}
