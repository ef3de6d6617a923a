import type { IPod } from "kubernetes-models/v1/Pod";
import { type ContainerFacts, statusOf } from "./containerState.ts";
import { phaseOf } from "./podPhase.ts";

type PodStatus = NonNullable<IPod["status"]>;
export type PodCondition = NonNullable<PodStatus["conditions"]>[number];

/** Why the node ended the Pod, when it did. */
export interface PodFailure {
  readonly reason: string;
  readonly message: string;
}

export interface PodFacts {
  readonly pod: IPod;
  readonly address: string | undefined;
  readonly hostAddress: string;
  readonly startTime: string;
  /** Init containers, sidecars among them. */
  readonly initContainers: readonly ContainerFacts[];
  readonly containers: readonly ContainerFacts[];
  readonly ephemeralContainers: readonly ContainerFacts[];
  /** Whether nothing runs any more and nothing will. */
  readonly isOver: boolean;
  readonly failure: PodFailure | undefined;
  /** PodResizePending or PodResizeInProgress. */
  readonly resizeCondition: Pick<PodCondition, "type" | "reason" | "message"> | undefined;
  readonly now: string;
}

/** The Pod's status as the kubelet writes it (pkg/kubelet/kubelet_pods.go, generateAPIPodStatus). */
export function podStatus(facts: PodFacts): PodStatus {
  const { pod, address, hostAddress, initContainers, containers, ephemeralContainers, failure } = facts;
  const phase = phaseOf(pod, facts);
  return {
    ...pod.status,
    phase,
    ...failure,
    observedGeneration: pod.metadata?.generation ?? 1,
    conditions: conditions(facts, phase),
    hostIP: hostAddress,
    hostIPs: [{ ip: hostAddress }],
    ...(address ? { podIP: address, podIPs: [{ ip: address }] } : {}),
    resources: { ...pod.spec?.resources },
    startTime: facts.startTime,
    ...(initContainers.length > 0 ? { initContainerStatuses: initContainers.map(statusOf) } : {}),
    containerStatuses: [...containers].sort((a, b) => (a.name < b.name ? -1 : 1)).map(statusOf),
    ...(ephemeralContainers.length > 0
      ? { ephemeralContainerStatuses: ephemeralContainers.map(statusOf) }
      : {}),
  };
}

/** Whether an init container no longer keeps the others waiting: it has succeeded, or as a sidecar it has started. */
export function isInitialized({ kind, state, isStarted }: ContainerFacts): boolean {
  return kind === "sidecar" ? isStarted : state.terminated?.exitCode === 0;
}

function conditions(facts: PodFacts, phase: string): PodCondition[] {
  const { pod, address, initContainers, isOver } = facts;
  const waitingInit = initContainers.filter((each) => !isInitialized(each)).map(({ name }) => name);
  const isPastInit = waitingInit.length === 0 || phase === "Succeeded";
  const initProblem = {
    reason: "ContainersNotInitialized",
    message: `containers with incomplete status: [${waitingInit.join(" ")}]`,
  };
  const problem = unreadiness(facts, phase);
  const gateProblem = problem ?? gates(pod);
  const others = (pod.status?.conditions ?? []).filter(({ type }) => !ownTypes.has(type));
  return [
    ...resizeCondition(facts),
    condition(facts, "PodReadyToStartContainers", address !== undefined && !isOver),
    condition(facts, "Initialized", isPastInit, initProblem),
    condition(facts, "Ready", gateProblem === undefined, gateProblem),
    condition(facts, "ContainersReady", problem === undefined, problem),
    ...others,
  ];
}

const ownTypes: ReadonlySet<string> = new Set([
  "PodReadyToStartContainers",
  "Initialized",
  "Ready",
  "ContainersReady",
  "PodResizePending",
  "PodResizeInProgress",
]);

interface Problem {
  readonly reason: string;
  readonly message?: string;
}

/** pkg/kubelet/status, GenerateContainersReadyCondition. */
function unreadiness({ initContainers, containers }: PodFacts, phase: string): Problem | undefined {
  if (phase === "Succeeded" || phase === "Failed") {
    return { reason: phase === "Succeeded" ? "PodCompleted" : "PodFailed" };
  }
  const counted = [...initContainers.filter(({ kind }) => kind === "sidecar"), ...containers];
  const unready = counted.filter(({ isReady }) => !isReady).map(({ name }) => name);
  return unready.length > 0
    ? { reason: "ContainersNotReady", message: `containers with unready status: [${unready.join(" ")}]` }
    : undefined;
}

/** Conditions that others must set before the Pod counts as ready (pkg/kubelet/status, GeneratePodReadyCondition). */
function gates(pod: IPod): Problem | undefined {
  const missing = (pod.spec?.readinessGates ?? []).flatMap(({ conditionType }) => {
    const found = pod.status?.conditions?.find(({ type }) => type === conditionType);
    const what = `corresponding condition of pod readiness gate ${JSON.stringify(conditionType)}`;
    if (!found) {
      return [`${what} does not exist.`];
    }
    return found.status === "True"
      ? []
      : [
          `the status of pod readiness gate ${JSON.stringify(conditionType)} is not "True", but ${found.status}`,
        ];
  });
  return missing.length > 0 ? { reason: "ReadinessGatesNotReady", message: missing.join(", ") } : undefined;
}

function resizeCondition(facts: PodFacts): PodCondition[] {
  const { resizeCondition: found } = facts;
  return found ? [{ ...found, ...condition(facts, found.type, true) }] : [];
}

/** A condition keeps the time of its last change. */
function condition({ pod, now }: PodFacts, type: string, isTrue: boolean, problem?: Problem): PodCondition {
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
