import { randomBytes } from "node:crypto";
import type { IPod } from "kubernetes-models/v1/Pod";
import { type Disposable, DisposableList } from "../../../common/disposable.ts";
import { events, pods } from "../../api/resources.ts";
import { ContainerLog } from "../containerLog.ts";
import { type ContainerFacts, newFacts } from "../containerState.ts";
import type { NodeContainer, NodePod } from "../nodePod.ts";
import { type NodeSurroundings, timeText } from "../podHandle.ts";
import { podStatus } from "../podStatus.ts";
import { earlierRun } from "../terminationMessage.ts";
import { components } from "./components.ts";
import { eventLine, klogTime } from "./eventLines.ts";

/**
 * A static Pod of the control plane. What it stands for runs in this very process, so nobody can get into it; its log
 * tells of the Events that the component writes.
 */
export class StaticPodWorker implements NodePod {
  readonly #node: NodeSurroundings;
  readonly #facts: ContainerFacts;
  readonly #log: ContainerLog;
  readonly #startTime: string;
  readonly #parts = new DisposableList();
  #pod: IPod;

  constructor(pod: IPod, node: NodeSurroundings) {
    this.#pod = pod;
    this.#node = node;
    const now = timeText(node.clock.now());
    this.#startTime = pod.status?.startTime ?? now;
    const spec = pod.spec?.containers[0] ?? { name: "" };
    this.#facts = newFacts(spec, "regular", pod, "ContainerCreating");
    this.#log = new ContainerLog(() => node.clock.now());
    this.#run(pod.status?.containerStatuses?.[0]);
  }

  get pod(): IPod {
    return this.#pod;
  }

  get address(): string {
    return this.#node.hostAddress;
  }

  start(): void {
    this.#writeStatus();
    const component = components.find(({ name }) => name === this.#facts.name);
    const log = this.#log.stream();
    const since = this.#node.clock.now();
    log.write(`I${klogTime(since)}       1 server.go:180] "Version" version="v1.36.3"\n`);
    this.#parts.add(this.#watchEvents(log, since, component?.wrote ?? (() => false)));
  }

  update(pod: IPod): void {
    this.#pod = pod;
    const { namespace, name = "", uid = "" } = pod.metadata ?? {};
    if (pod.metadata?.deletionTimestamp) {
      this.#node.client.delete(pods, { namespace, name }, { gracePeriodSeconds: 0, preconditions: { uid } });
    }
  }

  objectGone(): void {
    this.kill();
  }

  kill(): void {
    this.#parts.dispose();
    this.#log.end();
  }

  sourceChanged(): void {}

  find(name: string): NodeContainer | undefined {
    const { spec } = this.#pod;
    const found = spec?.containers.find((each) => each.name === name);
    const nothing = { container: undefined, process: undefined, stdin: undefined };
    return found && { spec: found, ...nothing, log: (previous) => (previous ? undefined : this.#log) };
  }

  #run(earlier: Parameters<typeof earlierRun>[0] | undefined): void {
    const now = timeText(this.#node.clock.now());
    if (earlier?.containerID) {
      const { restartCount = 0, state = {} } = earlierRun(earlier, now);
      Object.assign(this.#facts, { restartCount: restartCount + 1, lastState: state });
    }
    const id = randomBytes(32).toString("hex");
    Object.assign(this.#facts, {
      containerId: `containerd://${id}`,
      imageId: `sha256:${id}`,
      state: { running: { startedAt: now } },
      isReady: true,
      isStarted: true,
    });
  }

  /** Events from before the start were told by the run before. */
  #watchEvents(
    log: ReturnType<ContainerLog["stream"]>,
    since: number,
    wrote: (component: string) => boolean,
  ): Disposable {
    return this.#node.client.watch(events, ({ type, object }) => {
      const { source, reportingComponent, lastTimestamp } = object;
      const isOld = Date.parse(lastTimestamp ?? "") + 1000 < since;
      if (type !== "DELETED" && !isOld && wrote(source?.component || reportingComponent || "")) {
        log.write(`${eventLine(object, this.#node.clock.now())}\n`);
      }
    });
  }

  #writeStatus(): void {
    const { hostAddress, clock, client } = this.#node;
    const status = podStatus({
      pod: this.#pod,
      address: hostAddress,
      hostAddress,
      startTime: this.#startTime,
      initContainers: [],
      containers: [this.#facts],
      ephemeralContainers: [],
      isOver: false,
      failure: undefined,
      resizeCondition: undefined,
      now: timeText(clock.now()),
    });
    client.update(pods, { ...structuredClone(this.#pod), status }, { subresource: "status" });
  }
}
