import { randomBytes } from "node:crypto";
import type { ContainerFileSystem } from "../../fileSystem.ts";
import { rangesOf, rangeText, type SlotRange, slotCount, slotsOf } from "./slot.ts";

/** What a node tells about a node. */
export interface NodeState {
  readonly id: string;
  readonly address: string;
  readonly port: number;
  readonly epoch: number;
  readonly slots: readonly SlotRange[];
}

/** A node as this one sees it. */
interface KnownNode {
  state: NodeState;
  isLinked: boolean;
  /** Ids of the nodes that do not reach it, this one among them. */
  readonly suspectedBy: Set<string>;
}

/** What one node knows of its cluster: who is in it, which slots each has, and who is not reached. Kept in nodes.conf. */
export class ClusterView {
  readonly myself: string;
  readonly #nodes = new Map<string, KnownNode>();
  readonly #files: ContainerFileSystem;
  readonly #path: string;

  constructor(files: ContainerFileSystem, path: string, own: { address: string; port: number }) {
    this.#files = files;
    this.#path = path;
    const kept = files.exists(path) ? readNodes(files.read(path).toString("utf8")) : undefined;
    this.myself = kept?.myself ?? randomBytes(20).toString("hex");
    for (const state of kept?.nodes ?? []) {
      this.#nodes.set(state.id, { state, isLinked: false, suspectedBy: new Set() });
    }
    const before = this.#nodes.get(this.myself)?.state;
    this.learn({ id: this.myself, epoch: before?.epoch ?? 0, slots: before?.slots ?? [], ...own });
    this.#save();
  }

  get own(): NodeState {
    const node = this.#nodes.get(this.myself);
    if (!node) {
      throw new Error("a node always knows itself");
    }
    return node.state;
  }

  get nodes(): NodeState[] {
    return [...this.#nodes.values()].map(({ state }) => state);
  }

  get others(): NodeState[] {
    return this.nodes.filter(({ id }) => id !== this.myself);
  }

  get currentEpoch(): number {
    return Math.max(...this.nodes.map(({ epoch }) => epoch));
  }

  /** The nodes that this one does not reach. */
  get suspected(): string[] {
    return this.nodes.map(({ id }) => id).filter((id) => this.#isSuspected(id));
  }

  /** Takes over what a node says of itself. Returns whether that was news. */
  learn(state: NodeState): boolean {
    const known = this.#nodes.get(state.id);
    if (known && JSON.stringify(known.state) === JSON.stringify(state)) {
      return false;
    }
    this.#nodes.set(state.id, {
      state,
      isLinked: known?.isLinked ?? false,
      suspectedBy: known?.suspectedBy ?? new Set(),
    });
    this.#save();
    return true;
  }

  changeOwn(change: Partial<Pick<NodeState, "slots" | "epoch">>): void {
    this.learn({ ...this.own, ...change });
  }

  setLinked(id: string, isLinked: boolean): void {
    const node = this.#nodes.get(id);
    if (node) {
      node.isLinked = isLinked;
    }
  }

  /** Notes which nodes a node does not reach. */
  report(reporter: string, suspected: readonly string[]): void {
    for (const [id, { suspectedBy }] of this.#nodes) {
      if (suspected.includes(id)) {
        suspectedBy.add(reporter);
      } else {
        suspectedBy.delete(reporter);
      }
    }
  }

  ownerOf(slot: number): NodeState | undefined {
    return this.nodes
      .filter(({ slots }) => slots.some(([first, last]) => first <= slot && slot <= last))
      .sort((a, b) => b.epoch - a.epoch)[0];
  }

  assigned(): number[] {
    return [...new Set(this.nodes.flatMap(({ slots }) => slotsOf(slots)))];
  }

  /** Whether every slot has a node that has not failed, and this node reaches most of those with slots. */
  isOk(): boolean {
    const reached = this.#withSlots().filter(({ id }) => !this.#isSuspected(id));
    return (
      this.assigned().length === slotCount &&
      reached.length >= this.#majority() &&
      this.#withSlots().every(({ id }) => !this.#hasFailed(id))
    );
  }

  /** The text of CLUSTER INFO. */
  info(): string {
    const slotsWhere = (fits: (id: string) => boolean) =>
      this.nodes.filter(({ id }) => fits(id)).reduce((sum, { slots }) => sum + slotsOf(slots).length, 0);
    const failed = slotsWhere((id) => this.#hasFailed(id));
    const suspected = slotsWhere((id) => this.#isSuspected(id) && !this.#hasFailed(id));
    return [
      `cluster_state:${this.isOk() ? "ok" : "fail"}`,
      `cluster_slots_assigned:${this.assigned().length}`,
      `cluster_slots_ok:${this.assigned().length - failed - suspected}`,
      `cluster_slots_pfail:${suspected}`,
      `cluster_slots_fail:${failed}`,
      `cluster_known_nodes:${this.#nodes.size}`,
      `cluster_size:${this.#withSlots().length}`,
      `cluster_current_epoch:${this.currentEpoch}`,
      `cluster_my_epoch:${this.own.epoch}`,
      "",
    ].join("\r\n");
  }

  /** The text of CLUSTER NODES. */
  text(): string {
    return this.nodes.map((state) => `${this.#line(state)}\n`).join("");
  }

  #line({ id, address, port, epoch, slots }: NodeState): string {
    const isSelf = id === this.myself;
    const failure = this.#hasFailed(id) ? ",fail" : this.#isSuspected(id) ? ",fail?" : "";
    const isLinked = isSelf || this.#nodes.get(id)?.isLinked;
    return [
      id,
      `${address}:${port}@${port + 10_000}`,
      `${isSelf ? "myself," : ""}master${failure}`,
      "- 0 0",
      epoch,
      isLinked ? "connected" : "disconnected",
      ...slots.map(rangeText),
    ].join(" ");
  }

  #withSlots = (): NodeState[] => this.nodes.filter(({ slots }) => slots.length > 0);

  #majority = (): number => Math.floor(this.#withSlots().length / 2) + 1;

  #isSuspected = (id: string): boolean => this.#nodes.get(id)?.suspectedBy.has(this.myself) ?? false;

  #hasFailed = (id: string): boolean =>
    this.#isSuspected(id) && (this.#nodes.get(id)?.suspectedBy.size ?? 0) >= this.#majority();

  #save(): void {
    this.#files.write(this.#path, `${this.text()}vars currentEpoch ${this.currentEpoch} lastVoteEpoch 0\n`);
  }
}

function readNodes(content: string): { myself: string | undefined; nodes: NodeState[] } {
  let myself: string | undefined;
  const nodes: NodeState[] = [];
  for (const line of content.split("\n")) {
    const [id, at, flags, , , , epoch, , ...slots] = line.split(" ");
    const place = /^([\d.]*):(\d+)@/.exec(at ?? "");
    if (id === undefined || !place) {
      continue;
    }
    if (flags?.includes("myself")) {
      myself = id;
    }
    const ranges = slots.map((range): SlotRange => {
      const [first = "", last = first] = range.split("-");
      return [Number(first), Number(last)];
    });
    nodes.push({
      id,
      address: place[1] ?? "",
      port: Number(place[2]),
      epoch: Number(epoch),
      slots: rangesOf(slotsOf(ranges)),
    });
  }
  return { myself, nodes };
}
