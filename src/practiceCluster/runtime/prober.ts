import type { Duplex } from "node:stream";
import { PassThrough } from "node:stream";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { Clock, Timer } from "../../common/clock.ts";
import type { Disposable } from "../../common/disposable.ts";
import type { Container } from "./container.ts";
import { askGrpc } from "./grpcProbe.ts";
import { askHttp } from "./httpProbe.ts";

export type Probe = NonNullable<NonNullable<IPod["spec"]>["containers"][number]["readinessProbe"]>;

export type ProbeAnswer =
  | { readonly kind: "success" }
  | { readonly kind: "failure" | "error"; readonly output: string };

/** How a probe reaches its container. */
export interface ProbeTarget {
  readonly container: Container;
  /** The Pod's address, for messages. */
  readonly address: string;
  /** Connects to a port of the Pod. */
  readonly connect: (port: number) => Promise<Duplex>;
  readonly portOf: (port: string | number) => number;
}

/**
 * Asks once; a probe that takes longer than its timeout has failed, and a command is killed then. "error": the probe
 * could not be made at all, which counts neither as success nor as failure (pkg/kubelet/prober).
 */
export async function askProbe(probe: Probe, target: ProbeTarget, clock: Clock): Promise<ProbeAnswer> {
  const seconds = probe.timeoutSeconds ?? 1;
  const late = new AbortController();
  return new Promise((resolve) => {
    const limit = clock.after(seconds * 1000, () => {
      // a grpc probe says itself how far it came
      if (!probe.grpc) {
        resolve({ kind: "failure", output: timeoutText(probe, target, seconds) });
      }
      late.abort();
    });
    ask(probe, target, seconds, late.signal)
      .catch((error: unknown): ProbeAnswer => ({ kind: "failure", output: textOf(error) }))
      .then((answer) => {
        limit.cancel();
        resolve(answer);
      });
  });
}

function ask(probe: Probe, target: ProbeTarget, seconds: number, signal: AbortSignal): Promise<ProbeAnswer> {
  if (probe.exec) {
    return askExec(probe.exec.command ?? [], target, signal);
  }
  if (probe.tcpSocket) {
    return target.connect(target.portOf(probe.tcpSocket.port)).then((connection) => {
      connection.destroy();
      return { kind: "success" };
    });
  }
  if (probe.httpGet) {
    return askHttp(probe.httpGet, target);
  }
  if (probe.grpc) {
    return askGrpc(probe.grpc, target, seconds, signal);
  }
  return Promise.resolve({ kind: "error", output: "missing probe handler" });
}

async function askExec(
  command: readonly string[],
  { container }: ProbeTarget,
  signal: AbortSignal,
): Promise<ProbeAnswer> {
  const output = new PassThrough();
  let text = "";
  output.on("data", (chunk) => {
    text += String(chunk);
  });
  try {
    const process = container.exec(command, { stdout: output, stderr: output, tty: false });
    signal.addEventListener("abort", () => process.signal("SIGKILL"), { once: true });
    return (await process.exited) === 0 ? { kind: "success" } : { kind: "failure", output: text };
  } catch (error) {
    return {
      kind: "error",
      output: `rpc error: code = Unknown desc = failed to exec in container: ${textOf(error)}`,
    };
  }
}

function timeoutText(probe: Probe, { address, portOf }: ProbeTarget, seconds: number): string {
  if (probe.httpGet) {
    const { port, path = "/", scheme = "HTTP" } = probe.httpGet;
    const why = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";
    return `Get "${scheme.toLowerCase()}://${address}:${portOf(port)}${path}": ${why}`;
  }
  if (probe.tcpSocket) {
    return `dial tcp ${address}:${portOf(probe.tcpSocket.port)}: i/o timeout`;
  }
  return `command timed out: "${(probe.exec?.command ?? []).join(" ")}" timed out after ${seconds}s`;
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Repeats a probe at its period and tells when it has succeeded or failed often enough. */
export class ProbeLoop implements Disposable {
  readonly #probe: Probe;
  readonly #target: ProbeTarget;
  readonly #clock: Clock;
  readonly #tell: (result: "success" | "failure") => void;
  readonly #failed: (message: string) => void;
  #timer: Timer;
  #successes = 0;
  #failures = 0;
  #isDisposed = false;

  /** `tell` is called each time a threshold is reached; `failed` at every failure, with the words of the event. */
  constructor(
    probe: Probe,
    target: ProbeTarget,
    clock: Clock,
    tell: (result: "success" | "failure") => void,
    failed: (message: string) => void,
  ) {
    this.#probe = probe;
    this.#target = target;
    this.#clock = clock;
    this.#tell = tell;
    this.#failed = failed;
    this.#timer = clock.after((probe.initialDelaySeconds ?? 0) * 1000, () => void this.#run());
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#timer.cancel();
  }

  async #run(): Promise<void> {
    const answer = await askProbe(this.#probe, this.#target, this.#clock);
    if (this.#isDisposed) {
      return;
    }
    this.#timer = this.#clock.after((this.#probe.periodSeconds ?? 10) * 1000, () => void this.#run());
    if (answer.kind === "success") {
      this.#failures = 0;
      this.#successes += 1;
      if (this.#successes >= (this.#probe.successThreshold ?? 1)) {
        this.#tell("success");
      }
    } else if (answer.kind === "error") {
      this.#failed(`probe errored and resulted in unknown state: ${answer.output}`);
    } else {
      this.#successes = 0;
      this.#failures += 1;
      this.#failed(`probe failed: ${answer.output}`);
      if (this.#failures >= (this.#probe.failureThreshold ?? 3)) {
        this.#tell("failure");
      }
    }
  }
}
