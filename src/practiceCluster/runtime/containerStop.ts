import type { IPod } from "kubernetes-models/v1/Pod";
import type { Clock, Timer } from "../../common/clock.ts";
import type { RunningProcess } from "../programs/program.ts";
import type { Container } from "./container.ts";
import { type LifecycleHandler, runHook } from "./lifecycleHooks.ts";
import type { ProbeTarget } from "./prober.ts";

type ContainerSpec = NonNullable<IPod["spec"]>["containers"][number];

/** However short the grace period: so long a container has between being asked to end and being killed. */
const leastGraceMs = 2_000;

export interface StopRequest {
  readonly process: RunningProcess;
  readonly container: Container;
  readonly target: ProbeTarget;
  readonly spec: ContainerSpec;
  readonly hookFailed: () => void;
}

/**
 * The end of a container: preStop, then its stop signal, then SIGKILL when the grace period is over, all within one
 * grace period (pkg/kubelet/kuberuntime, killContainer).
 */
export class ContainerStop {
  readonly #request: StopRequest;
  readonly #clock: Clock;
  readonly #hook = new AbortController();
  #isAsked = false;
  #deadline: Timer;
  #endsAt: number;

  /** `turn`: sidecars wait for the others to end, for as long as there is time. */
  constructor(request: StopRequest, graceSeconds: number, clock: Clock, turn: Promise<unknown>) {
    this.#request = request;
    this.#clock = clock;
    this.#endsAt = clock.now() + Math.max(leastGraceMs, graceSeconds * 1000);
    this.#deadline = this.#setDeadline();
    void request.process.exited.then(() => {
      this.#deadline.cancel();
      this.#hook.abort(new Error("the container ended"));
    });
    void this.#run(graceSeconds, turn);
  }

  /** A shorter grace period counts from now on; a longer one changes nothing. */
  shorten(graceSeconds: number): void {
    const endsAt = this.#clock.now() + Math.max(leastGraceMs, graceSeconds * 1000);
    if (endsAt < this.#endsAt) {
      this.#endsAt = endsAt;
      this.#deadline.cancel();
      this.#deadline = this.#setDeadline();
    }
  }

  /** At the end of the grace period it is killed; where it has not been asked yet, it is asked, and killed a little later. */
  #setDeadline(): Timer {
    return this.#clock.after(this.#endsAt - this.#clock.now(), () => {
      if (this.#isAsked) {
        this.#request.process.signal("SIGKILL");
        return;
      }
      this.#hook.abort(new Error("the grace period is over"));
      this.#askToEnd();
      this.#endsAt = this.#clock.now() + leastGraceMs;
      this.#deadline = this.#setDeadline();
    });
  }

  async #run(graceSeconds: number, turn: Promise<unknown>): Promise<void> {
    const preStop = this.#request.spec.lifecycle?.preStop;
    if (preStop && graceSeconds > 0) {
      await this.#runPreStop(preStop);
    }
    await turn;
    this.#askToEnd();
  }

  #askToEnd(): void {
    if (!this.#isAsked) {
      this.#isAsked = true;
      this.#request.process.signal(this.#request.container.stopSignal);
    }
  }

  async #runPreStop(preStop: LifecycleHandler): Promise<void> {
    try {
      await runHook(preStop, this.#request.target, this.#clock, this.#hook.signal);
    } catch {
      if (!this.#hook.signal.aborted) {
        this.#request.hookFailed();
      }
    }
  }
}
