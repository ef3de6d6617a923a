import type { Duplex } from "node:stream";
import type { Timer } from "../../../../common/clock.ts";
import { StreamLines } from "../../postgres/psql/lines.ts";
import type { ProcessContext } from "../../program.ts";
import type { ClusterView, NodeState } from "./clusterView.ts";

/** One message between nodes: all that the sender knows. Its form is the practice cluster's own, not the binary one of Redis. */
interface Message {
  readonly from: NodeState;
  readonly known: readonly NodeState[];
  readonly suspected: readonly string[];
}

const busOffset = 10_000;
const retryMs = 1000;

/** A node's connections to the others, at their port + 10000: whoever is met is told of all others, and links to them. */
export class ClusterBus {
  readonly #context: ProcessContext;
  readonly #view: ClusterView;
  readonly #timeoutMs: number;
  readonly #links = new Map<string, Duplex>();
  readonly #lostSince = new Map<string, Timer>();
  readonly #ended = new AbortController();
  readonly #incoming = new Set<Duplex>();
  #listener: { close(): void } | undefined;

  constructor(context: ProcessContext, view: ClusterView, timeoutMs: number) {
    this.#context = context;
    this.#view = view;
    this.#timeoutMs = timeoutMs;
  }

  /** Listens, and links to the nodes that were known before. Throws EADDRINUSE. */
  start(): void {
    this.#listener = this.#context.network.listen(this.#view.own.port + busOffset, (stream) => {
      this.#incoming.add(stream);
      stream.on("close", () => this.#incoming.delete(stream)).on("error", () => stream.destroy());
      void this.#read(stream);
    });
    for (const { id } of this.#view.others) {
      this.#lost(id);
      this.#link(id);
    }
  }

  stop(): void {
    this.#ended.abort();
    this.#listener?.close();
    for (const timer of this.#lostSince.values()) {
      timer.cancel();
    }
    for (const stream of [...this.#links.values(), ...this.#incoming]) {
      stream.destroy();
    }
  }

  /** Greets a node by its address; it links back. */
  meet(address: string, port: number): void {
    void this.#open(address, port).then(
      (stream) => stream.end(this.#message()),
      () => undefined,
    );
  }

  /** Tells all linked nodes what this one knows. */
  tell(): void {
    for (const stream of this.#links.values()) {
      stream.write(this.#message());
    }
  }

  #open(address: string, port: number): Promise<Duplex> {
    return this.#context.network.connect(address, port + busOffset, this.#ended.signal);
  }

  #message(): string {
    const { own, others, suspected } = this.#view;
    const message: Message = { from: own, known: others, suspected };
    return `${JSON.stringify(message)}\n`;
  }

  async #read(stream: Duplex): Promise<void> {
    const lines = new StreamLines(stream, () => undefined);
    for (let line = await lines.next(""); line !== undefined; line = await lines.next("")) {
      this.#receive(JSON.parse(line) as Message);
    }
  }

  #receive({ from, known, suspected }: Message): void {
    const ids = new Set(this.#view.nodes.map(({ id }) => id));
    const moved = this.#view.nodes.find(({ id }) => id === from.id)?.address !== from.address;
    const isNews = this.#view.learn(from);
    const strangers = known.filter(({ id }) => !ids.has(id));
    for (const state of strangers) {
      this.#view.learn(state);
    }
    this.#view.report(from.id, suspected);
    if (moved) {
      this.#links.get(from.id)?.destroy();
      this.#links.delete(from.id);
    }
    for (const id of [from.id, ...strangers.map((state) => state.id)]) {
      this.#link(id);
    }
    if (isNews || strangers.length > 0) {
      this.tell();
    }
  }

  #link(id: string): void {
    const node = this.#view.others.find((other) => other.id === id);
    if (!node || this.#links.has(id) || this.#ended.signal.aborted) {
      return;
    }
    this.#open(node.address, node.port).then(
      (stream) => this.#linked(id, stream),
      () => this.#again(id),
    );
  }

  #linked(id: string, stream: Duplex): void {
    if (this.#links.has(id) || this.#ended.signal.aborted) {
      stream.destroy();
      return;
    }
    this.#links.set(id, stream);
    this.#lostSince.get(id)?.cancel();
    this.#lostSince.delete(id);
    this.#view.setLinked(id, true);
    this.#suspect(id, false);
    stream.write(this.#message());
    const closed = () => {
      if (this.#links.get(id) === stream) {
        this.#links.delete(id);
        this.#lost(id);
        this.#again(id);
      }
    };
    stream.on("end", closed).on("close", closed).on("error", closed);
    stream.resume();
  }

  #again(id: string): void {
    if (!this.#ended.signal.aborted) {
      const timer = this.#context.clock.after(retryMs, () => this.#link(id));
      this.#ended.signal.addEventListener("abort", () => timer.cancel(), { once: true });
    }
  }

  /** A node that stays away for the node timeout is suspected, and the others are told. */
  #lost(id: string): void {
    this.#view.setLinked(id, false);
    if (!this.#ended.signal.aborted && !this.#lostSince.has(id)) {
      this.#lostSince.set(
        id,
        this.#context.clock.after(this.#timeoutMs, () => this.#suspect(id, true)),
      );
    }
  }

  #suspect(id: string, isSuspected: boolean): void {
    const before = this.#view.suspected;
    if (before.includes(id) !== isSuspected) {
      const others = before.filter((other) => other !== id);
      this.#view.report(this.#view.myself, isSuspected ? [...others, id] : others);
      this.tell();
    }
  }
}
