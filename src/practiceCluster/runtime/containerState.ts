import type { IPod } from "kubernetes-models/v1/Pod";
import type { ContainerKind } from "./restartRules.ts";

type ContainerSpec = NonNullable<IPod["spec"]>["containers"][number];
export type ContainerStatus = NonNullable<NonNullable<IPod["status"]>["containerStatuses"]>[number];
export type ContainerState = NonNullable<ContainerStatus["state"]>;
type Resources = NonNullable<ContainerSpec["resources"]>;

/** What a node knows of one container of a Pod; its status is written from this. */
export interface ContainerFacts {
  readonly name: string;
  readonly kind: ContainerKind;
  readonly image: string;
  readonly volumeMounts: NonNullable<ContainerSpec["volumeMounts"]>;
  readonly user: NonNullable<ContainerStatus["user"]>;
  imageId: string;
  containerId: string;
  state: ContainerState;
  lastState: ContainerState;
  isReady: boolean;
  isStarted: boolean;
  restartCount: number;
  /** What it runs with, which follows a resize of the Pod. */
  resources: Resources;
}

export function newFacts(
  spec: ContainerSpec,
  kind: ContainerKind,
  pod: IPod,
  waitingReason: string,
): ContainerFacts {
  return {
    name: spec.name,
    kind,
    image: spec.image ?? "",
    volumeMounts: spec.volumeMounts ?? [],
    user: userOf(spec, pod),
    imageId: "",
    containerId: "",
    state: { waiting: { reason: waitingReason } },
    lastState: {},
    isReady: false,
    isStarted: false,
    restartCount: 0,
    resources: spec.resources ?? {},
  };
}

/** The container's part of the Pod's status. */
export function statusOf(facts: ContainerFacts): ContainerStatus {
  const isRunning = facts.state.running !== undefined;
  return {
    ...(facts.resources.requests ? { allocatedResources: facts.resources.requests } : {}),
    ...(facts.containerId ? { containerID: facts.containerId } : {}),
    image: facts.image,
    imageID: facts.imageId,
    lastState: facts.lastState,
    name: facts.name,
    ready: facts.isReady,
    ...(facts.containerId ? { resources: withoutClaims(facts.resources) } : {}),
    restartCount: facts.restartCount,
    started: facts.isStarted,
    state: facts.state,
    ...(isRunning ? { user: facts.user } : {}),
    ...(facts.volumeMounts.length > 0 ? { volumeMounts: facts.volumeMounts.map(mountStatus) } : {}),
  };
}

function withoutClaims({ requests, limits }: Resources): Resources {
  return { ...(limits ? { limits } : {}), ...(requests ? { requests } : {}) };
}

function mountStatus({ name, mountPath, readOnly }: ContainerFacts["volumeMounts"][number]) {
  return { mountPath, name, ...(readOnly ? { readOnly, recursiveReadOnly: "Disabled" } : {}) };
}

/** Whom the first process runs as: images of the practice cluster start as root. */
function userOf(spec: ContainerSpec, pod: IPod): NonNullable<ContainerStatus["user"]> {
  const own = spec.securityContext;
  const all = pod.spec?.securityContext;
  const gid = own?.runAsGroup ?? all?.runAsGroup ?? 0;
  const groups = [
    gid,
    ...(all?.supplementalGroups ?? []),
    ...(all?.fsGroup === undefined ? [] : [all.fsGroup]),
  ];
  return {
    linux: { gid, supplementalGroups: [...new Set(groups)], uid: own?.runAsUser ?? all?.runAsUser ?? 0 },
  };
}

/** How the kubelet names the end of a process. */
export function terminatedState(
  containerID: string,
  end: { readonly exitCode: number; readonly isOutOfMemory: boolean; readonly message: string | undefined },
  startedAt: string,
  finishedAt: string,
): ContainerState {
  const { exitCode, isOutOfMemory, message } = end;
  const reason = isOutOfMemory ? "OOMKilled" : exitCode === 0 ? "Completed" : "Error";
  return {
    terminated: { containerID, exitCode, finishedAt, ...(message ? { message } : {}), reason, startedAt },
  };
}
