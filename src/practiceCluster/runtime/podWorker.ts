import type { IPod } from "kubernetes-models/v1/Pod";
import type { Timer } from "../../common/clock.ts";
import { sameAsJson } from "../../common/kubernetes/jsonValues.ts";
import { isConflict, isNotFound } from "../api/apiError.ts";
import { pods } from "../api/resources.ts";
import { DueTurn } from "../controllers/kit/dueTurn.ts";
import type { EventType } from "../controllers/kit/eventRecorder.ts";
import type { MountSource } from "./container.ts";
import type { ContainerStatus } from "./containerState.ts";
import { ContainerWorker } from "./containerWorker.ts";
import { hasStorageLimit, storageEviction } from "./localStorage.ts";
import { MountError, podVolumes } from "./mounts.ts";
import type { NodePod } from "./nodePod.ts";
import { type NodeSurroundings, type PodHandle, recordPodEvent, timeText } from "./podHandle.ts";
import { PodResizer } from "./podResizer.ts";
import { isInitialized, type PodFailure, podStatus } from "./podStatus.ts";
import { type ContainerKind, kindOfInitContainer } from "./restartRules.ts";
import { usesSource } from "./volumeSources.ts";

type ContainerSpec = NonNullable<IPod["spec"]>["containers"][number];

const firstMountRetryMs = 500;
const longestMountRetryMs = 122_000;
/**
 * How long a node needs to take down a Pod whose containers have ended. A real one needs about a second; without any
 * such time a Pod would be replaced before a client that deletes several has asked for the next.
 */
const takeDownMs = 300;
/** How often the node looks at what its Pods have written (the eviction manager's period). */
const storagePeriodMs = 10_000;
const deadlineFailure: PodFailure = {
  reason: "DeadlineExceeded",
  message: "Pod was active on the node longer than the specified deadline",
};

/** Runs one Pod on a node, from its binding to its end (pkg/kubelet, syncPod and syncTerminatingPod). */
export class PodWorker implements PodHandle, NodePod {
  readonly node: NodeSurroundings;
  readonly #initContainers: readonly ContainerWorker[];
  readonly #containers: readonly ContainerWorker[];
  readonly #ephemeral: ContainerWorker[] = [];
  readonly #resizer: PodResizer;
  readonly #startTime: string;
  /** The node was started again while the Pod was on it. */
  readonly #isResumed: boolean;
  readonly #onEnd: () => void;
  #pod: IPod;
  #address: string | undefined;
  #volumes: ReadonlyMap<string, MountSource> | undefined;
  #phase: "active" | "stopping" | "over";
  #failure: PodFailure | undefined;
  #isObjectGone = false;
  readonly #turn: DueTurn;
  #takeDown: Timer | undefined;
  #mountRetry: Timer | undefined;
  #mountRetryMs = firstMountRetryMs;
  #deadline: Timer | undefined;
  #storageWatch: Timer | undefined;

