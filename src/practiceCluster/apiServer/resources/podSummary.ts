import type { IPod } from "kubernetes-models/v1/Pod";
import { age } from "./columns.ts";

type ContainerStatus = NonNullable<NonNullable<IPod["status"]>["containerStatuses"]>[number];

/** What the READY, STATUS and RESTARTS columns say of a Pod. */
export interface PodSummary {
  readonly ready: string;
  readonly status: string;
  readonly restarts: string;
}

/** The server's summary of a Pod (pkg/printers/internalversion, printPod). */
export function summarizePod(pod: IPod, now: number): PodSummary {
  const initial = summarizeInitContainers(pod);
  const containers = pod.spec?.containers?.length ?? 0;
  const total = containers + initial.sidecars.size;
  let { reason } = initial;
  let ready = initial.ready;
  let restarted = initial.restarted;
  if (!initial.isInitializing || conditionIsTrue(pod, "Initialized")) {
    const main = summarizeContainers(pod, reason);
    reason = main.reason;
    ready += main.ready;
    restarted = [...initial.restarted.filter(({ name }) => initial.sidecars.has(name)), ...main.restarted];
  }
  return {
    ready: `${ready}/${total}`,
    status: deletionReason(pod) ?? reason,
    restarts: restartsText(restarted, now),
  };
}

function summarizeInitContainers(pod: IPod) {
  const specs = pod.spec?.initContainers ?? [];
  const sidecars = new Set(
    specs.filter(({ restartPolicy }) => restartPolicy === "Always").map(({ name }) => name),
  );
  const statuses = pod.status?.initContainerStatuses ?? [];
  let reason = phaseReason(pod);
  let ready = 0;
  let isInitializing = false;
  for (const [index, status] of statuses.entries()) {
    if (status.state?.terminated?.exitCode === 0) {
      continue;
    }
    if (sidecars.has(status.name) && status.started) {
      ready += status.ready ? 1 : 0;
      continue;
    }
    reason = initReason(status, index, specs.length);
    isInitializing = true;
    break;
  }
  return { reason, ready, isInitializing, sidecars, restarted: statuses };
}

function initReason({ state }: ContainerStatus, index: number, total: number): string {
  if (state?.terminated) {
    const { reason, signal, exitCode } = state.terminated;
    return `Init:${reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`)}`;
  }
  const waiting = state?.waiting?.reason;
  return waiting && waiting !== "PodInitializing" ? `Init:${waiting}` : `Init:${index}/${total}`;
}

function summarizeContainers(pod: IPod, initialReason: string) {
  const statuses = pod.status?.containerStatuses ?? [];
  let reason = initialReason;
  let errorReason = "";
  let ready = 0;
  for (const { state, ready: isReady } of [...statuses].reverse()) {
    if (state?.waiting?.reason) {
      reason = state.waiting.reason;
    } else if (state?.terminated) {
      const { reason: why, signal, exitCode } = state.terminated;
      reason = why || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`);
      errorReason = exitCode === 0 ? errorReason : reason;
    } else if (isReady && state?.running) {
      ready += 1;
    }
  }
  if (reason === "Completed") {
    reason = completedReason(pod, ready > 0, errorReason);
  }
  return { reason, ready, restarted: statuses };
}

/** A Pod is not completed while one of its containers still runs. */
function completedReason(pod: IPod, isRunning: boolean, errorReason: string): string {
  if (isRunning && conditionIsTrue(pod, "Ready")) {
    return "Running";
  }
  return errorReason || (isRunning ? "NotReady" : "Completed");
}

function phaseReason(pod: IPod): string {
  const isGated = pod.status?.conditions?.some(
    ({ type, reason }) => type === "PodScheduled" && reason === "SchedulingGated",
  );
  return isGated ? "SchedulingGated" : pod.status?.reason || pod.status?.phase || "";
}

function deletionReason(pod: IPod): string | undefined {
  if (!pod.metadata?.deletionTimestamp) {
    return undefined;
  }
  if (pod.status?.reason === "NodeLost") {
    return "Unknown";
  }
  const isTerminal = pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
  return isTerminal ? undefined : "Terminating";
}

function restartsText(statuses: readonly ContainerStatus[], now: number): string {
  const restarts = statuses.reduce((sum, { restartCount }) => sum + restartCount, 0);
  const lastEnd = statuses
    .map(({ lastState }) => lastState?.terminated?.finishedAt ?? "")
    .sort()
    .at(-1);
  return restarts > 0 && lastEnd ? `${restarts} (${age(lastEnd, now)} ago)` : String(restarts);
}

function conditionIsTrue(pod: IPod, type: string): boolean {
  return pod.status?.conditions?.some((each) => each.type === type && each.status === "True") ?? false;
}
