import type { IPod } from "kubernetes-models/v1/Pod";
import type { KubernetesObject } from "../../../common/kubernetes/objects.ts";
import type { ApiClient } from "../../api/apiClient.ts";
import { ApiError, isNotFound } from "../../api/apiError.ts";
import { apiVersionOf, type Resource } from "../../api/resource.ts";
import { pods } from "../../api/resources.ts";
import type { EventRecorder } from "./eventRecorder.ts";
import { controllerReference } from "./keys.ts";

/** The template of a workload's Pods. */
export interface PodTemplate {
  readonly metadata?: {
    readonly labels?: { [key: string]: string };
    readonly annotations?: { [key: string]: string };
    readonly finalizers?: readonly string[];
  };
  readonly spec?: IPod["spec"];
}

/** Makes and deletes the Pods of workloads, and tells of it in Events (RealPodControl of controller_utils.go). */
export class PodControl {
  readonly #client: ApiClient;
  readonly #events: EventRecorder;

  constructor(client: ApiClient, events: EventRecorder) {
    this.#client = client;
    this.#events = events;
  }

  /** Creates a Pod for its owner. Throws what the API refuses. */
  create(resource: Resource, owner: KubernetesObject, pod: IPod): IPod {
    try {
      const created = this.#client.create(pods, pod);
      this.#record(resource, owner, "Normal", "SuccessfulCreate", `Created pod: ${created.metadata?.name}`);
      return created;
    } catch (error) {
      if (!isNamespaceGoing(error)) {
        this.#record(resource, owner, "Warning", "FailedCreate", `Error creating: ${messageOf(error)}`);
      }
      throw error;
    }
  }

  /** Deletes a Pod; one that is gone already is left alone. Throws what the API refuses. */
  delete(resource: Resource, owner: KubernetesObject, pod: IPod): void {
    const { namespace, name = "" } = pod.metadata ?? {};
    try {
      this.#client.delete(pods, { namespace, name });
      this.#record(resource, owner, "Normal", "SuccessfulDelete", `Deleted pod: ${name}`);
    } catch (error) {
      if (isNotFound(error)) {
        return;
      }
      this.#record(resource, owner, "Warning", "FailedDelete", `Error deleting: ${messageOf(error)}`);
      throw new Error(`unable to delete pods: ${messageOf(error)}`);
    }
  }

  #record(
    resource: Resource,
    object: KubernetesObject,
    type: "Normal" | "Warning",
    reason: string,
    message: string,
  ): void {
    const subject = { apiVersion: apiVersionOf(resource), kind: resource.kind, object };
    this.#events.record(subject, type, reason, message);
  }
}

/** A Pod of the template, named after its owner and controlled by it. */
export function podFromTemplate(resource: Resource, owner: KubernetesObject, template: PodTemplate): IPod {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      generateName: `${owner.metadata?.name ?? ""}-`,
      namespace: owner.metadata?.namespace ?? "",
      labels: { ...labels },
      ...(annotations ? { annotations: { ...annotations } } : {}),
      ...(finalizers ? { finalizers: [...finalizers] } : {}),
      ownerReferences: [controllerReference(resource, owner)],
    },
    ...(template.spec ? { spec: structuredClone(template.spec) } : {}),
  };
}

/** Nothing can be made any more because the namespace is being deleted: no reason for an Event. */
export function isNamespaceGoing(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    (error.status.details?.causes?.some(({ reason }) => reason === "NamespaceTerminating") ?? false)
  );
}

/** What went wrong, for an Event or a condition. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
