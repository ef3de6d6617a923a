import type { IPod } from "kubernetes-models/v1/Pod";
import { type ContainerFacts, statusOf } from "./containerState.ts";

type PodStatus = NonNullable<IPod["status"]>;
type Condition = NonNullable<PodStatus["conditions"]>[number];

export interface PodFacts {
  readonly pod: IPod;
  readonly address: string | undefined;
  readonly hostAddress: string;
  readonly startTime: string;
  readonly initContainers: readonly ContainerFacts[];
  readonly containers: readonly ContainerFacts[];
  readonly now: string;
}

/** The Pod's status as the kubelet writes it (pkg/kubelet/kubelet_pods.go, generateAPIPodStatus). */
export function podStatus(facts: PodFacts): PodStatus {
  const { pod, address, hostAddress, initContainers, containers } = facts;
  const phase = phaseOf(pod, initContainers, containers);
  return {
    ...pod.status,
    phase,
    observedGeneration: pod.metadata?.generation ?? 1,
    conditions: conditions(facts, phase),
    hostIP: hostAddress,
    hostIPs: [{ ip: hostAddress }],
    ...(address ? { podIP: address, podIPs: [{ ip: address }] } : {}),
    startTime: facts.startTime,
    ...(initContainers.length > 0 ? { initContainerStatuses: initContainers.map(statusOf) } : {}),
    containerStatuses: containers.map(statusOf),
  };
}

function phaseOf(
  pod: IPod,
  initContainers: readonly ContainerFacts[],
  containers: readonly ContainerFacts[],
): NonNullable<PodStatus["phase"]> {
  const isRestarted = (pod.spec?.restartPolicy ?? "Always") !== "Never";
  if (!isRestarted && initContainers.some(({ state }) => (state.terminated?.exitCode ?? 0) !== 0)) {
    return "Failed";
  }
  const ends = containers.map(({ state }) => state.terminated?.exitCode);
  if (ends.every((code) => code !== undefined) && (pod.spec?.restartPolicy ?? "Always") !== "Always") {
    return ends.every((code) => code === 0) ? "Succeeded" : "Failed";
  }
  const hasRun = containers.some(
    ({ state, lastState }) => state.running ?? state.terminated ?? lastState.terminated,
  );
  return hasRun ? "Running" : "Pending";
}

function conditions(facts: PodFacts, phase: string): Condition[] {
  const { pod, address, initContainers, containers } = facts;
  const isInitialized = initContainers.every(({ state }) => state.terminated?.exitCode === 0);
  const unready = containers.filter(({ isReady }) => !isReady).map(({ name }) => name);
  const problem =
    phase === "Succeeded"
      ? { reason: "PodCompleted" }
      : unready.length > 0
        ? { reason: "ContainersNotReady", message: `containers with unready status: [${unready.join(" ")}]` }
        : undefined;
  const waitingInit = initContainers
    .filter(({ state }) => state.terminated?.exitCode !== 0)
    .map(({ name }) => name);
  const initProblem = isInitialized
    ? undefined
    : {
        reason: "ContainersNotInitialized",
        message: `containers with incomplete status: [${waitingInit.join(" ")}]`,
      };
  const scheduled = pod.status?.conditions?.find(({ type }) => type === "PodScheduled");
  return [
    condition(facts, "PodReadyToStartContainers", address !== undefined),
    condition(facts, "Initialized", isInitialized, initProblem),
    condition(facts, "Ready", problem === undefined, problem),
    condition(facts, "ContainersReady", problem === undefined, problem),
    ...(scheduled ? [scheduled] : []),
  ];
}

/** A condition keeps the time of its last change. */
function condition(
  { pod, now }: PodFacts,
  type: string,
  isTrue: boolean,
  problem?: { reason: string; message?: string },
): Condition {
  const status = isTrue ? "True" : "False";
  const before = pod.status?.conditions?.find((each) => each.type === type);
  return {
    type,
    status,
    lastTransitionTime: before?.status === status ? (before.lastTransitionTime ?? now) : now,
    observedGeneration: pod.metadata?.generation ?? 1,
    ...(isTrue ? {} : problem),
  };
}
