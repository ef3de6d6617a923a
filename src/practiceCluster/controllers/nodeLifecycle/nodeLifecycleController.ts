import type { Clock } from "../../../common/clock.ts";
import { type Disposable, DisposableList } from "../../../common/disposable.ts";
import type { ApiClient } from "../../api/apiClient.ts";
import { nodes } from "../../api/resources.ts";
import { KeyedQueue } from "../kit/keyedQueue.ts";
import { timeText } from "../kit/times.ts";
import { taintsOf } from "./taints.ts";

/** Taints nodes that are cordoned, not ready, or short of something (pkg/controller/nodelifecycle). */
export class NodeLifecycleController implements Disposable {
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #parts = new DisposableList();

  constructor(client: ApiClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
    const queue = this.#parts.add(new KeyedQueue(clock, (name) => this.#sync(name)));
    this.#parts.add(client.watch(nodes, ({ object }) => queue.add(object.metadata?.name ?? "")));
  }

  dispose(): void {
    this.#parts.dispose();
  }

  #sync(name: string): void {
    const node = this.#client.find(nodes, { name });
    const before = node?.spec?.taints ?? [];
    const taints = node ? taintsOf(node, timeText(this.#clock.now())) : before;
    if (node && taints !== before && !(taints.length === 0 && before.length === 0)) {
      const { taints: _old, ...spec } = structuredClone(node.spec ?? {});
      const next = taints.length > 0 ? { ...spec, taints: [...taints] } : spec;
      this.#client.update(nodes, { ...structuredClone(node), spec: next });
    }
  }
}
