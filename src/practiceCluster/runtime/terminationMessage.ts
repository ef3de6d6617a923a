import type { IPod } from "kubernetes-models/v1/Pod";
import type { Container } from "./container.ts";
import type { ContainerFacts, ContainerStatus } from "./containerState.ts";

type ContainerSpec = NonNullable<IPod["spec"]>["containers"][number];

const longestMessage = 4_096;

/**
 * What a container left to say in its terminationMessagePath, or, when it failed and asks for it, the end of its log
 * (pkg/kubelet/kuberuntime, getTerminationMessage).
 */
export function terminationMessage(
  { terminationMessagePath, terminationMessagePolicy }: ContainerSpec,
  container: Container,
  code: number,
  endOfLog: () => string,
): string | undefined {
  const written = container.readFile(terminationMessagePath ?? "/dev/termination-log");
  if (written) {
    return written.slice(0, longestMessage);
  }
  return terminationMessagePolicy === "FallbackToLogsOnError" && code !== 0 ? endOfLog() : undefined;
}

/**
 * What a node knows of a container after it was started again: whatever ran has ended, and nobody saw how (containerd
 * reports exit code 255 for it).
 */
export function earlierRun(status: ContainerStatus, now: string): Partial<ContainerFacts> {
  const { containerID = "", state = {}, lastState = {}, imageID, restartCount } = status;
  const { running, terminated } = state;
  const unknown = {
    containerID,
    exitCode: 255,
    finishedAt: now,
    reason: "Unknown",
    startedAt: running?.startedAt ?? now,
  };
  return {
    containerId: containerID,
    imageId: imageID,
    restartCount,
    lastState,
    state: { terminated: terminated ?? (running ? unknown : (lastState.terminated ?? unknown)) },
  };
}
