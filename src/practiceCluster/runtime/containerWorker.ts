import { randomBytes } from "node:crypto";
import { PassThrough } from "node:stream";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { Timer } from "../../common/clock.ts";
import type { EventType } from "../controllers/kit/eventRecorder.ts";
import type { RunningProcess } from "../programs/program.ts";
import type { Container, MountSource } from "./container.ts";
import type { ContainerLog } from "./containerLog.ts";
import { ContainerLogs } from "./containerLogs.ts";
import { ContainerProbes } from "./containerProbes.ts";
import { containerSettings, memoryLimit } from "./containerStart.ts";
import { type ContainerFacts, type ContainerStatus, newFacts, terminatedState } from "./containerState.ts";
import { ContainerStop } from "./containerStop.ts";
import { ImagePull } from "./imagePull.ts";
import { runHook } from "./lifecycleHooks.ts";
import { type PodHandle, timeText } from "./podHandle.ts";
import type { Probe, ProbeTarget } from "./prober.ts";
import { durationText, RestartBackOff } from "./restartBackOff.ts";
import { type ContainerKind, isRestarted } from "./restartRules.ts";
import { startErrorText, waitingFor, wasNeverCreated } from "./startFailure.ts";
import { earlierRun, terminationMessage } from "./terminationMessage.ts";

type ContainerSpec = NonNullable<IPod["spec"]>["containers"][number];

/** How long a container waits that could not be made, unless what it lacks appears. */
const retryMs = 10_000;
const firstRetryMs = 1_000;

/** One start of a container, from its creation to the end of its first process. */
interface Run {
  readonly container: Container;
  readonly process: RunningProcess;
  readonly log: ContainerLog;
  readonly startedAt: number;
  readonly stdin: PassThrough | undefined;
  isOutOfMemory: boolean;
  probes: ContainerProbes | undefined;
  stop: ContainerStop | undefined;
}

/** Runs one container of a Pod: starts it, probes it, starts it again as its Pod's policy says, and stops it. */
export class ContainerWorker {
  readonly spec: ContainerSpec;
  readonly kind: ContainerKind;
  readonly facts: ContainerFacts;
  readonly #pod: PodHandle;
  readonly #volumes: () => ReadonlyMap<string, MountSource>;
  readonly #backOff = new RestartBackOff();
  readonly #pull: ImagePull;
  readonly #logs: ContainerLogs;
  #run: Run | undefined;
  #retry: Timer | undefined;
  /** Writes down what came of a pull, a moment later. */
  #shown: Timer | undefined;
  #retryMs = firstRetryMs;
  #isBegun = false;
  #isStopped = false;
  #isStarting = false;

