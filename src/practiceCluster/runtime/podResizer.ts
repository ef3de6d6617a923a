import type { Timer } from "../../common/clock.ts";
import type { Disposable } from "../../common/disposable.ts";
import type { ContainerWorker } from "./containerWorker.ts";
import { type PodHandle, recordPodEvent } from "./podHandle.ts";
import { isResized, needsRestart, resizeRefusal, resizeSummary } from "./podResize.ts";
import type { PodFacts } from "./podStatus.ts";

/** A resize is looked at again when the Pod is synced the next time. */
const nextSyncMs = 10_000;

/** Gives the containers of a running Pod what its spec asks for, where the node has it (pkg/kubelet/allocation). */
export class PodResizer implements Disposable {
  readonly #handle: PodHandle;
  readonly #containers: readonly ContainerWorker[];
  #sync: Timer | undefined;
  #condition: PodFacts["resizeCondition"];
  /** The generation whose refusal was told. */
  #refused: number | undefined;

  constructor(handle: PodHandle, containers: readonly ContainerWorker[]) {
    this.#handle = handle;
    this.#containers = containers;
  }

  get condition(): PodFacts["resizeCondition"] {
    return this.#condition;
  }

  dispose(): void {
    this.#sync?.cancel();
  }

  /** The Pod's spec may ask for other resources now. */
  update(): void {
    const resized = this.#containers.filter(({ facts }) => isResized(facts, this.#specOf(facts.name)));
    if (resized.length === 0) {
      return;
    }
    const { node, pod } = this.#handle;
    const refusal = resizeRefusal(node.client, pod);
    this.#sync?.cancel();
    if (refusal) {
      this.#condition = { type: "PodResizePending", ...refusal };
      this.#tellRefusal(refusal.reason, refusal.message);
      this.#sync = node.clock.after(nextSyncMs, () => this.update());
    } else {
      this.#condition = { type: "PodResizeInProgress" };
      this.#tell("Normal", "ResizeStarted", `Pod resize started: ${resizeSummary(pod)}`);
      for (const each of resized) {
        this.#give(each);
      }
      this.#sync = node.clock.after(nextSyncMs, () => this.#complete());
    }
    this.#handle.changed();
  }

  #give(worker: ContainerWorker): void {
    const spec = this.#specOf(worker.facts.name);
    if (spec) {
      const isRestarted = needsRestart(worker.facts, spec);
      worker.resize(spec.resources ?? {});
      if (isRestarted) {
        worker.restart();
      }
    }
  }

  #complete(): void {
    this.#condition = undefined;
    this.#tell("Normal", "ResizeCompleted", `Pod resize completed: ${resizeSummary(this.#handle.pod)}`);
    this.#handle.changed();
  }

  #tellRefusal(reason: "Infeasible" | "Deferred", message: string): void {
    const { pod } = this.#handle;
    if (this.#refused !== pod.metadata?.generation) {
      this.#refused = pod.metadata?.generation;
      this.#tell("Warning", `Resize${reason}`, `Pod resize ${reason}: ${resizeSummary(pod, message)}`);
    }
  }

  #tell(type: "Normal" | "Warning", reason: string, message: string): void {
    recordPodEvent(this.#handle.node, this.#handle.pod, undefined, { type, reason, message });
  }

  #specOf(name: string) {
    return this.#handle.pod.spec?.containers.find((each) => each.name === name);
  }
}
