import type { ProcessContext } from "../../program.ts";
import type { Configuration } from "../configuration.ts";
import { failure, ok, type Reply } from "../resp.ts";
import { ClusterBus } from "./clusterBus.ts";
import { ClusterView } from "./clusterView.ts";
import { rangesOf, slotCount, slotOf, slotsOf } from "./slot.ts";

const manyKeys = new Set(["DEL", "UNLINK", "EXISTS", "MGET", "TOUCH", "SINTER", "SUNION", "SDIFF"]);

/** A server's part in Redis Cluster: primaries only; replicas of them and moving slots are refused. */
export class Cluster {
  readonly #view: ClusterView;
  readonly #bus: ClusterBus;

  constructor(context: ProcessContext, configuration: Configuration) {
    const folder = configuration.get("dir").replace(/\/$/, "");
    const own = { address: context.network.address, port: configuration.number("port") };
    this.#view = new ClusterView(context.files, `${folder}/${configuration.get("cluster-config-file")}`, own);
    this.#bus = new ClusterBus(context, this.#view, configuration.number("cluster-node-timeout"));
  }

  start(): void {
    this.#bus.start();
  }

  stop(): void {
    this.#bus.stop();
  }

  /** The refusal of a command on keys that this node may not run, in the words of Redis. */
  refusal(name: string, words: readonly string[]): Reply | undefined {
    const slots = keysOf(name, words).map(slotOf);
    const [slot] = slots;
    if (slot === undefined) {
      return undefined;
    }
    if (slots.some((other) => other !== slot)) {
      return failure("CROSSSLOT Keys in request don't hash to the same slot");
    }
    const owner = this.#view.ownerOf(slot);
    if (!owner) {
      return failure("CLUSTERDOWN Hash slot not served");
    }
    if (!this.#view.isOk()) {
      return failure("CLUSTERDOWN The cluster is down");
    }
    return owner.id === this.#view.myself
      ? undefined
      : failure(`MOVED ${slot} ${owner.address}:${owner.port}`);
  }

  /** Runs CLUSTER ACTION …. */
  run(action: string, words: readonly string[]): Reply {
    switch (action.toUpperCase()) {
      case "INFO":
        return this.#view.info();
      case "NODES":
        return this.#view.text();
      case "MYID":
        return this.#view.myself;
      case "KEYSLOT":
        return slotOf(words[0] ?? "");
      case "SLOTS":
        return this.#slots();
      case "MEET":
        return this.#meet(words);
      case "ADDSLOTS":
        return this.#addSlots(words.map((word) => [word, word]));
      case "ADDSLOTSRANGE":
        return this.#addSlots(pairs(words));
      case "SET-CONFIG-EPOCH":
        return this.#setEpoch(Number(words[0]));
      default:
        return failure(`ERR unknown subcommand '${action}'. Try CLUSTER HELP.`);
    }
  }

  #slots(): Reply {
    return this.#view.nodes.flatMap(({ id, address, port, slots }) =>
      slots.map(([first, last]): Reply => [first, last, [address, port, id, []]]),
    );
  }

  #meet([address = "", port = ""]: readonly string[]): Reply {
    if (!/^\d+\.\d+\.\d+\.\d+$/.test(address) || !/^\d+$/.test(port)) {
      return failure(`ERR Invalid node address specified: ${address}:${port}`);
    }
    this.#bus.meet(address, Number(port));
    return ok;
  }

  #addSlots(ranges: readonly (readonly [string, string])[]): Reply {
    const wanted = ranges.map(([first, last]) => [Number(first), Number(last)] as const);
    if (wanted.some((range) => range.some((slot) => !(slot >= 0 && slot < slotCount)))) {
      return failure("ERR Invalid or out of range slot");
    }
    const slots = slotsOf(wanted);
    const taken = new Set(this.#view.assigned());
    const busy = slots.find((slot) => taken.has(slot));
    if (busy !== undefined) {
      return failure(`ERR Slot ${busy} is already busy`);
    }
    this.#view.changeOwn({ slots: rangesOf([...slotsOf(this.#view.own.slots), ...slots]) });
    this.#bus.tell();
    return ok;
  }

  #setEpoch(epoch: number): Reply {
    if (!(epoch >= 0)) {
      return failure("ERR Invalid config epoch specified: -1");
    }
    if (this.#view.others.length > 0) {
      return failure(
        "ERR The user can assign a config epoch only when the node does not know any other node.",
      );
    }
    if (this.#view.own.epoch !== 0) {
      return failure("ERR Node config epoch is already non-zero");
    }
    this.#view.changeOwn({ epoch });
    return ok;
  }
}

function keysOf(name: string, words: readonly string[]): readonly string[] {
  const given = words.slice(1);
  if (["DBSIZE", "KEYS", "SCAN", "FLUSHALL", "FLUSHDB", "RANDOMKEY"].includes(name)) {
    return [];
  }
  if (name === "MSET" || name === "MSETNX") {
    return given.filter((_, index) => index % 2 === 0);
  }
  if (name === "RENAME" || name === "RENAMENX") {
    return given.slice(0, 2);
  }
  return manyKeys.has(name) ? given : given.slice(0, 1);
}

function pairs(words: readonly string[]): [string, string][] {
  return words.flatMap((word, index) =>
    index % 2 === 0 ? [[word, words[index + 1] ?? ""] as [string, string]] : [],
  );
}
