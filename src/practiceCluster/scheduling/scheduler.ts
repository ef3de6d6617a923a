import type { INode } from "kubernetes-models/v1/Node";
import type { IPersistentVolume } from "kubernetes-models/v1/PersistentVolume";
import type { IPersistentVolumeClaim } from "kubernetes-models/v1/PersistentVolumeClaim";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { Clock } from "../../common/clock.ts";
import { type Disposable, DisposableList } from "../../common/disposable.ts";
import type { ApiClient } from "../api/apiClient.ts";
import {
  nodes,
  persistentVolumeClaims,
  persistentVolumes,
  podDisruptionBudgets,
  pods,
  storageClasses,
} from "../api/resources.ts";
import { EventRecorder } from "../controllers/kit/eventRecorder.ts";
import { KeyedQueue } from "../controllers/kit/keyedQueue.ts";
import { keyOf, parseKey } from "../controllers/kit/keys.ts";
import { isWithin, unfitReason } from "./fit.ts";
import { PlacedPods } from "./placedPods.ts";
import { podAffinityReason } from "./podAffinity.ts";
import { preempt } from "./preempt.ts";
import { type Candidate, ineligibility, pickCandidate, priorityOf, selectVictims } from "./preemption.ts";
import { type Neighbours, preferredNode } from "./preferences.ts";
import { type Refusal, reasonsText, refusal, refusalText } from "./refusalText.ts";
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
  /** With the Pods whose claims are being provisioned on a node: they count as being there already. */
  readonly #placed = new PlacedPods();
  /** Pods for which others leave a node: their places there are kept for them. */
  readonly #nominated = new Map<string, IPod>();

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
      this.#placed.delete(pod);
      this.#nominated.delete(key);
      this.#tryWaiting();
      return;
    }
    this.#placed.set(pod);
    if (pod.status?.nominatedNodeName && !pod.spec?.nodeName) {
      this.#nominated.set(key, pod);
    } else {
      this.#nominated.delete(key);
    }
    if (!pod.spec?.nodeName && !pod.metadata?.deletionTimestamp && isOwn(pod)) {
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
    this.#placed.delete(pod);
    if (claims.state === "impossible") {
      this.#refuse(key, pod, claims.reason);
      return;
    }
    const candidates = this.#client.list(nodes);
    const neighbours = this.#neighboursOf(pod);
    const judged = candidates.map((node) => ({
      node,
      reason: this.#unfit(pod, node, candidates, claims.volumes, neighbours),
    }));
    const fitting = judged.filter(({ reason }) => reason === undefined).map(({ node }) => node);
    const podsOn = (node: INode) => this.#placed.countOn(node.metadata?.name ?? "");
    const chosen = preferredNode(pod, fitting, candidates, neighbours, podsOn);
    if (!chosen) {
      const refused = judged.map(({ node, reason = "" }) => ({
        node,
        ...refusal(reason, isWithin(pod, node)),
      }));
      this.#preemptOrRefuse(key, pod, refused, claims.volumes);
      return;
    }
    this.#waiting.add(key);
    if (claims.state === "waitForNode") {
      const spec = { ...structuredClone(pod.spec), containers: pod.spec?.containers ?? [] };
      this.#placed.set({ ...pod, spec: { ...spec, nodeName: chosen.metadata?.name ?? "" } });
      this.#chooseNodeForClaims(claims.claims, chosen);
      return;
    }
    this.#waiting.delete(key);
    this.#bind(pod, chosen);
  }

  /** Who matters to the Pod, read once for all nodes: nobody to most Pods. */
  #neighboursOf(pod: IPod): Neighbours {
    const isSpread = (pod.spec?.topologySpreadConstraints ?? []).length > 0;
    return { toSpreadFrom: isSpread ? this.#placed.all() : [], byAffinity: this.#placed.neighboursOf(pod) };
  }

  /** Why the node does not take the Pod, if those of `gone` were not there. */
  #unfit(
    pod: IPod,
    node: INode,
    nodes: readonly INode[],
    volumes: readonly IPersistentVolume[],
    { toSpreadFrom, byAffinity }: Neighbours,
    gone: ReadonlySet<IPod> = new Set(),
  ): string | undefined {
    const without = (all: readonly IPod[]) => (gone.size === 0 ? all : all.filter((each) => !gone.has(each)));
    const nodeName = node.metadata?.name ?? "";
    const there = [...without(this.#placed.on(nodeName)), ...this.#nominatedTo(nodeName, pod)];
    return (
      unfitReason(pod, node, there, volumes) ??
      spreadReason(pod, node, nodes, without(toSpreadFrom)) ??
      podAffinityReason(pod, node, nodes, without(byAffinity))
    );
  }

  /** Who has a place on the node before the Pod, though not there yet. */
  #nominatedTo(nodeName: string, pod: IPod): readonly IPod[] {
    return [...this.#nominated.values()].filter(
      (other) =>
        other.status?.nominatedNodeName === nodeName &&
        other.metadata?.uid !== pod.metadata?.uid &&
        priorityOf(other) >= priorityOf(pod),
    );
  }

  /** Where nobody has room: others of lower priority leave a node for the Pod, or it is refused (PostFilter). */
  #preemptOrRefuse(
    key: string,
    pod: IPod,
    refused: readonly (Refusal & { readonly node: INode })[],
    volumes: readonly IPersistentVolume[],
  ): void {
    const nominated = pod.status?.nominatedNodeName;
    const ineligible = ineligibility(pod, nominated ? this.#placed.on(nominated) : []);
    if (ineligible !== undefined) {
      if (nominated) {
        // those who leave for it are not gone yet: it is asked again when they are
        this.#waiting.add(key);
      } else {
        this.#refuse(key, pod, refusalText(refused, ineligible));
      }
      return;
    }
    const judged = refused.map((each) => ({ ...each, ...this.#judgePreemption(pod, each, volumes) }));
    const chosen = pickCandidate(judged.flatMap(({ candidate }) => candidate ?? []));
    if (!chosen) {
      this.#refuse(key, pod, refusalText(judged));
      return;
    }
    preempt(pod, chosen, this.#client, this.#clock, this.#events);
    this.#refuse(key, pod, reasonsText(judged), chosen.node.metadata?.name);
  }

  #judgePreemption(
    pod: IPod,
    { node, isMendable }: Refusal & { readonly node: INode },
    volumes: readonly IPersistentVolume[],
  ): { readonly candidate?: Candidate; readonly preemption?: string } {
    if (!isMendable) {
      return {};
    }
    const all = this.#client.list(nodes);
    const neighbours = this.#neighboursOf(pod);
    const there = this.#placed.on(node.metadata?.name ?? "");
    const judged = selectVictims(pod, node, there, this.#client.list(podDisruptionBudgets), (gone) =>
      this.#unfit(pod, node, all, volumes, neighbours, gone),
    );
    return typeof judged === "string" ? { preemption: judged } : { candidate: judged };
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
    const spec = { containers: [], ...pod.spec, nodeName };
    this.#nominated.delete(keyOf(pod));
    this.#placed.set({ ...pod, spec });
    const message = `Successfully assigned ${namespace}/${name} to ${nodeName}`;
    this.#events.record({ apiVersion: "v1", kind: "Pod", object: pod }, "Normal", "Scheduled", message);
  }

  #refuse(key: string, pod: IPod, reason: string, nominated?: string): void {
    this.#waiting.add(key);
    const total = this.#client.list(nodes).length;
    const message = reason.startsWith("0/") ? reason : `0/${total} nodes are available: ${reason}`;
    this.#setUnschedulable(pod, message, nominated);
    this.#events.record(
      { apiVersion: "v1", kind: "Pod", object: pod },
      "Warning",
      "FailedScheduling",
      message,
    );
  }

  #setUnschedulable(pod: IPod, message: string, nominated: string | undefined): void {
    const before = pod.status?.conditions?.find(({ type }) => type === "PodScheduled");
    const isNominated = pod.status?.nominatedNodeName === nominated;
    if (before?.status === "False" && before.message === message && isNominated) {
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
    const { nominatedNodeName: _before, ...status } = updated.status ?? {};
    const place = nominated === undefined ? {} : { nominatedNodeName: nominated };
    updated.status = { ...status, ...place, conditions: [...others, condition] };
    const stored = this.#client.update(pods, updated, { subresource: "status" });
    if (nominated !== undefined) {
      // from now on, not from when the watch tells: nobody may take the place in between
      this.#nominated.set(keyOf(stored), stored);
    }
  }
}

const ownName = "default-scheduler";

/** Pods that name another scheduler wait for it, and Pods with gates for those to be taken away. */
function isOwn({ spec }: IPod): boolean {
  return (spec?.schedulerName || ownName) === ownName && (spec?.schedulingGates ?? []).length === 0;
}
