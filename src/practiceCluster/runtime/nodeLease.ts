import type { ILease } from "kubernetes-models/coordination.k8s.io/v1/Lease";
import type { Clock, Timer } from "../../common/clock.ts";
import type { Disposable } from "../../common/disposable.ts";
import type { ApiClient } from "../api/apiClient.ts";
import { leases, nodes } from "../api/resources.ts";
import { reportReady } from "./nodeReady.ts";

const namespace = "kube-node-lease";
const renewalMs = 10_000;
const durationSeconds = 40;

/** Renews a node's Lease, by which a cluster knows that the node lives (pkg/kubelet, nodelease). */
export class NodeLease implements Disposable {
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #name: string;
  #timer: Timer;

  constructor(client: ApiClient, clock: Clock, nodeName: string) {
    this.#client = client;
    this.#clock = clock;
    this.#name = nodeName;
    this.#timer = clock.after(0, () => this.#renew());
  }

  dispose(): void {
    this.#timer.cancel();
  }

  /** A node that somebody deleted has no Lease to renew. */
  #renew(): void {
    this.#timer = this.#clock.after(renewalMs, () => this.#renew());
    reportReady(this.#client, this.#name, this.#clock.now());
    const node = this.#client.find(nodes, { name: this.#name });
    if (!node) {
      return;
    }
    const spec = {
      holderIdentity: this.#name,
      leaseDurationSeconds: durationSeconds,
      renewTime: `${new Date(this.#clock.now()).toISOString().slice(0, -1)}000Z`,
    };
    const current = this.#client.find(leases, { namespace, name: this.#name });
    if (current) {
      this.#client.update(leases, { ...structuredClone(current), spec });
    } else {
      this.#client.create(leases, this.#lease(node.metadata?.uid ?? "", spec));
    }
  }

  #lease(uid: string, spec: NonNullable<ILease["spec"]>): ILease {
    const owner = { apiVersion: "v1", kind: "Node", name: this.#name, uid };
    return {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { namespace, name: this.#name, ownerReferences: [owner] },
      spec,
    };
  }
}
