import type { IStatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import type { IPersistentVolumeClaim } from "kubernetes-models/v1/PersistentVolumeClaim";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { ApiClient } from "../../api/apiClient.ts";
import { isAlreadyExists, isNotFound } from "../../api/apiError.ts";
import { persistentVolumeClaims, pods } from "../../api/resources.ts";
import type { EventRecorder } from "../kit/eventRecorder.ts";
import { wantedOwners } from "./claimOwners.ts";
import { claimsOf, withIdentity } from "./identity.ts";
import type { Action } from "./types.ts";

/** Does what was decided, through the API, and tells of it in Events (stateful_pod_control.go). */
export class SetActor {
  readonly #client: ApiClient;
  readonly #events: EventRecorder;

  constructor(client: ApiClient, events: EventRecorder) {
    this.#client = client;
    this.#events = events;
  }

  /** Throws what the API refuses; the sync is then retried. */
  perform(set: IStatefulSet, action: Action): void {
    switch (action.kind) {
      case "createPod":
        this.#createPodWithClaims(set, action.pod);
        return;
      case "createMissingClaims":
        this.#createClaims(set, action.pod);
        return;
      case "updatePod":
        this.#createClaims(set, action.pod);
        this.#matchOwners(set, action.pod);
        this.#update(set, action.pod);
        return;
      case "matchClaimOwners":
        this.#matchOwners(set, action.pod);
        return;
      case "deletePod":
        this.#deletePod(set, action.pod);
        return;
    }
  }

  #createPodWithClaims(set: IStatefulSet, pod: IPod): void {
    try {
      this.#createClaims(set, pod);
    } catch (error) {
      this.#recordFailure(set, "Create", podSubject(set, pod), error);
      throw error;
    }
    this.#createPod(set, pod);
  }

  #createPod(set: IStatefulSet, pod: IPod): void {
    try {
      this.#client.create(pods, pod);
      this.#record(set, "Create", podSubject(set, pod), "successful");
      this.#matchOwners(set, pod);
    } catch (error) {
      // a Pod of that name that is somebody else's: the set waits, and says nothing
      if (!isAlreadyExists(error)) {
        this.#recordFailure(set, "Create", podSubject(set, pod), error);
      }
      throw error;
    }
  }

  /** Tries every claim, and then throws what was wrong with any of them. */
  #createClaims(set: IStatefulSet, pod: IPod): void {
    const problems: string[] = [];
    for (const claim of claimsOf(set, pod)) {
      const found = this.#findClaim(claim);
      if (found?.metadata?.deletionTimestamp) {
        problems.push(`pvc ${claim.metadata?.name} is being deleted`);
      } else if (!found) {
        problems.push(...this.#createClaim(set, pod, claim));
      }
    }
    if (problems.length > 0) {
      throw new Error(problems.length === 1 ? problems[0] : `[${problems.join(", ")}]`);
    }
  }

  /** Returns what was wrong. */
  #createClaim(set: IStatefulSet, pod: IPod, claim: IPersistentVolumeClaim): string[] {
    const name = claim.metadata?.name;
    try {
      this.#client.create(persistentVolumeClaims, claim);
    } catch (error) {
      if (!isAlreadyExists(error)) {
        this.#recordFailure(set, "Create", `Claim ${name} for ${podSubject(set, pod)}`, error);
      }
      return [`failed to create PVC ${name}: ${error instanceof Error ? error.message : error}`];
    }
    this.#record(set, "Create", `Claim ${name} ${podSubject(set, pod)}`, "success");
    return [];
  }

  /** Writes the Pod even where only its claims were not as they should be, and says so, as UpdateStatefulPod does. */
  #update(set: IStatefulSet, pod: IPod): void {
    const subject = `Pod ${pod.metadata?.name} in StatefulSet ${set.metadata?.name}`;
    try {
      this.#client.update(pods, withIdentity(set, pod));
      this.#record(set, "Update", subject, "successful");
    } catch (error) {
      this.#recordFailure(set, "Update", subject, error);
      throw error;
    }
  }

  #matchOwners(set: IStatefulSet, pod: IPod): void {
    const created = this.#client.find(pods, {
      namespace: pod.metadata?.namespace,
      name: pod.metadata?.name ?? "",
    });
    for (const wanted of claimsOf(set, pod)) {
      const claim = this.#findClaim(wanted);
      const ownerReferences = claim && wantedOwners(set, created ?? pod, claim);
      if (claim && !sameOwners(claim, ownerReferences ?? [])) {
        const updated = structuredClone(claim);
        updated.metadata = { ...updated.metadata, ownerReferences: ownerReferences ?? [] };
        this.#client.update(persistentVolumeClaims, updated);
      }
    }
  }

  #deletePod(set: IStatefulSet, pod: IPod): void {
    const { namespace, name = "", uid = "" } = pod.metadata ?? {};
    const subject = podSubject(set, pod);
    try {
      this.#client.delete(pods, { namespace, name }, { preconditions: { uid } });
      this.#record(set, "Delete", subject, "successful");
    } catch (error) {
      if (!isNotFound(error)) {
        this.#recordFailure(set, "Delete", subject, error);
        throw error;
      }
    }
  }

  #findClaim(claim: IPersistentVolumeClaim): IPersistentVolumeClaim | undefined {
    const { namespace, name = "" } = claim.metadata ?? {};
    return this.#client.find(persistentVolumeClaims, { namespace, name });
  }

  #record(set: IStatefulSet, verb: "Create" | "Delete" | "Update", subject: string, ending: string): void {
    this.#events.record(subjectOf(set), "Normal", `Successful${verb}`, `${verb} ${subject} ${ending}`);
  }

  #recordFailure(
    set: IStatefulSet,
    verb: "Create" | "Delete" | "Update",
    subject: string,
    error: unknown,
  ): void {
    const detail = error instanceof Error ? error.message : String(error);
    const message = `${verb} ${subject} failed error: ${detail}`;
    this.#events.record(subjectOf(set), "Warning", `Failed${verb}`, message);
  }
}

function podSubject(set: IStatefulSet, pod: IPod): string {
  return `Pod ${pod.metadata?.name} in StatefulSet ${set.metadata?.name}`;
}

function subjectOf(object: IStatefulSet) {
  return { apiVersion: "apps/v1", kind: "StatefulSet", object };
}

function sameOwners(claim: IPersistentVolumeClaim, wanted: readonly { uid: string }[]): boolean {
  const present = (claim.metadata?.ownerReferences ?? []).map(({ uid }) => uid).sort();
  return JSON.stringify(present) === JSON.stringify(wanted.map(({ uid }) => uid).sort());
}
