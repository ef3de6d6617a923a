import type { IPersistentVolume } from "kubernetes-models/v1/PersistentVolume";
import type { Clock } from "../../common/clock.ts";
import { type Disposable, DisposableList } from "../../common/disposable.ts";
import type { ApiClient } from "../api/apiClient.ts";
import { ApiError } from "../api/apiError.ts";
import type { NodeRuntime } from "../api/nodeRuntime.ts";
import { pods } from "../api/resources.ts";
import { EventRecorder } from "../controllers/kit/eventRecorder.ts";
import { ClusterNames } from "../network/clusterNames.ts";
import { NetworkPolicies } from "../network/networkPolicies.ts";
import { PodNetwork, refused, unanswered } from "../network/podNetwork.ts";
import { ServiceEndpoints } from "../network/serviceEndpoints.ts";
import type { ContainerNetwork } from "../programs/program.ts";
import { Kubelet } from "./kubelet.ts";
import { NodeLease } from "./nodeLease.ts";
import { NodePower } from "./nodePower.ts";
import type { NodeSurroundings } from "./podHandle.ts";
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
  const policies = new NetworkPolicies(clientFor("system:kube-proxy"));
  const namespaceOf = (address: string) => {
    const found = clientFor("system:kube-proxy")
      .list(pods)
      .find(({ status }) => status?.podIP === address);
    return found?.metadata?.namespace ?? "default";
  };
  const runtime = new ProgramRuntime(clock, (address) =>
    containerNetwork({ network, names, endpoints, policies, clock }, address, namespaceOf),
  );
  const parts = new DisposableList();
  const machines = options.nodes.map(({ name, address: hostAddress }, index) => {
    const client = clientFor(`system:node:${name}`);
    const surroundings = {
      client,
      clock,
      events: new EventRecorder(client, clock, "kubelet", name),
      runtime,
      mounts: { client, folderOf: options.folderOf },
      hostAddress,
      takeAddress: () => network.takeAddress(index),
      releaseAddress: (address: string) => network.releaseAddress(address),
      // a forwarded port is connected to inside of the Pod
      connect: (address: string, port: number) => network.connect(address, port, "127.0.0.1"),
    };
    const boot = () => bootNode(name, surroundings, index === 0);
    return { name, hostAddress, power: parts.add(new NodePower(client, name, boot)) };
  });
  const nodeOf = (namespace: string, name: string) =>
    clientFor("system:kube-proxy").find(pods, { namespace, name })?.spec?.nodeName;
  return { nodeRuntime: sharedRuntime(machines, nodeOf), dispose: () => parts.dispose() };
}

interface BootedNode extends Disposable {
  readonly kubelet: Kubelet;
}

/** What runs on a node from its start to its end. */
function bootNode(name: string, surroundings: NodeSurroundings, hasControlPlane: boolean): BootedNode {
  const { client, clock } = surroundings;
  const parts = new DisposableList();
  const kubelet = parts.add(new Kubelet(name, surroundings));
  parts.add(new NodeLease(client, clock, name));
  if (hasControlPlane) {
    parts.add(keepMirrorPods(client, clock, name));
  }
  return { kubelet, dispose: () => parts.dispose() };
}

interface Machine {
  readonly name: string;
  readonly hostAddress: string;
  readonly power: NodePower<BootedNode>;
}

/** Answers for every node's Pods. */
function sharedRuntime(
  machines: readonly Machine[],
  nodeOf: (namespace: string, pod: string) => string | undefined,
): NodeRuntime {
  const of = (namespace: string, pod: string): Kubelet => {
    const found = machines.find(({ power }) => power.running?.kubelet.has(namespace, pod));
    if (found?.power.running) {
      return found.power.running.kubelet;
    }
    const nodeName = nodeOf(namespace, pod);
    const dark = machines.find(({ name, power }) => name === nodeName && !power.running);
    if (dark) {
      const problem = `dial tcp ${dark.hostAddress}:10250: connect: no route to host`;
      throw new ApiError(500, "InternalError", `error dialing backend: ${problem}`);
    }
    throw new ApiError(400, "BadRequest", `pod ${pod} does not have a host assigned`);
  };
  return {
    exec: async (address, ...rest) => of(address.namespace, address.pod).exec(address, ...rest),
    attach: async (address, ...rest) => of(address.namespace, address.pod).attach(address, ...rest),
    logs: async (address, ...rest) => of(address.namespace, address.pod).logs(address, ...rest),
    connect: async (namespace, pod, port) => of(namespace, pod).connect(namespace, pod, port),
  };
}

interface SharedNetwork {
  readonly network: PodNetwork;
  readonly names: ClusterNames;
  readonly endpoints: ServiceEndpoints;
  readonly policies: NetworkPolicies;
  readonly clock: Clock;
}

function containerNetwork(
  { network, names, endpoints, policies, clock }: SharedNetwork,
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
    connect: async (host, port, signal) => {
      const target = addressOf(host);
      const behind = endpoints.behind(target, port);
      if (behind === "none") {
        throw refused(target, port);
      }
      const from = host === "localhost" || host === "127.0.0.1" ? "127.0.0.1" : address;
      const [reached, reachedPort] = [behind?.address ?? target, behind?.port ?? port];
      if (!policies.allows(address, reached, reachedPort)) {
        return unanswered(reached, reachedPort, clock, signal);
      }
      return network.connect(reached, reachedPort, from);
    },
    resolve: async (name) => names.resolve(name, namespaceOf(address)),
    query: async (name, type) => (type === "A" ? names.query(name) : { ...names.query(name), records: [] }),
    ping: async (target) => network.isTaken(target),
  };
}
