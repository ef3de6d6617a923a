import type { INode } from "kubernetes-models/v1/Node";
import { type Disposable, DisposableList } from "../../common/disposable.ts";
import type { ApiClient } from "../api/apiClient.ts";
import { nodes } from "../api/resources.ts";

/** `off`: the node is as if its power had been cut; nothing but this annotation says so to the cluster. */
const powerAnnotation = "statefulset-dojo/power";

/**
 * A node that can be switched off by an annotation: what runs on it is gone at once and reports nothing more, so that
 * the cluster has to find out by itself. Switched on again it is as after a reboot.
 */
export class NodePower<Running extends Disposable> implements Disposable {
  readonly #boot: () => Running;
  readonly #parts = new DisposableList();
  #running: Running | undefined;

  constructor(client: ApiClient, name: string, boot: () => Running) {
    this.#boot = boot;
    this.#follow(client.find(nodes, { name }));
    const fieldSelector = `metadata.name=${name}`;
    this.#parts.add(client.watch(nodes, ({ object }) => this.#follow(object), { fieldSelector }));
  }

  /** What runs on the node; undefined while it is off. */
  get running(): Running | undefined {
    return this.#running;
  }

  dispose(): void {
    this.#parts.dispose();
    this.#running?.dispose();
    this.#running = undefined;
  }

  #follow(node: INode | undefined): void {
    const isOff = node?.metadata?.annotations?.[powerAnnotation] === "off";
    if (isOff) {
      this.#running?.dispose();
      this.#running = undefined;
    } else {
      this.#running ??= this.#boot();
    }
  }
}
