import type { IPod } from "kubernetes-models/v1/Pod";

export type ContainerStatus = NonNullable<NonNullable<IPod["status"]>["containerStatuses"]>[number];
export type ContainerState = NonNullable<ContainerStatus["state"]>;

/** What a node knows of one container of a Pod; its status is written from this. */
export interface ContainerFacts {
  readonly name: string;
  readonly image: string;
  imageId: string;
  containerId: string;
  state: ContainerState;
  lastState: ContainerState;
  isReady: boolean;
  isStarted: boolean;
  restartCount: number;
}

export function newFacts(name: string, image: string, waitingReason: string): ContainerFacts {
  return {
    name,
    image,
    imageId: "",
    containerId: "",
    state: { waiting: { reason: waitingReason } },
    lastState: {},
    isReady: false,
    isStarted: false,
    restartCount: 0,
  };
}

/** The container's part of the Pod's status. */
export function statusOf(facts: ContainerFacts): ContainerStatus {
  return {
    ...(facts.containerId ? { containerID: facts.containerId } : {}),
    image: facts.image,
    imageID: facts.imageId,
    lastState: facts.lastState,
    name: facts.name,
    ready: facts.isReady,
    restartCount: facts.restartCount,
    started: facts.isStarted,
    state: facts.state,
  };
}

/** How the kubelet names the end of a process. */
export function terminatedState(
  facts: ContainerFacts,
  exitCode: number,
  isOutOfMemory: boolean,
  startedAt: string,
  finishedAt: string,
): ContainerState {
  const reason = isOutOfMemory ? "OOMKilled" : exitCode === 0 ? "Completed" : "Error";
  return { terminated: { containerID: facts.containerId, exitCode, reason, startedAt, finishedAt } };
}