  constructor(pod: IPod, node: NodeSurroundings, onEnd: () => void) {
    this.#pod = pod;
    this.node = node;
    this.#onEnd = onEnd;
    this.#turn = new DueTurn(node.clock, () => {
      this.#advance();
      this.#writeStatus();
    });
    const { status, spec } = pod;
    this.#isResumed = status?.startTime !== undefined;
    this.#startTime = status?.startTime ?? timeText(node.clock.now());
    this.#phase = status?.phase === "Succeeded" || status?.phase === "Failed" ? "over" : "active";
    const waiting = spec?.initContainers?.length ? "PodInitializing" : "ContainerCreating";
    this.#initContainers = (spec?.initContainers ?? []).map((each) =>
      this.#newContainer(each, kindOfInitContainer(each), waiting, status?.initContainerStatuses),
    );
    this.#containers = (spec?.containers ?? []).map((each) =>
      this.#newContainer(each, "regular", waiting, status?.containerStatuses),
    );
    this.#resizer = new PodResizer(this, this.#containers);
  }

  get pod(): IPod {
    return this.#pod;
  }

  get address(): string {
    return this.#address ?? "";
  }

  /** Begins. What cannot be done yet is tried again. */
  start(): void {
    if (this.#phase === "over") {
      return;
    }
    if (this.#isResumed) {
      this.#recordPod("Normal", "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.");
    }
    this.#watchDeadline();
    if (hasStorageLimit(this.#pod)) {
      this.#watchStorage();
    }
    this.changed();
    this.#mount();
  }

  /** The Pod object changed. */
  update(pod: IPod): void {
    const before = this.#pod;
    this.#pod = pod;
    const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata ?? {};
    if (deletionTimestamp) {
      this.#delete(deletionGracePeriodSeconds ?? 0, before.metadata?.deletionGracePeriodSeconds);
      return;
    }
    this.#resizer.update();
    this.#addEphemeralContainers();
  }

  /** The object was deleted by force: what still runs gets its grace period, but nobody waits for it. */
  objectGone(): void {
    const { deletionGracePeriodSeconds } = this.#pod.metadata ?? {};
    this.#isObjectGone = true;
    if (this.#phase === "active") {
      void this.#stop(deletionGracePeriodSeconds ?? this.#pod.spec?.terminationGracePeriodSeconds ?? 30);
    } else if (this.#phase === "over") {
      this.#end();
    }
  }

  /** The node ends: everything with it, at once. */
  kill(): void {
    for (const each of this.#all()) {
      each.kill();
    }
    this.#end();
  }

  /** A ConfigMap or Secret that the Pod may use has changed. */
  sourceChanged(kind: "ConfigMap" | "Secret", name: string): void {
    if (this.#phase !== "active") {
      return;
    }
    if (!this.#volumes) {
      this.#mount();
      return;
    }
    for (const each of this.#all()) {
      each.tryAgain();
    }
    this.#refreshVolumes(kind, name);
  }

  find(name: string): ContainerWorker | undefined {
    return this.#all().find(({ spec }) => spec.name === name);
  }

  /** The status is written and what may start now is started, in a turn of its own. */
  changed(): void {
    this.#turn.ask();
  }

  record(kind: ContainerKind, container: string, type: EventType, reason: string, message: string): void {
    const lists = {
      init: "initContainers",
      sidecar: "initContainers",
      regular: "containers",
      ephemeral: "ephemeralContainers",
    };
    recordPodEvent(this.node, this.#pod, `spec.${lists[kind]}{${container}}`, { type, reason, message });
  }

  #recordPod(type: EventType, reason: string, message: string): void {
    recordPodEvent(this.node, this.#pod, undefined, { type, reason, message });
  }

  #all(): ContainerWorker[] {
    return [...this.#initContainers, ...this.#containers, ...this.#ephemeral];
  }

  #newContainer(
    spec: ContainerSpec,
    kind: ContainerKind,
    waitingReason: string,
    earlier?: readonly ContainerStatus[],
  ): ContainerWorker {
    const status = earlier?.find(({ name }) => name === spec.name);
    return new ContainerWorker(spec, kind, this, () => this.#volumes ?? new Map(), waitingReason, status);
  }

  /** Volumes come before containers: while one is missing, the Pod waits. */
  #mount(): void {
    this.#mountRetry?.cancel();
    if (this.#phase !== "active") {
      return;
    }
    try {
      this.#volumes = podVolumes(this.#pod, this.node.mounts);
      this.#address ??= this.node.takeAddress(this.#pod);
      this.changed();
    } catch (error) {
      if (!(error instanceof MountError)) {
        throw error;
      }
      this.#recordPod("Warning", "FailedMount", error.message);
      this.#mountRetry = this.node.clock.after(this.#mountRetryMs, () => this.#mount());
      this.#mountRetryMs = Math.min(longestMountRetryMs, this.#mountRetryMs * 2);
    }
  }

  #refreshVolumes(kind: "ConfigMap" | "Secret", name: string): void {
    const touched = (this.#pod.spec?.volumes ?? []).filter((volume) => usesSource(volume, kind, name));
    const spec = { ...this.#pod.spec, containers: this.#pod.spec?.containers ?? [], volumes: touched };
    try {
      for (const [volume, source] of podVolumes({ ...this.#pod, spec }, this.node.mounts)) {
        if (source.kind === "files") {
          this.node.runtime.refreshFiles(this.#pod.metadata?.uid ?? "", volume, source.files);
        }
      }
    } catch (error) {
      if (!(error instanceof MountError)) {
        throw error;
      }
      this.#recordPod("Warning", "FailedMount", error.message);
    }
  }

  /** Starts what may start now: init containers one after the other, then the others in their order. */
  #advance(): void {
    if (this.#phase !== "active" || !this.#volumes) {
      return;
    }
    if (this.#initContainers.every((each) => this.#isPast(each))) {
      this.#beginInOrder(this.#containers);
    }
    this.#beginInOrder(this.#ephemeral);
    this.#finishWhenOver();
  }

  /** Whether the next container need not wait for this init container; begins it when it is its turn. */
  #isPast(each: ContainerWorker): boolean {
    if (!each.isBegun) {
      each.begin();
    }
    return !each.isStarting && isInitialized(each.facts);
  }

  #beginInOrder(containers: readonly ContainerWorker[]): void {
    for (const each of containers) {
      if (!each.isBegun) {
        each.begin();
      }
      if (each.isStarting) {
        return;
      }
    }
  }

  /** Nothing of the Pod will run again: sidecars are not needed any more. */
  #finishWhenOver(): void {
    const hasFailedInit = this.#initContainers.some(
      ({ kind, isOver, facts }) => kind === "init" && isOver && facts.state.terminated?.exitCode !== 0,
    );
    if (hasFailedInit || this.#containers.every(({ isOver }) => isOver)) {
      void this.#stop(this.#pod.spec?.terminationGracePeriodSeconds ?? 30);
    }
  }

  #delete(graceSeconds: number, before: number | undefined): void {
    if (this.#phase === "active") {
      void this.#stop(graceSeconds);
    } else if (this.#phase === "over") {
      this.#takeDown ??= this.node.clock.after(0, () => this.#deleteObject());
    } else if (before === undefined || graceSeconds < before) {
      for (const each of this.#all()) {
        each.shorten(graceSeconds);
      }
    }
  }

  /** Ends the containers: sidecars after the others, the last one first. Then the Pod is over. */
  async #stop(graceSeconds: number): Promise<void> {
    this.#phase = "stopping";
    this.#mountRetry?.cancel();
    const isSidecar = ({ kind }: ContainerWorker) => kind === "sidecar";
    const others = this.#all().filter((each) => !isSidecar(each));
    const ends = others.map((each) => each.stop(graceSeconds));
    let turn: Promise<unknown> = Promise.all(ends);
    for (const sidecar of this.#initContainers.filter(isSidecar).reverse()) {
      turn = Promise.all([turn, sidecar.stop(graceSeconds, turn)]);
    }
    await turn;
    this.#phase = "over";
    this.#writeStatus();
    if (this.#pod.metadata?.deletionTimestamp) {
      this.#takeDown = this.node.clock.after(takeDownMs, () => this.#deleteObject());
    }
    this.#release();
    if (this.#isObjectGone) {
      this.#end();
    }
  }

  #fail(failure: PodFailure, type: EventType, graceSeconds: number): void {
    if (this.#phase === "active") {
      this.#recordPod(type, failure.reason, failure.message);
      this.#failure = failure;
      void this.#stop(graceSeconds);
    }
  }

  #watchDeadline(): void {
    const seconds = this.#pod.spec?.activeDeadlineSeconds;
    if (seconds !== undefined) {
      const left = Date.parse(this.#startTime) + seconds * 1000 - this.node.clock.now();
      const grace = this.#pod.spec?.terminationGracePeriodSeconds ?? 30;
      this.#deadline = this.node.clock.after(left, () => this.#fail(deadlineFailure, "Normal", grace));
    }
  }

  #watchStorage(): void {
    const uid = this.#pod.metadata?.uid ?? "";
    const message = storageEviction(this.#pod, {
      containerBytes: (name) => this.find(name)?.container?.writtenBytes() ?? 0,
      emptyDirBytes: (volume) => this.node.runtime.sharedBytes(uid, volume),
    });
    if (message) {
      this.#fail({ reason: "Evicted", message }, "Warning", 1);
    } else if (this.#phase === "active") {
      this.#storageWatch = this.node.clock.after(storagePeriodMs, () => this.#watchStorage());
    }
  }

  #addEphemeralContainers(): void {
    for (const spec of this.#pod.spec?.ephemeralContainers ?? []) {
      if (!this.find(spec.name)) {
        this.#ephemeral.push(this.#newContainer(spec, "ephemeral", "ContainerCreating"));
        this.changed();
      }
    }
  }

  /** The last step of a deletion. An object that is gone, or another of the same name, is not ours any more. */
  #deleteObject(): void {
    const { namespace, name = "", uid = "" } = this.#pod.metadata ?? {};
    try {
      this.node.client.delete(pods, { namespace, name }, { gracePeriodSeconds: 0, preconditions: { uid } });
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) {
        throw error;
      }
    }
  }

  /** What the Pod had of the node is free again. */
  #release(): void {
    this.#deadline?.cancel();
    this.#storageWatch?.cancel();
    if (this.#address) {
      this.node.releaseAddress(this.#address);
    }
    this.node.runtime.forgetPod(this.#pod.metadata?.uid ?? "");
  }

  #end(): void {
    this.#phase = "over";
    this.#isObjectGone = true;
    this.#turn.cancel();
    this.#takeDown?.cancel();
    this.#mountRetry?.cancel();
    this.#resizer.dispose();
    this.#release();
    this.#onEnd();
  }

  #writeStatus(): void {
    const { namespace, name = "", uid } = this.#pod.metadata ?? {};
    const current = this.#isObjectGone ? undefined : this.node.client.find(pods, { namespace, name });
    if (current?.metadata?.uid !== uid || !current) {
      return;
    }
    const facts = (workers: readonly ContainerWorker[]) => workers.map((worker) => worker.facts);
    const status = podStatus({
      pod: current,
      address: this.#address,
      hostAddress: this.node.hostAddress,
      startTime: this.#startTime,
      initContainers: facts(this.#initContainers),
      containers: facts(this.#containers),
      ephemeralContainers: facts(this.#ephemeral),
      isOver: this.#phase === "over",
      failure: this.#failure,
      resizeCondition: this.#resizer.condition,
      now: timeText(this.node.clock.now()),
    });
    if (!sameAsJson(status, current.status)) {
      this.node.client.update(pods, { ...current, status }, { subresource: "status" });
    }
  }
}
