import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { Clock, Timer } from "../../common/clock.ts";
import { quantityToNumber } from "../../common/kubernetes/quantity.ts";
import type { ApiClient } from "../api/apiClient.ts";
import { isNotFound } from "../api/apiError.ts";
import { pods } from "../api/resources.ts";
import type { EventRecorder, EventType } from "../controllers/kit/eventRecorder.ts";
import type { RunningProcess } from "../programs/program.ts";
import type { Container, ContainerRuntime } from "./container.ts";
import { ContainerLog } from "./containerLog.ts";
import { type ContainerFacts, newFacts, terminatedState } from "./containerState.ts";
import { ContainerConfigError, containerEnvironment, expand } from "./environment.ts";
import { containerMounts, MountError, type MountOptions, podVolumes } from "./mounts.ts";
import { podStatus } from "./podStatus.ts";
import { type Probe, ProbeLoop } from "./prober.ts";

type ContainerSpec = NonNullable<IPod["spec"]>["containers"][number];

const firstBackoffMs = 10_000;
const longestBackoffMs = 300_000;
const backoffForgottenMs = 600_000;
/** How long the node waits before it tries again to make what it could not. */
const retryMs = 1_000;

export interface NodeSurroundings {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly events: EventRecorder;
  readonly runtime: ContainerRuntime;
  readonly mounts: MountOptions;
  readonly hostAddress: string;
  readonly takeAddress: (pod: IPod) => string;
  readonly releaseAddress: (address: string) => void;
  readonly connect: (address: string, port: number) => Promise<Duplex>;
}

/** One container of a Pod while the node has it. */
interface Running {
  readonly spec: ContainerSpec;
  readonly facts: ContainerFacts;
  log: ContainerLog;
  previousLog: ContainerLog | undefined;
  container: Container | undefined;
  process: RunningProcess | undefined;
  startedAt: number;
  backoffMs: number;
  isOutOfMemory: boolean;
  probes: ProbeLoop[];
  retry: Timer | undefined;
}

/** Runs one Pod on a node, from its binding to its end (pkg/kubelet, syncPod and the probe manager). */
export class PodWorker {
  readonly #node: NodeSurroundings;
  readonly #containers: readonly Running[];
  readonly #initContainers: readonly Running[];
  readonly #startTime: string;
  #pod: IPod;
  #address: string | undefined;
  #isTerminating = false;
  #isEnded = false;
  #statusTimer: Timer | undefined;

