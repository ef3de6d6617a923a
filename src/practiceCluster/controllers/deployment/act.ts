import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import type { IReplicaSet } from "kubernetes-models/apps/v1/ReplicaSet";
import type { Clock } from "../../../common/clock.ts";
import type { ApiClient } from "../../api/apiClient.ts";
import { isAlreadyExists, isNotFound } from "../../api/apiError.ts";
import { deployments, replicaSets } from "../../api/resources.ts";
import type { EventRecorder, EventType } from "../kit/eventRecorder.ts";
import { isControlledBy } from "../kit/keys.ts";
import { isNamespaceGoing, messageOf } from "../kit/podControl.ts";
import { newCondition, setCondition } from "./conditions.ts";
import { hasProgressDeadline, replicasOf } from "./limits.ts";
import { isSameTemplate } from "./replicaSets.ts";
import type { DeploymentStatus, Step } from "./types.ts";

/** Does what was decided, through the API, and tells of it in Events. */
export class DeploymentActor {
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #events: EventRecorder;

  constructor(client: ApiClient, clock: Clock, events: EventRecorder) {
    this.#client = client;
    this.#clock = clock;
    this.#events = events;
  }

  /** Throws what the API refuses; the sync is then retried. */
  perform(deployment: IDeployment, step: Step): void {
    switch (step.kind) {
      case "create":
        this.#create(deployment, step.set);
        return;
      case "update":
        this.#update(deployment, step.set, step.from);
        return;
      case "delete":
        this.#delete(step.set);
        return;
    }
  }

  #create(deployment: IDeployment, set: IReplicaSet): void {
    const name = set.metadata?.name ?? "";
    try {
      this.#client.create(replicaSets, set);
    } catch (error) {
      if (isAlreadyExists(error)) {
        this.#resolveCollision(deployment, set, error);
      } else {
        this.#reportFailure(deployment, name, error);
      }
      return;
    }
    if (replicasOf(set) > 0) {
      const message = `Scaled up replica set ${name} from 0 to ${replicasOf(set)}`;
      this.#record(deployment, "Normal", "ScalingReplicaSet", message);
    }
  }

  /** The name is taken: by the same set, which is well, or by another template, so that the next hash has to differ. */
  #resolveCollision(deployment: IDeployment, set: IReplicaSet, error: unknown): void {
    const { namespace, name = "" } = set.metadata ?? {};
    const existing = this.#client.find(replicaSets, { namespace, name });
    const isOurs =
      existing &&
      isControlledBy(existing, deployment) &&
      isSameTemplate(existing.spec?.template, deployment.spec?.template);
    if (!isOurs) {
      this.#changeStatus(deployment, (status) => ({
        ...status,
        collisionCount: (status.collisionCount ?? 0) + 1,
      }));
      throw error;
    }
  }

  #reportFailure(deployment: IDeployment, name: string, error: unknown): never {
    if (!isNamespaceGoing(error)) {
      const message = `Failed to create new replica set "${name}": ${messageOf(error)}`;
      const now = this.#clock.now();
      if (hasProgressDeadline(deployment)) {
        const condition = newCondition("Progressing", "False", "ReplicaSetCreateError", message, now);
        this.#changeStatus(deployment, (status) => ({
          ...status,
          conditions: setCondition(status.conditions ?? [], condition),
        }));
      }
      this.#record(deployment, "Warning", "ReplicaSetCreateError", message);
    }
    throw error;
  }

  #update(deployment: IDeployment, set: IReplicaSet, from: number | undefined): void {
    // an earlier step of this sync may have changed the set
    const { resourceVersion: _version, ...metadata } = set.metadata ?? {};
    this.#client.update(replicaSets, { ...set, metadata });
    if (from !== undefined) {
      const direction = from < replicasOf(set) ? "up" : "down";
      const message = `Scaled ${direction} replica set ${set.metadata?.name} from ${from} to ${replicasOf(set)}`;
      this.#record(deployment, "Normal", "ScalingReplicaSet", message);
    }
  }

  #delete(set: IReplicaSet): void {
    const { namespace, name = "" } = set.metadata ?? {};
    try {
      this.#client.delete(replicaSets, { namespace, name });
    } catch (error) {
      if (!isNotFound(error)) {
        throw error;
      }
    }
  }

  #changeStatus(deployment: IDeployment, change: (status: DeploymentStatus) => DeploymentStatus): void {
    const { namespace, name = "" } = deployment.metadata ?? {};
    const current = this.#client.find(deployments, { namespace, name });
    if (current) {
      const updated = { ...structuredClone(current), status: change(current.status ?? {}) };
      this.#client.update(deployments, updated, { subresource: "status" });
    }
  }

  #record(object: IDeployment, type: EventType, reason: string, message: string): void {
    this.#events.record({ apiVersion: "apps/v1", kind: "Deployment", object }, type, reason, message);
  }
}