  constructor(
    spec: ContainerSpec,
    kind: ContainerKind,
    pod: PodHandle,
    volumes: () => ReadonlyMap<string, MountSource>,
    waitingReason: string,
    earlier?: ContainerStatus,
  ) {
    this.spec = spec;
    this.kind = kind;
    this.#pod = pod;
    this.#volumes = volumes;
    this.facts = newFacts(spec, kind, pod.pod, waitingReason);
    this.#logs = new ContainerLogs(() => this.#clock.now());
    this.#pull = new ImagePull(pod.node.runtime, pod.node.clock, (type, reason, message) =>
      this.#record(type, reason, message),
    );
    if (earlier?.containerID) {
      Object.assign(this.facts, earlierRun(earlier, timeText(this.#clock.now())));
    }
  }

  get isBegun(): boolean {
    return this.#isBegun;
  }

  /** Whether postStart still runs: the next container waits for it. */
  get isStarting(): boolean {
    return this.#isStarting;
  }

  /** Whether it has ended and stays so. */
  get isOver(): boolean {
    const { terminated } = this.facts.state;
    return terminated !== undefined && (this.#isStopped || !this.#isRestartedAfter(terminated.exitCode));
  }

  get container(): Container | undefined {
    return this.#run?.container;
  }

  get process(): RunningProcess | undefined {
    return this.#run?.process;
  }

  /** Where attach writes to, when the container has an open stdin. */
  get stdin(): PassThrough | undefined {
    return this.#run?.stdin;
  }

  /** The log of the run that the status tells of, as pkg/kubelet chooses it (validateContainerLogStatus). */
  log(previous: boolean): ContainerLog | undefined {
    const { state, lastState, containerId } = this.facts;
    const last = this.#logs.of(lastState.terminated?.containerID);
    return previous ? last : state.waiting ? last : this.#logs.of(containerId);
  }

  /** Starts it, once. */
  begin(): void {
    this.#isBegun = true;
    this.#start();
  }

  /** Something that it may have waited for has appeared. */
  tryAgain(): void {
    const isWaitingForConfig = this.facts.state.waiting?.reason === "CreateContainerConfigError";
    if (isWaitingForConfig && this.#retry && !this.#isStopped) {
      this.#retry.cancel();
      this.#start();
    }
  }

  /** Ends it for good. `turn`: what is waited for between preStop and the signal. Resolves when it is over. */
  async stop(graceSeconds: number, turn: Promise<unknown> = Promise.resolve()): Promise<void> {
    this.#isStopped = true;
    this.#retry?.cancel();
    this.#shown?.cancel();
    const run = this.#run;
    if (!run) {
      return;
    }
    this.#record("Normal", "Killing", `Stopping container ${this.spec.name}`);
    this.#stopRun(run, graceSeconds, turn);
    await run.process.exited;
  }

  /** While it is being stopped: the grace period has become shorter. */
  shorten(graceSeconds: number): void {
    this.#run?.stop?.shorten(graceSeconds);
  }

  /** Ends it at once, without a word. */
  kill(): void {
    this.#isStopped = true;
    this.#retry?.cancel();
    this.#shown?.cancel();
    this.#run?.probes?.dispose();
    this.#run?.container.killAll();
  }

  /** Stops it so that it is started again at once with what the Pod says now (a resize that needs it). */
  restart(): void {
    if (this.#run) {
      this.#record("Normal", "Killing", `Container ${this.spec.name} resize requires restart`);
      this.#stopRun(this.#run, this.#graceSeconds(), Promise.resolve());
    }
  }

  /** Takes other resources while it runs. */
  resize(resources: NonNullable<ContainerSpec["resources"]>): void {
    this.facts.resources = resources;
    this.#run?.container.limitMemory(memoryLimit(resources));
  }

  get #clock() {
    return this.#pod.node.clock;
  }

  #isRestartedAfter(code: number): boolean {
    return isRestarted(this.kind, this.spec, this.#pod.pod.spec?.restartPolicy ?? "Always", code);
  }

  #start(): void {
    this.#retry = undefined;
    if (this.#isStopped) {
      return;
    }
    try {
      this.#launch();
    } catch (error) {
      this.#cannotStart(error);
    }
    this.#pod.changed();
  }

  #launch(): void {
    const { node, address } = this.#pod;
    const { spec, facts } = this;
    const imageId = this.#pull.ensure(spec.image ?? "", spec.imagePullPolicy ?? "IfNotPresent");
    const settings = containerSettings(node, this.#pod.pod, address, spec, this.#volumes(), () => {
      run.isOutOfMemory = true;
    });
    const container = node.runtime.create({ ...settings, memoryLimitBytes: memoryLimit(facts.resources) });
    this.#countRun();
    facts.imageId = imageId;
    facts.containerId = `containerd://${randomBytes(32).toString("hex")}`;
    this.#record("Normal", "Created", "Container created");
    const run = this.#startProcess(container);
    this.#run = run;
    this.#retryMs = firstRetryMs;
    this.#record("Normal", "Started", "Container started");
    void run.process.exited.then((code) => this.#exited(run, code));
    void this.#afterStart(run);
  }

