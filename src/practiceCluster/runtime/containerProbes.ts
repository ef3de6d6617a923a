import type { Clock } from "../../common/clock.ts";
import type { Disposable } from "../../common/disposable.ts";
import { type Probe, ProbeLoop, type ProbeTarget } from "./prober.ts";

export interface ProbedContainer {
  readonly startupProbe?: Probe | undefined;
  readonly readinessProbe?: Probe | undefined;
  readonly livenessProbe?: Probe | undefined;
}

export interface ProbeResults {
  started(): void;
  ready(isReady: boolean): void;
  /** A startup or liveness probe has failed often enough: the container is to be restarted. */
  kill(kind: "startup" | "liveness", probe: Probe): void;
  unhealthy(message: string): void;
}

/**
 * The probes of one run of a container: the startup probe alone first, then readiness and liveness (pkg/kubelet/prober).
 * Without a startup probe it has started at once, without a readiness probe it is ready then.
 */
export class ContainerProbes implements Disposable {
  readonly #clock: Clock;
  readonly #target: ProbeTarget;
  readonly #results: ProbeResults;
  #loops: ProbeLoop[] = [];

  constructor(spec: ProbedContainer, target: ProbeTarget, clock: Clock, results: ProbeResults) {
    this.#clock = clock;
    this.#target = target;
    this.#results = results;
    const { startupProbe } = spec;
    if (!startupProbe) {
      this.#startOthers(spec);
      return;
    }
    this.#loop("Startup", startupProbe, (result) => {
      this.dispose();
      if (result === "success") {
        this.#startOthers(spec);
      } else {
        results.kill("startup", startupProbe);
      }
    });
  }

  dispose(): void {
    for (const loop of this.#loops) {
      loop.dispose();
    }
    this.#loops = [];
  }

  #startOthers({ readinessProbe, livenessProbe }: ProbedContainer): void {
    this.#results.started();
    if (readinessProbe) {
      this.#loop("Readiness", readinessProbe, (result) => this.#results.ready(result === "success"));
    } else {
      this.#results.ready(true);
    }
    if (livenessProbe) {
      this.#loop("Liveness", livenessProbe, (result) => {
        if (result === "failure") {
          this.dispose();
          this.#results.kill("liveness", livenessProbe);
        }
      });
    }
  }

  #loop(kind: string, probe: Probe, tell: (result: "success" | "failure") => void): void {
    const failed = (message: string) => this.#results.unhealthy(`${kind} ${message}`);
    this.#loops.push(new ProbeLoop(probe, this.#target, this.#clock, tell, failed));
  }
}