  constructor(pod: IPod, node: NodeSurroundings) {
    this.#pod = pod;
    this.#node = node;
    this.#startTime = timeText(node.clock.now());
    this.#initContainers = (pod.spec?.initContainers ?? []).map((spec) =>
      this.#newContainer(spec, "PodInitializing"),
    );
    const waiting = this.#initContainers.length > 0 ? "PodInitializing" : "ContainerCreating";
    this.#containers = (pod.spec?.containers ?? []).map((spec) => this.#newContainer(spec, waiting));
  }

  /** Begins. What cannot be done yet is tried again. */
  start(): void {
    this.#writeStatusSoon();
    void this.#run();
  }

  /** The Pod object changed. */
  update(pod: IPod): void {
    this.#pod = pod;
    if (pod.metadata?.deletionTimestamp && !this.#isTerminating) {
      void this.#terminate(pod.metadata.deletionGracePeriodSeconds ?? 0);
    }
  }

  /** The object is gone (it was deleted by force): what still runs is ended. */
  objectGone(): void {
    this.#end();
  }

  /** The running container of that name; undefined when it does not run. */
  running(name: string): Container | undefined {
    return this.#find(name)?.process ? this.#find(name)?.container : undefined;
  }

  processOf(name: string): RunningProcess | undefined {
    return this.#find(name)?.process;
  }

  log(name: string, previous: boolean): ContainerLog | undefined {
    const found = this.#find(name);
    return previous ? found?.previousLog : found?.log;
  }

  get address(): string | undefined {
    return this.#address;
  }

  #find(name: string): Running | undefined {
    return [...this.#initContainers, ...this.#containers].find(({ spec }) => spec.name === name);
  }

  #newContainer(spec: ContainerSpec, waitingReason: string): Running {
    return {
      spec,
      facts: newFacts(spec.name, spec.image ?? "", waitingReason),
      log: new ContainerLog(() => this.#node.clock.now()),
      previousLog: undefined,
      container: undefined,
      process: undefined,
      startedAt: 0,
      backoffMs: firstBackoffMs,
      isOutOfMemory: false,
      probes: [],
      retry: undefined,
    };
  }

  async #run(): Promise<void> {
    this.#address = this.#node.takeAddress(this.#pod);
    for (const each of this.#initContainers) {
      await this.#runInitContainer(each);
      if (this.#isTerminating || this.#isEnded) {
        return;
      }
    }
    for (const each of this.#containers) {
      each.facts.state = { waiting: { reason: "ContainerCreating" } };
      this.#startContainer(each);
    }
  }

  /** Resolves when the init container has succeeded, or the Pod ends first. */
  #runInitContainer(each: Running): Promise<void> {
    return new Promise((resolve) => {
      const attempt = () => {
        if (this.#isTerminating || this.#isEnded) {
          resolve();
          return;
        }
        this.#startContainer(each, (code) => {
          if (code === 0) {
            resolve();
          } else if (this.#pod.spec?.restartPolicy !== "Never") {
            this.#restartLater(each, attempt);
          }
        });
      };
      attempt();
    });
  }

  /** Starts a container, or says why not and tries again. `onExit` replaces the restart policy (init containers). */
  #startContainer(each: Running, onExit?: (code: number) => void): void {
    if (this.#isTerminating || this.#isEnded) {
      return;
    }
    try {
      this.#launch(each, onExit);
    } catch (error) {
      this.#cannotStart(each, error);
      each.retry = this.#node.clock.after(retryMs, () => this.#startContainer(each, onExit));
    }
    this.#writeStatusSoon();
  }

  #launch(each: Running, onExit: ((code: number) => void) | undefined): void {
    const { spec, facts } = each;
    const volumes = podVolumes(this.#pod, this.#node.mounts);
    const image = this.#node.runtime.findImage(spec.image ?? "");
    if (image.state === "absent") {
      throw new ImageError(image.detail);
    }
    if (facts.restartCount === 0 || !facts.imageId) {
      const present = `Container image "${spec.image}" already present on machine and can be accessed by the pod`;
      this.#record(each, "Normal", "Pulled", present);
    }
    const environment = containerEnvironment(this.#node.client, this.#podWithAddress(), spec);
    const limit = spec.resources?.limits?.["memory"];
    each.container = this.#node.runtime.create({
      podUid: this.#pod.metadata?.uid ?? "",
      namespace: this.#pod.metadata?.namespace ?? "default",
      subdomain: this.#pod.spec?.subdomain,
      imageReference: spec.image ?? "",
      command: spec.command?.map((word) => expand(word, environment)),
      args: spec.args?.map((word) => expand(word, environment)),
      environment,
      hostname: this.#pod.spec?.hostname ?? this.#pod.metadata?.name ?? "",
      workingDirectory: spec.workingDir,
      address: this.#address ?? "",
      mounts: containerMounts(spec, volumes),
      memoryLimitBytes: limit === undefined ? undefined : quantityToNumber(limit),
      onOutOfMemory: () => {
        each.isOutOfMemory = true;
      },
    });
    this.#record(each, "Normal", "Created", "Container created");
    each.isOutOfMemory = false;
    facts.containerId = `practice://${randomBytes(32).toString("hex")}`;
    facts.imageId = image.id;
    each.process = each.container.start(each.log.stream(), each.log.stream());
    each.startedAt = this.#node.clock.now();
    facts.state = { running: { startedAt: timeText(each.startedAt) } };
    this.#record(each, "Normal", "Started", "Container started");
    this.#startProbes(each);
    const { process } = each;
    void process.exited.then((code) => this.#exited(each, process, code, onExit));
  }

  #podWithAddress(): IPod {
    const pod = structuredClone(this.#pod);
    pod.status = { ...pod.status, podIP: this.#address ?? "", hostIP: this.#node.hostAddress };
    return pod;
  }

  #cannotStart(each: Running, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    const set = (reason: string) => {
      each.facts.state = { waiting: { reason, message } };
    };
    if (error instanceof ContainerConfigError) {
      set("CreateContainerConfigError");
      this.#record(each, "Warning", "Failed", `Error: ${message}`);
    } else if (error instanceof MountError) {
      each.facts.state = { waiting: { reason: "ContainerCreating" } };
      this.#recordPod("Warning", "FailedMount", message);
    } else if (error instanceof ImageError) {
      const wasTried = each.facts.state.waiting?.reason?.includes("Image") ?? false;
      set(wasTried ? "ImagePullBackOff" : "ErrImagePull");
      if (wasTried) {
        this.#record(each, "Normal", "BackOff", `Back-off pulling image "${each.spec.image}"`);
      } else {
        this.#record(each, "Normal", "Pulling", `Pulling image "${each.spec.image}"`);
        this.#record(each, "Warning", "Failed", `Failed to pull image "${each.spec.image}": ${message}`);
      }
    } else {
      set("RunContainerError");
      this.#record(each, "Warning", "Failed", `Error: ${message}`);
    }
  }

  #exited(
    each: Running,
    process: RunningProcess,
    code: number,
    onExit: ((code: number) => void) | undefined,
  ): void {
    if (each.process !== process) {
      return;
    }
    each.process = undefined;
    each.container?.killAll();
    each.log.end();
    stopProbes(each);
    const { facts } = each;
    facts.isReady = false;
    facts.isStarted = false;
    const finishedAt = timeText(this.#node.clock.now());
    facts.state = terminatedState(facts, code, each.isOutOfMemory, timeText(each.startedAt), finishedAt);
    if (!this.#isTerminating && !this.#isEnded) {
      if (onExit) {
        facts.isReady = code === 0;
        onExit(code);
      } else if (this.#isRestarted(code)) {
        this.#restartLater(each, () => this.#startContainer(each));
      }
    }
    this.#writeStatusSoon();
  }

  #isRestarted(code: number): boolean {
    const policy = this.#pod.spec?.restartPolicy ?? "Always";
    return policy === "Always" || (policy === "OnFailure" && code !== 0);
  }

  /** The first restart comes at once, the next ones after 10 s, 20 s … 5 min. */
  #restartLater(each: Running, restart: () => void): void {
    const ran = this.#node.clock.now() - each.startedAt;
    const isFirst = each.facts.restartCount === 0;
    if (ran > backoffForgottenMs) {
      each.backoffMs = firstBackoffMs;
    }
    const again = () => {
      each.retry = undefined;
      each.facts.lastState = each.facts.state.terminated
        ? { terminated: each.facts.state.terminated }
        : each.facts.lastState;
      each.facts.restartCount += 1;
      each.previousLog = each.log;
      each.log = new ContainerLog(() => this.#node.clock.now());
      restart();
    };
    if (isFirst) {
      each.retry = this.#node.clock.after(0, again);
      return;
    }
    const { terminated } = each.facts.state;
    each.facts.lastState = terminated ? { terminated } : each.facts.lastState;
    const wait = each.backoffMs;
    const { name, namespace, uid } = this.#pod.metadata ?? {};
    const message = `back-off ${wait / 1000 >= 60 ? `${Math.floor(wait / 60_000)}m${(wait / 1000) % 60}s` : `${wait / 1000}s`} restarting failed container=${each.spec.name} pod=${name}_${namespace}(${uid})`;
    each.facts.state = { waiting: { reason: "CrashLoopBackOff", message } };
    this.#record(
      each,
      "Warning",
      "BackOff",
      `Back-off restarting failed container ${each.spec.name} in pod ${name}_${namespace}(${uid})`,
    );
    each.backoffMs = Math.min(longestBackoffMs, wait * 2);
    each.retry = this.#node.clock.after(wait, again);
  }

  #startProbes(each: Running): void {
    const { startupProbe } = each.spec;
    each.facts.isStarted = !startupProbe;
    if (!startupProbe) {
      this.#startOtherProbes(each);
      return;
    }
    const loop = this.#probe(each, "Startup", startupProbe, (result) => {
      loop.dispose();
      if (result === "success") {
        each.facts.isStarted = true;
        this.#startOtherProbes(each);
        this.#writeStatusSoon();
      } else {
        this.#killForProbe(each, "startup");
      }
    });
    each.probes.push(loop);
  }

  #startOtherProbes(each: Running): void {
    const { livenessProbe, readinessProbe } = each.spec;
    each.facts.isReady = !readinessProbe;
    if (readinessProbe) {
      each.probes.push(
        this.#probe(each, "Readiness", readinessProbe, (result) => {
          const isReady = result === "success";
          if (each.facts.isReady !== isReady) {
            each.facts.isReady = isReady;
            this.#writeStatusSoon();
          }
        }),
      );
    }
    if (livenessProbe) {
      each.probes.push(
        this.#probe(each, "Liveness", livenessProbe, (result) => {
          if (result === "failure") {
            this.#killForProbe(each, "liveness");
          }
        }),
      );
    }
  }

  #probe(
    each: Running,
    kind: string,
    probe: Probe,
    tell: (result: "success" | "failure") => void,
  ): ProbeLoop {
    const { container } = each;
    if (!container) {
      throw new Error("a probe needs a running container");
    }
    const target = {
      container,
      connect: (port: number) => this.#node.connect(this.#address ?? "", port),
      portOf: (port: string | number) =>
        typeof port === "number"
          ? port
          : (each.spec.ports?.find(({ name }) => name === port)?.containerPort ?? Number(port)),
    };
    return new ProbeLoop(probe, target, this.#node.clock, tell, (output) =>
      this.#record(each, "Warning", "Unhealthy", `${kind} probe failed: ${output}`),
    );
  }

  #killForProbe(each: Running, kind: "startup" | "liveness"): void {
    stopProbes(each);
    this.#record(
      each,
      "Normal",
      "Killing",
      `Container ${each.spec.name} failed ${kind} probe, will be restarted`,
    );
    this.#stop(each, this.#pod.spec?.terminationGracePeriodSeconds ?? 30);
  }

  /** SIGTERM, then SIGKILL when the grace period is over. */
  #stop(each: Running, graceSeconds: number): void {
    const { process } = each;
    if (!process) {
      return;
    }
    process.signal("SIGTERM");
    const kill = this.#node.clock.after(graceSeconds * 1000, () => process.signal("SIGKILL"));
    void process.exited.then(() => kill.cancel());
  }

  async #terminate(graceSeconds: number): Promise<void> {
    this.#isTerminating = true;
    const running = [...this.#initContainers, ...this.#containers];
    const ends = running.flatMap(({ process }) => (process ? [process.exited] : []));
    for (const each of running) {
      each.retry?.cancel();
      stopProbes(each);
      if (each.process) {
        this.#record(each, "Normal", "Killing", `Stopping container ${each.spec.name}`);
        this.#stop(each, graceSeconds);
      }
    }
    await Promise.all(ends);
    this.#writeStatus();
    this.#deleteObject();
    this.#end();
  }

  #deleteObject(): void {
    const { namespace, name = "", uid = "" } = this.#pod.metadata ?? {};
    try {
      this.#node.client.delete(pods, { namespace, name }, { gracePeriodSeconds: 0, preconditions: { uid } });
    } catch (error) {
      if (!isNotFound(error)) {
        throw error;
      }
    }
  }

  #end(): void {
    this.#isEnded = true;
    this.#statusTimer?.cancel();
    for (const each of [...this.#initContainers, ...this.#containers]) {
      each.retry?.cancel();
      stopProbes(each);
      each.container?.killAll();
    }
    if (this.#address) {
      this.#node.releaseAddress(this.#address);
    }
  }

  /** Changes of one turn are written together. */
  #writeStatusSoon(): void {
    this.#statusTimer ??= this.#node.clock.after(0, () => {
      this.#statusTimer = undefined;
      this.#writeStatus();
    });
  }

  #writeStatus(): void {
    const { namespace, name = "", uid } = this.#pod.metadata ?? {};
    const current = this.#node.client.find(pods, { namespace, name });
    if (this.#isEnded || !current || current.metadata?.uid !== uid) {
      return;
    }
    const status = podStatus({
      pod: current,
      address: this.#address,
      hostAddress: this.#node.hostAddress,
      startTime: this.#startTime,
      initContainers: this.#initContainers.map(({ facts }) => facts),
      containers: this.#containers.map(({ facts }) => facts),
      now: timeText(this.#node.clock.now()),
    });
    this.#node.client.update(pods, { ...structuredClone(current), status }, { subresource: "status" });
  }

  #record(each: Running, type: EventType, reason: string, message: string): void {
    const list = this.#initContainers.includes(each) ? "initContainers" : "containers";
    const fieldPath = `spec.${list}{${each.spec.name}}`;
    const subject = { apiVersion: "v1", kind: "Pod", object: this.#pod, fieldPath };
    this.#node.events.record(subject, type, reason, message);
  }

  #recordPod(type: EventType, reason: string, message: string): void {
    this.#node.events.record({ apiVersion: "v1", kind: "Pod", object: this.#pod }, type, reason, message);
  }
}

/** The image is not on the node and cannot be pulled. */
class ImageError extends Error {}

function stopProbes(each: Running): void {
  for (const probe of each.probes) {
    probe.dispose();
  }
  each.probes = [];
}

function timeText(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
