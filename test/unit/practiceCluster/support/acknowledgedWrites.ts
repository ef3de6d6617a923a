import assert from "node:assert/strict";
import type { IConfigMap } from "kubernetes-models/v1/ConfigMap";
import type { JsonObject, KubernetesObject } from "../../../../src/common/kubernetes/objects.ts";
import type { RawAnswer, RawRequest } from "../../robustness/support/practiceProcess.ts";
import type { Random } from "../../robustness/support/random.ts";

const collection = "/api/v1/namespaces/default/configmaps";

type Send = (request: RawRequest) => Promise<RawAnswer>;

/** What one object was last known to be: "gone", or how often it was written and its version then. */
interface Known {
  /** Of the last write that was answered with 2xx; 0: there is no object. */
  count: number;
  version: number;
  /** Of the write that was sent and not answered with 2xx: it may have happened or not. */
  doubtful: number | undefined;
}

/**
 * Clients that write as fast as they are answered, each its own objects one after the other, and remember what they were
 * answered.
 */
export class AcknowledgedWrites {
  readonly #random: Random;
  readonly #prefix: string;
  readonly #known = new Map<string, Known>();
  answered = 0;

  constructor(random: Random, prefix: string) {
    this.#random = random;
    this.#prefix = prefix;
  }

  /**
   * Writes with so many clients at once until an answer is no success, or none comes. Returns the answers that were none.
   * Calls `enough` once, when so many writes were answered.
   */
  async writeUntilRefused(
    send: Send,
    clients: number,
    enough: { readonly after: number; readonly call: () => void } = { after: 0, call: () => undefined },
  ): Promise<(RawAnswer | Error)[]> {
    const goal = this.answered + enough.after;
    const write = async (client: number) => {
      for (;;) {
        const name = `${this.#prefix}-${client}-${this.#random.below(4)}`;
        const answer = await this.#writeOne(send, name).catch((error: Error) => error);
        if (answer instanceof Error || answer.code >= 300) {
          return answer;
        }
        this.answered += 1;
        if (this.answered === goal) {
          enough.call();
        }
      }
    };
    return Promise.all(Array.from({ length: clients }, (_, client) => write(client)));
  }

  /** As `requireKept`, of what a running server has. */
  async requireServed(send: Send): Promise<void> {
    const { code, text } = await send({ path: collection });
    assert.equal(code, 200, text);
    const { metadata, items } = JSON.parse(text) as { metadata: JsonObject; items: IConfigMap[] };
    this.requireKept(items, Number(metadata.resourceVersion));
    const found = new Map(items.map((item) => [item.metadata?.name, item]));
    // the writes that got no answer have happened or not: now it is known
    for (const [name, known] of this.#known) {
      Object.assign(known, { ...stateOf(found.get(name)), doubtful: undefined });
    }
  }

  /** Throws unless everything that was answered is there, in the order of the answers, and nothing that was never sent. */
  requireKept(configMaps: readonly KubernetesObject[], revision: number): void {
    const found = new Map(configMaps.map((item) => [item.metadata?.name, item as IConfigMap]));
    for (const [name, known] of this.#known) {
      const { count, version } = stateOf(found.get(name));
      if (count === known.count) {
        assert.equal(version, count === 0 ? 0 : known.version, `${name}: as it was answered`);
      } else {
        assert.equal(count, known.doubtful, `${name}: ${known.count} was answered, ${count} is there`);
      }
      assert.ok(version <= revision, "nothing is newer than the list");
    }
  }

  /** The newest version that any write was answered with. */
  get newestVersion(): number {
    return Math.max(0, ...[...this.#known.values()].map(({ version }) => version));
  }

  async #writeOne(send: Send, name: string): Promise<RawAnswer> {
    const known = this.#known.get(name) ?? { count: 0, version: 0, doubtful: undefined };
    this.#known.set(name, known);
    const isDeleted = known.count > 0 && this.#random.chance(0.2);
    const count = isDeleted ? 0 : known.count + 1;
    const path = known.count === 0 ? collection : `${collection}/${name}`;
    const method = isDeleted ? "DELETE" : known.count === 0 ? "POST" : "PUT";
    known.doubtful = count;
    const body = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name },
      data: { count: String(count), filling: "x".repeat(this.#random.below(3_000)) },
    };
    const answer = await send({
      method,
      path,
      headers: { "content-type": "application/json" },
      body: isDeleted ? "" : JSON.stringify(body),
    });
    if (answer.code < 300) {
      const { metadata } = JSON.parse(answer.text) as { metadata: JsonObject };
      const version = isDeleted ? 0 : Number(metadata.resourceVersion);
      assert.ok(isDeleted || version > known.version, `${name}: versions go up`);
      Object.assign(known, { count, version, doubtful: undefined });
    }
    return answer;
  }
}

function stateOf(item: IConfigMap | undefined): { count: number; version: number } {
  return {
    count: Number(item?.data?.["count"] ?? 0),
    version: Number(item?.metadata?.resourceVersion ?? 0),
  };
}
