import type { INode } from "kubernetes-models/v1/Node";
import type { IPersistentVolume } from "kubernetes-models/v1/PersistentVolume";
import type { IPersistentVolumeClaim } from "kubernetes-models/v1/PersistentVolumeClaim";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { Clock } from "../../common/clock.ts";
import { type Disposable, DisposableList } from "../../common/disposable.ts";
import type { ApiClient } from "../api/apiClient.ts";
import { nodes, persistentVolumeClaims, persistentVolumes, pods, storageClasses } from "../api/resources.ts";
import { EventRecorder } from "../controllers/kit/eventRecorder.ts";
import { KeyedQueue } from "../controllers/kit/keyedQueue.ts";
import { keyOf, parseKey } from "../controllers/kit/keys.ts";
import { unfitReason } from "./fit.ts";
import { neighboursThatMatter, podAffinityReason } from "./podAffinity.ts";
import { preferredNode } from "./preferences.ts";
import { refusal, refusalText } from "./refusalText.ts";
import { spreadReason } from "./topologySpread.ts";

const selectedNode = "volume.kubernetes.io/selected-node";

/** What the Pod's claims allow just now. */
type ClaimState =
  | { readonly state: "bound"; readonly volumes: readonly IPersistentVolume[] }
  /** They wait for the Pod's node: choosing it lets them be provisioned. */
  | {
      readonly state: "waitForNode";
      readonly claims: readonly IPersistentVolumeClaim[];
      readonly volumes: readonly IPersistentVolume[];
    }
  /** They are being provisioned on a node that was chosen. */
  | { readonly state: "provisioning" }
  | { readonly state: "impossible"; readonly reason: string };

/** Binds Pods to nodes; what does not fit is tried again when something changed. */
export class Scheduler implements Disposable {
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #events: EventRecorder;
  readonly #queue: KeyedQueue;
  readonly #parts = new DisposableList();
  readonly #waiting = new Set<string>();
  /** Pods whose claims are being provisioned on a node: they count as being there already. */
  readonly #assumed = new Map<string, IPod>();

  constructor(client: ApiClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
    this.#events = new EventRecorder(client, clock, "default-scheduler");
    this.#queue = this.#parts.add(new KeyedQueue(clock, (key) => this.#schedule(key)));
    this.#parts.add(client.watch(pods, ({ type, object }) => this.#podChanged(type, object)));
    this.#parts.add(client.watch(nodes, () => this.#tryWaiting()));
    this.#parts.add(client.watch(persistentVolumeClaims, () => this.#tryWaiting()));
    this.#parts.add(client.watch(storageClasses, () => this.#tryWaiting()));
  }

  dispose(): void {
    this.#parts.dispose();
  }

