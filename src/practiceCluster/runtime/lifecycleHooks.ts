import type { IPod } from "kubernetes-models/v1/Pod";
import { type Clock, delay } from "../../common/clock.ts";
import { askHttp } from "./httpProbe.ts";
import type { ProbeTarget } from "./prober.ts";

type ContainerSpec = NonNullable<IPod["spec"]>["containers"][number];
export type LifecycleHandler = NonNullable<NonNullable<ContainerSpec["lifecycle"]>["postStart"]>;

/**
 * Runs a postStart or preStop handler (pkg/kubelet/lifecycle, handlers.go). Rejects when it failed, or when the signal
 * is aborted because the container ended first.
 */
export async function runHook(
  handler: LifecycleHandler,
  target: ProbeTarget,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  if (handler.exec) {
    const { container } = target;
    const process = container.exec(handler.exec.command ?? [], { tty: false });
    signal.addEventListener("abort", () => process.signal("SIGKILL"), { once: true });
    const code = await Promise.race([process.exited, whenAborted(signal)]);
    if (code !== 0) {
      throw new Error(`command '${(handler.exec.command ?? []).join(" ")}' exited with ${code}`);
    }
  } else if (handler.sleep) {
    await delay(clock, handler.sleep.seconds * 1000, signal);
  } else if (handler.httpGet) {
    const answer = await askHttp(handler.httpGet, target);
    if (answer.kind !== "success") {
      throw new Error(answer.output);
    }
  } else {
    throw new Error("tcpSocket handlers are not supported");
  }
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
    }
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
