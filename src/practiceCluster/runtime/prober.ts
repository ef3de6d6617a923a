import { get } from "node:http";
import type { Duplex } from "node:stream";
import { PassThrough } from "node:stream";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { Clock, Timer } from "../../common/clock.ts";
import type { Disposable } from "../../common/disposable.ts";
import type { Container } from "./container.ts";

export type Probe = NonNullable<NonNullable<IPod["spec"]>["containers"][number]["readinessProbe"]>;

export type ProbeAnswer = { readonly ok: true } | { readonly ok: false; readonly output: string };

/** How a probe reaches its container. */
export interface ProbeTarget {
  readonly container: Container;
  /** Connects to a port of the Pod. */
  readonly connect: (port: number) => Promise<Duplex>;
  readonly portOf: (port: string | number) => number;
}

/** Asks once; a probe that takes longer than its timeout has failed. */
export async function askProbe(probe: Probe, target: ProbeTarget, clock: Clock): Promise<ProbeAnswer> {
  const seconds = probe.timeoutSeconds ?? 1;
  return new Promise((resolve) => {
    const limit = clock.after(seconds * 1000, () =>
      resolve({
        ok: false,
        output: `command timed out: "${(probe.exec?.command ?? []).join(" ")}" timed out after ${seconds}s`,
      }),
    );
    ask(probe, target)
      .catch(
        (error: unknown): ProbeAnswer => ({
          ok: false,
          output: error instanceof Error ? error.message : String(error),
        }),
      )
      .then((answer) => {
        limit.cancel();
        resolve(answer);
      });
  });
}

function ask(probe: Probe, target: ProbeTarget): Promise<ProbeAnswer> {
  if (probe.exec) {
    return askExec(probe.exec.command ?? [], target);
  }
  if (probe.tcpSocket) {
    return target.connect(target.portOf(probe.tcpSocket.port)).then((connection) => {
      connection.destroy();
      return { ok: true };
    });
  }
  if (probe.httpGet) {
    return askHttp(probe.httpGet.path ?? "/", target.portOf(probe.httpGet.port), target);
  }
  return Promise.resolve({ ok: false, output: "grpc probes are not implemented by the practice cluster" });
}

async function askExec(command: readonly string[], { container }: ProbeTarget): Promise<ProbeAnswer> {
  const output = new PassThrough();
  let text = "";
  output.on("data", (chunk) => {
    text += String(chunk);
  });
  const code = await container.exec(command, { stdout: output, stderr: output, tty: false }).exited;
  return code === 0 ? { ok: true } : { ok: false, output: text };
}

async function askHttp(path: string, port: number, { connect }: ProbeTarget): Promise<ProbeAnswer> {
  const connection = await connect(port);
  return new Promise((resolve, reject) => {
    const request = get({ path, createConnection: () => connection as never, agent: false }, (response) => {
      const code = response.statusCode ?? 0;
      response.resume();
      resolve(
        code >= 200 && code < 400
          ? { ok: true }
          : { ok: false, output: `HTTP probe failed with statuscode: ${code}` },
      );
    });
    request.on("error", reject);
  });
}

/** Repeats a probe at its period and tells when it has succeeded or failed often enough. */
export class ProbeLoop implements Disposable {
  readonly #probe: Probe;
  readonly #target: ProbeTarget;
  readonly #clock: Clock;
  readonly #tell: (result: "success" | "failure", output: string) => void;
  readonly #failed: (output: string) => void;
  #timer: Timer;
  #successes = 0;
  #failures = 0;
  #isDisposed = false;

  /** `tell` is called each time a threshold is reached; `failed` at every failure, for the event. */
  constructor(
    probe: Probe,
    target: ProbeTarget,
    clock: Clock,
    tell: (result: "success" | "failure", output: string) => void,
    failed: (output: string) => void,
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
    if (answer.ok) {
      this.#failures = 0;
      this.#successes += 1;
      if (this.#successes >= (this.#probe.successThreshold ?? 1)) {
        this.#tell("success", "");
      }
      return;
    }
    this.#successes = 0;
    this.#failures += 1;
    this.#failed(answer.output);
    if (this.#failures >= (this.#probe.failureThreshold ?? 3)) {
      this.#tell("failure", answer.output);
    }
  }
}