  #podChanged(type: string, pod: IPod): void {
    const key = keyOf(pod);
    if (type === "DELETED") {
      this.#waiting.delete(key);
      this.#assumed.delete(key);
      this.#tryWaiting();
    } else if (!pod.spec?.nodeName && !pod.metadata?.deletionTimestamp && isOwn(pod)) {
      this.#queue.add(key);
    }
  }

  #tryWaiting(): void {
    for (const key of this.#waiting) {
      this.#queue.add(key);
    }
  }

  #schedule(key: string): void {
    const pod = this.#client.find(pods, parseKey(key));
    if (!pod || pod.spec?.nodeName || pod.metadata?.deletionTimestamp) {
      this.#waiting.delete(key);
      return;
    }
    const claims = this.#claimState(pod);
    if (claims.state === "provisioning") {
      this.#waiting.add(key);
      return;
    }
    this.#assumed.delete(key);
    if (claims.state === "impossible") {
      this.#refuse(key, pod, claims.reason);
      return;
    }
    const candidates = this.#client.list(nodes);
    const placed = new PlacedPods(pod, this.#placedPods());
    const judged = candidates.map((node) => ({
      node,
      reason: unfit(pod, node, candidates, claims.volumes, placed),
    }));
    const fitting = judged.filter(({ reason }) => reason === undefined).map(({ node }) => node);
    const chosen = preferredNode(pod, fitting, candidates, placed.all);
    if (!chosen) {
      this.#refuse(key, pod, refusalText(judged.map(({ reason = "" }) => refusal(reason))));
      return;
    }
    this.#waiting.add(key);
    if (claims.state === "waitForNode") {
      const spec = { ...structuredClone(pod.spec), containers: pod.spec?.containers ?? [] };
      this.#assumed.set(key, { ...pod, spec: { ...spec, nodeName: chosen.metadata?.name ?? "" } });
      this.#chooseNodeForClaims(claims.claims, chosen);
      return;
    }
    this.#waiting.delete(key);
    this.#bind(pod, chosen);
  }

  #placedPods(): IPod[] {
    return [...this.#client.list(pods), ...this.#assumed.values()].filter(
      ({ spec, status }) => spec?.nodeName && !["Succeeded", "Failed"].includes(status?.phase ?? ""),
    );
  }

  #claimState(pod: IPod): ClaimState {
    const names = (pod.spec?.volumes ?? []).flatMap(
      ({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? [],
    );
    const volumes: IPersistentVolume[] = [];
    const unbound: IPersistentVolumeClaim[] = [];
    for (const name of names) {
      const claim = this.#client.find(persistentVolumeClaims, { namespace: pod.metadata?.namespace, name });
      if (!claim) {
        return { state: "impossible", reason: `persistentvolumeclaim "${name}" not found` };
      }
      if (claim.metadata?.deletionTimestamp) {
        return { state: "impossible", reason: `persistentvolumeclaim "${name}" is being deleted` };
      }
      const volume = this.#client.find(persistentVolumes, { name: claim.spec?.volumeName ?? "" });
      if (volume && claim.status?.phase === "Bound") {
        volumes.push(volume);
      } else {
        unbound.push(claim);
      }
    }
    return this.#unboundState(unbound, volumes);
  }

  #unboundState(
    unbound: readonly IPersistentVolumeClaim[],
    volumes: readonly IPersistentVolume[],
  ): ClaimState {
    if (unbound.length === 0) {
      return { state: "bound", volumes };
    }
    const isWaiting = unbound.every((claim) => {
      const storageClass = this.#client.find(storageClasses, { name: claim.spec?.storageClassName ?? "" });
      return storageClass?.volumeBindingMode === "WaitForFirstConsumer";
    });
    if (!isWaiting) {
      return { state: "impossible", reason: "pod has unbound immediate PersistentVolumeClaims. not found" };
    }
    const isChosen = unbound.every(({ metadata }) => metadata?.annotations?.[selectedNode]);
    return isChosen ? { state: "provisioning" } : { state: "waitForNode", claims: unbound, volumes };
  }

  #chooseNodeForClaims(claims: readonly IPersistentVolumeClaim[], node: INode): void {
    for (const claim of claims) {
      const updated = structuredClone(claim);
      const annotations = { ...updated.metadata?.annotations, [selectedNode]: node.metadata?.name ?? "" };
      updated.metadata = { ...updated.metadata, annotations };
      this.#client.update(persistentVolumeClaims, updated);
    }
  }

  #bind(pod: IPod, node: INode): void {
    const { namespace, name = "" } = pod.metadata ?? {};
    const nodeName = node.metadata?.name ?? "";
    const binding = {
      apiVersion: "v1",
      kind: "Binding",
      metadata: { namespace: namespace ?? "", name },
      target: { kind: "Node", name: nodeName },
    };
    this.#client.post(pods, { namespace, name }, "binding", binding);
    const message = `Successfully assigned ${namespace}/${name} to ${nodeName}`;
    this.#events.record({ apiVersion: "v1", kind: "Pod", object: pod }, "Normal", "Scheduled", message);
  }

  #refuse(key: string, pod: IPod, reason: string): void {
    this.#waiting.add(key);
    const total = this.#client.list(nodes).length;
    const message = reason.startsWith("0/") ? reason : `0/${total} nodes are available: ${reason}`;
    this.#setUnschedulable(pod, message);
    this.#events.record(
      { apiVersion: "v1", kind: "Pod", object: pod },
      "Warning",
      "FailedScheduling",
      message,
    );
  }

  #setUnschedulable(pod: IPod, message: string): void {
    const before = pod.status?.conditions?.find(({ type }) => type === "PodScheduled");
    if (before?.status === "False" && before.message === message) {
      return;
    }
    const time = `${new Date(this.#clock.now()).toISOString().slice(0, 19)}Z`;
    const condition = {
      type: "PodScheduled",
      status: "False" as const,
      lastTransitionTime: before?.status === "False" ? (before.lastTransitionTime ?? time) : time,
      observedGeneration: pod.metadata?.generation ?? 1,
      reason: "Unschedulable",
      message,
    };
    const updated = structuredClone(pod);
    const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== "PodScheduled");
    updated.status = { ...updated.status, conditions: [...others, condition] };
    this.#client.update(pods, updated, { subresource: "status" });
  }
}

/** The Pods that have a node, sorted once for all nodes that are judged for a Pod. */
class PlacedPods {
  readonly all: readonly IPod[];
  readonly neighbours: readonly IPod[];
  readonly #byNode = new Map<string, IPod[]>();

  constructor(pod: IPod, placed: readonly IPod[]) {
    this.all = placed;
    this.neighbours = neighboursThatMatter(pod, placed);
    for (const pod of placed) {
      const name = pod.spec?.nodeName ?? "";
      const there = this.#byNode.get(name);
      if (there) {
        there.push(pod);
      } else {
        this.#byNode.set(name, [pod]);
      }
    }
  }

  on(node: INode): readonly IPod[] {
    return this.#byNode.get(node.metadata?.name ?? "") ?? [];
  }
}

function unfit(
  pod: IPod,
  node: INode,
  nodes: readonly INode[],
  volumes: readonly IPersistentVolume[],
  placed: PlacedPods,
): string | undefined {
  return (
    unfitReason(pod, node, placed.on(node), volumes) ??
    spreadReason(pod, node, nodes, placed.all) ??
    podAffinityReason(pod, node, nodes, placed.neighbours)
  );
}

const ownName = "default-scheduler";

/** Pods that name another scheduler wait for it, and Pods with gates for those to be taken away. */
function isOwn({ spec }: IPod): boolean {
  return (spec?.schedulerName || ownName) === ownName && (spec?.schedulingGates ?? []).length === 0;
}