  #startProcess(container: Container): Run {
    const log = this.#logs.begin(this.facts.containerId);
    const { stdin: hasStdin, tty = false } = this.spec;
    const stdin = hasStdin ? new PassThrough() : undefined;
    const process = container.start({ stdin, stdout: log.stream(), stderr: log.stream(), tty });
    const startedAt = this.#clock.now();
    return {
      container,
      process,
      log,
      startedAt,
      stdin,
      isOutOfMemory: false,
      probes: undefined,
      stop: undefined,
    };
  }

  /** A container that was made before has been started again. */
  #countRun(): void {
    const { facts } = this;
    if (facts.containerId) {
      facts.restartCount += 1;
    }
    if (facts.state.terminated) {
      facts.lastState = { terminated: facts.state.terminated };
    }
  }

  /** postStart first: until it is done the container counts as being made. */
  async #afterStart(run: Run): Promise<void> {
    const postStart = this.spec.lifecycle?.postStart;
    if (postStart) {
      this.#isStarting = true;
      const isDone = await this.#runPostStart(run, postStart);
      this.#isStarting = false;
      if (!isDone || this.#run !== run) {
        return;
      }
    }
    this.facts.state = { running: { startedAt: timeText(run.startedAt) } };
    if (!run.stop) {
      run.probes = this.#probes(run);
    }
    this.#pod.changed();
  }

  async #runPostStart(run: Run, handler: Parameters<typeof runHook>[0]): Promise<boolean> {
    const over = new AbortController();
    void run.process.exited.then(() => over.abort(new Error("the container ended")));
    try {
      await runHook(handler, this.#target(run), this.#clock, over.signal);
      return true;
    } catch {
      if (!over.signal.aborted) {
        this.#record("Warning", "FailedPostStartHook", "PostStartHook failed");
        this.#record("Normal", "Killing", "FailedPostStartHook");
        this.#stopRun(run, this.#graceSeconds(), Promise.resolve());
      }
      return false;
    }
  }

  #cannotStart(error: unknown): void {
    const { facts } = this;
    if (wasNeverCreated(error)) {
      const { reason, message, event } = waitingFor(error);
      const show = () => {
        facts.state = { waiting: { reason, message } };
        this.#pod.changed();
      };
      this.#record("Warning", "Failed", event);
      if (reason === "ErrImagePull") {
        // the kubelet writes what came of a pull when it looks at the Pod next, and backs off in the same go
        this.#retry = this.#clock.after(firstRetryMs, () => {
          show();
          this.#start();
        });
        return;
      }
      if (reason === "ImagePullBackOff") {
        this.#shown = this.#clock.after(firstRetryMs, show);
      } else {
        show();
      }
      this.#retryMs = Math.max(this.#pull.nextTryMs, this.#retryMs);
      this.#retry = this.#clock.after(this.#retryMs, () => this.#start());
      this.#retryMs = retryMs;
      return;
    }
    const message = startErrorText(error);
    const now = timeText(this.#clock.now());
    this.#record("Warning", "Failed", `Error: ${message}`);
    const startedAt = "1970-01-01T00:00:00Z";
    const containerID = facts.containerId;
    const terminated = {
      containerID,
      exitCode: 128,
      finishedAt: now,
      message,
      reason: "StartError",
      startedAt,
    };
    facts.state = { terminated };
    this.#ended(128, { reason: "RunContainerError", message });
  }

  #exited(run: Run, code: number): void {
    if (this.#run !== run) {
      return;
    }
    this.#run = undefined;
    run.container.killAll();
    run.log.end();
    run.probes?.dispose();
    run.stdin?.destroy();
    const { facts } = this;
    facts.isStarted = false;
    const message = terminationMessage(this.spec, run.container, code, () => run.log.tail(80, 2048));
    const end = { exitCode: code, isOutOfMemory: run.isOutOfMemory, message };
    const times = [timeText(run.startedAt), timeText(this.#clock.now())] as const;
    facts.state = terminatedState(facts.containerId, end, ...times);
    facts.isReady = this.kind === "init" && code === 0;
    this.#ended(code);
    this.#pod.changed();
  }

  /** Starts it again: at once, or after the back-off. `waiting`: the reason that it shows meanwhile. */
  #ended(code: number, waiting?: { readonly reason: string; readonly message: string }): void {
    if (this.#isStopped || !this.#isRestartedAfter(code)) {
      return;
    }
    const endedAt = this.#clock.now();
    const wait = this.#backOff.waitAfter(endedAt);
    const { facts } = this;
    const shown = wait > 0 ? this.#crashLoop(wait) : waiting;
    if (shown) {
      facts.lastState = facts.state;
      facts.state = { waiting: shown };
    }
    this.#retry = this.#clock.after(wait, () => {
      this.#backOff.restarted(endedAt, this.#clock.now());
      this.#start();
    });
  }

  #crashLoop(waitMs: number) {
    const { name, namespace, uid } = this.#pod.pod.metadata ?? {};
    const pod = `${name}_${namespace}(${uid})`;
    const again = `Back-off restarting failed container ${this.spec.name} in pod ${pod}`;
    this.#record("Warning", "BackOff", again);
    const container = `restarting failed container=${this.spec.name} pod=${pod}`;
    return { reason: "CrashLoopBackOff", message: `back-off ${durationText(waitMs)} ${container}` };
  }

  #probes(run: Run): ContainerProbes {
    const { facts } = this;
    const set = (change: Partial<Pick<ContainerFacts, "isReady" | "isStarted">>) => {
      const before = [facts.isReady, facts.isStarted];
      Object.assign(facts, change);
      if (before[0] !== facts.isReady || before[1] !== facts.isStarted) {
        this.#pod.changed();
      }
    };
    return new ContainerProbes(this.spec, this.#target(run), this.#clock, {
      started: () => set({ isStarted: true }),
      ready: (isReady) => set({ isReady }),
      unhealthy: (message) => this.#record("Warning", "Unhealthy", message),
      kill: (kind, probe) => this.#killForProbe(run, kind, probe),
    });
  }

  #killForProbe(run: Run, kind: "startup" | "liveness", probe: Probe): void {
    this.#record("Normal", "Killing", `Container ${this.spec.name} failed ${kind} probe, will be restarted`);
    this.#stopRun(run, probe.terminationGracePeriodSeconds ?? this.#graceSeconds(), Promise.resolve());
  }

  #stopRun(run: Run, graceSeconds: number, turn: Promise<unknown>): void {
    run.probes?.dispose();
    const { process, container } = run;
    const hookFailed = () => this.#record("Warning", "FailedPreStopHook", "PreStopHook failed");
    const request = { process, container, target: this.#target(run), spec: this.spec, hookFailed };
    run.stop ??= new ContainerStop(request, graceSeconds, this.#clock, turn);
  }

  #graceSeconds(): number {
    return this.#pod.pod.spec?.terminationGracePeriodSeconds ?? 30;
  }

  #target({ container }: Run): ProbeTarget {
    const { address, node } = this.#pod;
    const ports = this.spec.ports ?? [];
    return {
      container,
      address,
      connect: (port) => node.connect(address, port),
      portOf: (port) =>
        typeof port === "number"
          ? port
          : (ports.find(({ name }) => name === port)?.containerPort ?? Number(port)),
    };
  }

  #record(type: EventType, reason: string, message: string): void {
    this.#pod.record(this.kind, this.spec.name, type, reason, message);
  }
}
