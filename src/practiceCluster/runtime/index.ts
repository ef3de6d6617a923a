import type { IPersistentVolume } from "kubernetes-models/v1/PersistentVolume";
import type { Clock } from "../../common/clock.ts";
import { type Disposable, DisposableList } from "../../common/disposable.ts";
import type { ApiClient } from "../api/apiClient.ts";
import { ApiError } from "../api/apiError.ts";
import type { NodeRuntime } from "../api/nodeRuntime.ts";
import { pods } from "../api/resources.ts";
import { EventRecorder } from "../controllers/kit/eventRecorder.ts";
import { ClusterNames } from "../network/clusterNames.ts";
import { PodNetwork, refused } from "../network/podNetwork.ts";
import { ServiceEndpoints } from "../network/serviceEndpoints.ts";
import type { ContainerNetwork } from "../programs/program.ts";
import { Kubelet } from "./kubelet.ts";
import { NodeLease } from "./nodeLease.ts";
import { ProgramRuntime } from "./programRuntime.ts";
import { keepMirrorPods } from "./staticPods/staticPods.ts";

export interface RuntimeOptions {
  readonly clientFor: (userName: string) => ApiClient;
  readonly clock: Clock;
  readonly nodes: readonly { readonly name: string; readonly address: string }[];
  readonly folderOf: (volume: IPersistentVolume) => string;
}

/** Starts the nodes: a kubelet each, one Pod network and one DNS for all. */
export function startRuntime(options: RuntimeOptions): { readonly nodeRuntime: NodeRuntime } & Disposable {
  const { clientFor, clock } = options;
  const network = new PodNetwork();
  const dns = clientFor("system:serviceaccount:kube-system:coredns");
  const names = new ClusterNames(dns, new ServiceEndpoints(dns));
  const endpoints = new ServiceEndpoints(clientFor("system:kube-proxy"));
  const namespaceOf = (address: string) => {
    const found = clientFor("system:kube-proxy")
      .list(pods)
      .find(({ status }) => status?.podIP === address);
    return found?.metadata?.namespace ?? "default";
  };
  const runtime = new ProgramRuntime(clock, (address) =>
    containerNetwork(network, names, endpoints, address, namespaceOf),
  );
  const parts = new DisposableList();
  const kubelets = options.nodes.map(({ name, address: hostAddress }, index) => {
    const client = clientFor(`system:node:${name}`);
    const kubelet = new Kubelet(name, {
      client,
      clock,
      events: new EventRecorder(client, clock, "kubelet", name),
      runtime,
      mounts: { client, folderOf: options.folderOf },
      hostAddress,
      takeAddress: () => network.takeAddress(index),
      releaseAddress: (address) => network.releaseAddress(address),
      // a forwarded port is connected to inside of the Pod
      connect: (address, port) => network.connect(address, port, "127.0.0.1"),
    });
    parts.add(new NodeLease(client, clock, name));
    if (index === 0) {
      parts.add(keepMirrorPods(client, clock, name));
    }
    return parts.add(kubelet);
  });
  return { nodeRuntime: sharedRuntime(kubelets), dispose: () => parts.dispose() };
}

/** Answers for every node's Pods. */
function sharedRuntime(kubelets: readonly Kubelet[]): NodeRuntime {
  const of = (namespace: string, pod: string): Kubelet => {
    const found = kubelets.find((kubelet) => kubelet.has(namespace, pod));
    if (!found) {
      throw new ApiError(400, "BadRequest", `pod ${pod} does not have a host assigned`);
    }
    return found;
  };
  return {
    exec: async (address, ...rest) => of(address.namespace, address.pod).exec(address, ...rest),
    attach: async (address, ...rest) => of(address.namespace, address.pod).attach(address, ...rest),
    logs: async (address, ...rest) => of(address.namespace, address.pod).logs(address, ...rest),
    connect: async (namespace, pod, port) => of(namespace, pod).connect(namespace, pod, port),
  };
}

function containerNetwork(
  network: PodNetwork,
  names: ClusterNames,
  endpoints: ServiceEndpoints,
  address: string,
  namespaceOf: (address: string) => string,
): ContainerNetwork {
  const addressOf = (host: string): string => {
    if (host === "localhost" || host === "127.0.0.1") {
      return address;
    }
    if (/^\d+(\.\d+){3}$/.test(host)) {
      return host;
    }
    const [found] = names.resolve(host, namespaceOf(address));
    if (!found) {
      throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: "ENOTFOUND" });
    }
    return found;
  };
  return {
    address,
    listen: (port, accept) => network.listen(address, port, accept),
    connect: async (host, port) => {
      const target = addressOf(host);
      const behind = endpoints.behind(target, port);
      if (behind === "none") {
        throw refused(target, port);
      }
      const from = host === "localhost" || host === "127.0.0.1" ? "127.0.0.1" : address;
      return network.connect(behind?.address ?? target, behind?.port ?? port, from);
    },
    resolve: async (name) => names.resolve(name, namespaceOf(address)),
    query: async (name, type) => (type === "A" ? names.query(name) : { ...names.query(name), records: [] }),
    ping: async (target) => network.isTaken(target),
  };
}
