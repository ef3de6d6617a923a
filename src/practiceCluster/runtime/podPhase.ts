import type { IPod } from "kubernetes-models/v1/Pod";
import type { ContainerFacts } from "./containerState.ts";
import type { PodFailure } from "./podStatus.ts";

type Phase = NonNullable<NonNullable<IPod["status"]>["phase"]>;

export interface PhaseFacts {
  readonly initContainers: readonly ContainerFacts[];
  readonly containers: readonly ContainerFacts[];
  readonly isOver: boolean;
  readonly failure: PodFailure | undefined;
}

/** A Pod's phase, from what its containers do (pkg/kubelet/kubelet_pods.go, getPhase). */
export function phaseOf(pod: IPod, facts: PhaseFacts): Phase {
  const { initContainers, containers, isOver, failure } = facts;
  if (failure && isOver) {
    return "Failed";
  }
  const policy = pod.spec?.restartPolicy ?? "Always";
  const own = initContainers.filter(({ kind }) => kind === "init");
  if (policy === "Never" && own.some((each) => (exitCode(each) ?? 0) !== 0)) {
    return "Failed";
  }
  const codes = containers.map(exitCode);
  if (isOver) {
    return codes.every((code) => code === 0) ? "Succeeded" : "Failed";
  }
  const hasNotRun = containers.some(
    (each) => each.state.running === undefined && exitCode(each) === undefined,
  );
  if (hasNotRun || own.some((each) => each.state.terminated?.exitCode !== 0)) {
    return "Pending";
  }
  if (policy === "Always" || containers.some(({ state }) => state.running)) {
    return "Running";
  }
  if (codes.every((code) => code === 0)) {
    return "Succeeded";
  }
  return policy === "Never" ? "Failed" : "Running";
}

/** The exit code of its last run, also while it waits to be started again; undefined: it runs, or has not run. */
function exitCode({ state, lastState }: ContainerFacts): number | undefined {
  return state.running ? undefined : (state.terminated ?? lastState.terminated)?.exitCode;
}
