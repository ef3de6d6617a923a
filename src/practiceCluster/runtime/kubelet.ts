import type { Duplex, Writable } from "node:stream";
import type { IConfigMap } from "kubernetes-models/v1/ConfigMap";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { ISecret } from "kubernetes-models/v1/Secret";
import { type Disposable, DisposableList } from "../../common/disposable.ts";
import { ApiError } from "../api/apiError.ts";
import type { ContainerAddress, ContainerStreams, LogOptions, NodeRuntime } from "../api/nodeRuntime.ts";
import { configMaps, pods, secrets } from "../api/resources.ts";
import { keyOf } from "../controllers/kit/keys.ts";
import type { Container } from "./container.ts";
import type { NodePod } from "./nodePod.ts";
import type { NodeSurroundings } from "./podHandle.ts";
import { PodWorker } from "./podWorker.ts";
import { mirrorAnnotation } from "./staticPods/mirrorPod.ts";
import { StaticPodWorker } from "./staticPods/staticPodWorker.ts";

/** A node: runs the Pods that are bound to it, and answers for their containers. */
export class Kubelet implements NodeRuntime, Disposable {
  readonly #node: NodeSurroundings;
  readonly #workers = new Map<string, { readonly uid: string; readonly worker: NodePod }>();
  /** Workers that still end, their objects may be gone. */
  readonly #all = new Set<NodePod>();
  readonly #parts = new DisposableList();

  constructor(nodeName: string, node: NodeSurroundings) {
    this.#node = node;
    const options = { fieldSelector: `spec.nodeName=${nodeName}` };
    this.#parts.add(node.client.watch(pods, ({ type, object }) => this.#changed(type, object), options));
    this.#parts.add(node.client.watch(configMaps, ({ object }) => this.#sourceChanged("ConfigMap", object)));
    this.#parts.add(node.client.watch(secrets, ({ object }) => this.#sourceChanged("Secret", object)));
  }

  dispose(): void {
    this.#parts.dispose();
    for (const worker of [...this.#all]) {
      worker.kill();
    }
    this.#workers.clear();
  }

  /** Whether a Pod runs here. */
  has(namespace: string, pod: string): boolean {
    return this.#workers.has(`${namespace}/${pod}`);
  }

  async exec(
    address: ContainerAddress,
    command: readonly string[],
    streams: ContainerStreams,
    signal: AbortSignal,
  ): Promise<number> {
    const process = this.#container(address).exec(command, streams);
    signal.addEventListener("abort", () => process.signal("SIGKILL"), { once: true });
    return process.exited;
  }

  async attach(address: ContainerAddress, streams: ContainerStreams, signal: AbortSignal): Promise<void> {
    const worker = this.#worker(address.namespace, address.pod).find(address.container);
    const log = worker?.log(false);
    const options = { follow: true, previous: false, timestamps: false, tailLines: 0 };
    if (!worker?.process || !log || !streams.stdout) {
      throw notRunning(address);
    }
    if (streams.stdin && worker.stdin) {
      streams.stdin.pipe(worker.stdin, { end: worker.spec.stdinOnce ?? false });
    }
    await Promise.race([log.write(options, streams.stdout, signal), worker.process.exited]);
  }

  async logs(
    address: ContainerAddress,
    options: LogOptions,
    sink: Writable,
    signal: AbortSignal,
  ): Promise<void> {
    const worker = this.#worker(address.namespace, address.pod).find(address.container);
    const log = worker?.log(options.previous);
    if (!log) {
      const { container, pod } = address;
      const what = options.previous
        ? `previous terminated container "${container}"`
        : `container "${container}"`;
      throw new ApiError(400, "BadRequest", `${what} in pod "${pod}" not found`);
    }
    await log.write(options, sink, signal);
  }

  async connect(namespace: string, pod: string, port: number): Promise<Duplex> {
    return this.#node.connect(this.#worker(namespace, pod).address ?? "", port);
  }

  #changed(type: string, pod: IPod): void {
    const key = keyOf(pod);
    const uid = pod.metadata?.uid ?? "";
    const known = this.#workers.get(key);
    if (known && (type === "DELETED" || known.uid !== uid)) {
      this.#workers.delete(key);
      known.worker.objectGone();
      if (known.worker instanceof StaticPodWorker) {
        this.#all.delete(known.worker);
      }
    }
    if (type === "DELETED") {
      return;
    }
    const current = this.#workers.get(key);
    if (current) {
      current.worker.update(pod);
    } else {
      this.#begin(key, uid, pod);
    }
  }

  #begin(key: string, uid: string, pod: IPod): void {
    const worker: NodePod = pod.metadata?.annotations?.[mirrorAnnotation]
      ? new StaticPodWorker(pod, this.#node)
      : new PodWorker(pod, this.#node, () => this.#all.delete(worker));
    this.#workers.set(key, { uid, worker });
    this.#all.add(worker);
    worker.start();
    worker.update(pod);
  }

  #sourceChanged(kind: "ConfigMap" | "Secret", { metadata }: IConfigMap | ISecret): void {
    for (const worker of this.#all) {
      if (worker.pod.metadata?.namespace === metadata?.namespace) {
        worker.sourceChanged(kind, metadata?.name ?? "");
      }
    }
  }

  #worker(namespace: string, pod: string): NodePod {
    const found = this.#workers.get(`${namespace}/${pod}`);
    if (!found) {
      throw new ApiError(404, "NotFound", `pods "${pod}" not found`);
    }
    return found.worker;
  }

  #container(address: ContainerAddress): Container {
    const found = this.#worker(address.namespace, address.pod).find(address.container)?.container;
    if (!found) {
      throw notRunning(address);
    }
    return found;
  }
}

function notRunning({ container }: ContainerAddress): ApiError {
  return new ApiError(
    500,
    "InternalError",
    `Internal error occurred: unable to upgrade connection: container not found ("${container}")`,
  );
}
