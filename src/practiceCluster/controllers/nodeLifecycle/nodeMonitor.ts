import type { INode } from "kubernetes-models/v1/Node";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { Clock, Timer } from "../../../common/clock.ts";
import { type Disposable, DisposableList } from "../../../common/disposable.ts";
import type { ApiClient } from "../../api/apiClient.ts";
import { leases, nodes, pods } from "../../api/resources.ts";
import { EventRecorder } from "../kit/eventRecorder.ts";
import { timeText } from "../kit/times.ts";

/** How often nodes are looked at, and how long one may be silent (the defaults of kube-controller-manager). */
const periodMs = 5_000;
const gracePeriodMs = 50_000;
/** What a kubelet reports: not known any more once it is silent. */
const reported = new Set(["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"]);

/** Takes nodes for lost that stopped renewing their Lease, and their Pods for not ready (pkg/controller/nodelifecycle). */
export class NodeMonitor implements Disposable {
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #events: EventRecorder;
  readonly #parts = new DisposableList();
  /** When each node was last heard of: a Lease from before this process says nothing. */
  readonly #heard = new Map<string, { readonly renewTime: string | undefined; readonly at: number }>();
  readonly #wasReady = new Map<string, boolean>();
  #timer: Timer;
  #lookedAt: number;

  constructor(client: ApiClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
    this.#events = new EventRecorder(client, clock, "node-controller");
    this.#lookedAt = clock.now();
    this.#timer = clock.after(periodMs, () => this.#look());
    this.#parts.add(client.watch(nodes, ({ type, object }) => this.#changed(type, object)));
  }

  dispose(): void {
    this.#timer.cancel();
    this.#parts.dispose();
  }

  #look(): void {
    this.#timer = this.#clock.after(periodMs, () => this.#look());
    const now = this.#clock.now();
    if (now - this.#lookedAt > gracePeriodMs) {
      // this machine was asleep, and the nodes with it: they get their time anew
      this.#heard.clear();
    }
    this.#lookedAt = now;
    for (const node of this.#client.list(nodes)) {
      if (this.#isSilent(node.metadata?.name ?? "")) {
        this.#takeForLost(node);
      }
    }
  }

  /** A node that never had a Lease is not judged. */
  #isSilent(name: string): boolean {
    const lease = this.#client.find(leases, { namespace: "kube-node-lease", name });
    const renewTime = lease?.spec?.renewTime;
    if (!lease) {
      return false;
    }
    const known = this.#heard.get(name);
    const now = this.#clock.now();
    if (!known || known.renewTime !== renewTime) {
      this.#heard.set(name, { renewTime, at: now });
      return false;
    }
    return now > known.at + gracePeriodMs;
  }

  #takeForLost(node: INode): void {
    const conditions = node.status?.conditions ?? [];
    const isKnown = ({ type, status }: { type: string; status: string }) =>
      reported.has(type) && status !== "Unknown";
    if (!conditions.some(isKnown)) {
      return;
    }
    const unknown = {
      status: "Unknown" as const,
      reason: "NodeStatusUnknown",
      message: "Kubelet stopped posting node status.",
      lastTransitionTime: timeText(this.#clock.now()),
    };
    const next = conditions.map((each) => (isKnown(each) ? { ...each, ...unknown } : each));
    const status = { ...node.status, conditions: next };
    this.#client.update(nodes, { ...structuredClone(node), status }, { subresource: "status" });
  }

  #changed(type: string, node: INode): void {
    const name = node.metadata?.name ?? "";
    if (type === "DELETED") {
      this.#heard.delete(name);
      this.#wasReady.delete(name);
      return;
    }
    const isReady =
      node.status?.conditions?.some((each) => each.type === "Ready" && each.status === "True") ?? false;
    if (this.#wasReady.get(name) === true && !isReady) {
      const subject = { apiVersion: "v1", kind: "Node", object: node };
      this.#events.record(subject, "Normal", "NodeNotReady", `Node ${name} status is now: NodeNotReady`);
      for (const pod of this.#client.list(pods, { fieldSelector: `spec.nodeName=${name}` })) {
        this.#takeForUnready(pod);
      }
    }
    this.#wasReady.set(name, isReady);
  }

  /** The Pod's containers may well run; nobody can know. */
  #takeForUnready(pod: IPod): void {
    const isReady = (each: { type: string; status: string }) =>
      each.type === "Ready" && each.status === "True";
    const conditions = pod.status?.conditions ?? [];
    if (!conditions.some(isReady)) {
      return;
    }
    const lastTransitionTime = timeText(this.#clock.now());
    const next = conditions.map((each) =>
      isReady(each) ? { ...each, status: "False" as const, lastTransitionTime } : each,
    );
    this.#client.update(
      pods,
      { ...structuredClone(pod), status: { ...pod.status, conditions: next } },
      { subresource: "status" },
    );
    const subject = { apiVersion: "v1", kind: "Pod", object: pod };
    this.#events.record(subject, "Warning", "NodeNotReady", "Node is not ready");
  }
}
