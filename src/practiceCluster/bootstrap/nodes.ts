import type { INode } from "kubernetes-models/v1/Node";
import type { ApiClient } from "../api/apiClient.ts";
import { csiNodes, nodes } from "../api/resources.ts";

/** What a node says of itself: here the practice cluster says what it is. */
const nodeInfo = {
  architecture: "amd64",
  bootID: "00000000-0000-4000-8000-000000000001",
  containerRuntimeVersion: "practice://1",
  kernelVersion: "practice",
  kubeProxyVersion: "",
  kubeletVersion: "v1.36.3",
  machineID: "practice",
  operatingSystem: "linux",
  osImage: "StatefulSet Dojo practice node",
  systemUUID: "practice",
};

/** Room for the course's largest step and a learner's experiments; accounted, never measured. */
const capacity = { cpu: "4", memory: "8Gi", "ephemeral-storage": "100Gi", pods: "110" };

/** The names of a cluster's nodes: the control plane, and so many workers. */
export function nodeNames(workers: number): string[] {
  const names = ["practice-control-plane"];
  for (let number = 1; number <= workers; number++) {
    names.push(number === 1 ? "practice-worker" : `practice-worker${number}`);
  }
  return names;
}

/** Registers the nodes that are not there yet. With workers the control plane takes no ordinary Pods, as in kind. */
export function registerNodes(client: ApiClient, workers: number, now: number): void {
  for (const [index, name] of nodeNames(workers).entries()) {
    if (!client.find(nodes, { name })) {
      const created = client.create(nodes, nodeObject(name, index, index === 0 && workers > 0));
      client.update(nodes, { ...created, status: nodeStatus(name, index, now) }, { subresource: "status" });
    }
    registerDrivers(client, name);
  }
}

/** Each kubelet says which CSI drivers its node has: none, as volumes are folders here. */
function registerDrivers(client: ApiClient, name: string): void {
  const { uid = "" } = client.get(nodes, { name }).metadata ?? {};
  if (!client.find(csiNodes, { name })) {
    const ownerReferences = [{ apiVersion: "v1", kind: "Node", name, uid }];
    const metadata = { name, ownerReferences };
    client.create(csiNodes, {
      apiVersion: "storage.k8s.io/v1",
      kind: "CSINode",
      metadata,
      spec: { drivers: [] },
    });
  }
}

function nodeObject(name: string, index: number, isTainted: boolean): INode {
  const isControlPlane = index === 0;
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: {
        "beta.kubernetes.io/arch": "amd64",
        "beta.kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        ...(isControlPlane ? { "node-role.kubernetes.io/control-plane": "" } : {}),
      },
    },
    spec: {
      podCIDR: `10.244.${index}.0/24`,
      podCIDRs: [`10.244.${index}.0/24`],
      ...(isTainted
        ? { taints: [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" as const }] }
        : {}),
    },
  };
}

/** The address of the n-th node on the nodes' own network. */
export function nodeAddress(index: number): string {
  return `172.18.0.${index + 2}`;
}

function nodeStatus(name: string, index: number, now: number): NonNullable<INode["status"]> {
  const time = `${new Date(now).toISOString().slice(0, 19)}Z`;
  const condition = (type: string, status: "True" | "False", reason: string, message: string) => ({
    type,
    status,
    reason,
    message,
    lastHeartbeatTime: time,
    lastTransitionTime: time,
  });
  return {
    addresses: [
      { type: "InternalIP", address: nodeAddress(index) },
      { type: "Hostname", address: name },
    ],
    allocatable: capacity,
    capacity,
    conditions: [
      condition(
        "MemoryPressure",
        "False",
        "KubeletHasSufficientMemory",
        "kubelet has sufficient memory available",
      ),
      condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
      condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
      condition("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
    ],
    nodeInfo,
  };
}
