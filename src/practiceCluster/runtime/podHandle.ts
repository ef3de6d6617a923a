import type { Duplex } from "node:stream";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { Clock } from "../../common/clock.ts";
import type { ApiClient } from "../api/apiClient.ts";
import type { EventRecorder, EventType } from "../controllers/kit/eventRecorder.ts";
import type { ContainerRuntime } from "./container.ts";
import type { MountOptions } from "./mounts.ts";
import type { ContainerKind } from "./restartRules.ts";

/** What a node gives to its Pods. */
export interface NodeSurroundings {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly events: EventRecorder;
  readonly runtime: ContainerRuntime;
  readonly mounts: MountOptions;
  readonly hostAddress: string;
  readonly takeAddress: (pod: IPod) => string;
  readonly releaseAddress: (address: string) => void;
  readonly connect: (address: string, port: number) => Promise<Duplex>;
}

/** What a container asks of the Pod that it is in. */
export interface PodHandle {
  readonly node: NodeSurroundings;
  /** The Pod as it is now. */
  readonly pod: IPod;
  readonly address: string;
  /** The container's state changed: the status is written, and others may start. */
  changed(): void;
  record(kind: ContainerKind, container: string, type: EventType, reason: string, message: string): void;
}

/** The time as the API writes it. */
export function timeText(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** Records an event about a container of the Pod, or about the Pod itself. */
export function recordPodEvent(
  { events }: NodeSurroundings,
  pod: IPod,
  fieldPath: string | undefined,
  event: { readonly type: EventType; readonly reason: string; readonly message: string },
): void {
  const subject = { apiVersion: "v1", kind: "Pod", object: pod, ...(fieldPath ? { fieldPath } : {}) };
  events.record(subject, event.type, event.reason, event.message);
}
