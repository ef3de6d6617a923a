import type { ApiClient } from "../api/apiClient.ts";
import {
  endpointSlices,
  endpoints,
  namespaces,
  priorityClasses,
  serviceAccounts,
  services,
  storageClasses,
} from "../api/resources.ts";
import { nodeAddress } from "./nodes.ts";
import { bootstrapRoles } from "./roles.ts";

/** Makes what every cluster has from its first second, where it is not there yet. */
export function bootstrapObjects(client: ApiClient): void {
  for (const name of ["kube-system", "kube-public", "kube-node-lease", "default", "local-path-storage"]) {
    if (!client.find(namespaces, { name })) {
      client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name } });
    }
    if (!client.find(serviceAccounts, { namespace: name, name: "default" })) {
      const metadata = { namespace: name, name: "default" };
      client.create(serviceAccounts, { apiVersion: "v1", kind: "ServiceAccount", metadata });
    }
  }
  makeKubernetesService(client);
  makeStandardClass(client);
  makePriorityClasses(client);
  bootstrapRoles(client);
}

/** The API server's own Service, with the first address of the service network. */
function makeKubernetesService(client: ApiClient): void {
  if (client.find(services, { namespace: "default", name: "kubernetes" })) {
    return;
  }
  client.create(services, {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      namespace: "default",
      name: "kubernetes",
      labels: { component: "apiserver", provider: "kubernetes" },
    },
    spec: {
      clusterIP: "10.96.0.1",
      ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: 6443 }],
    },
  });
  makeKubernetesEndpoints(client);
}

/** The API server keeps its own endpoints (controlplane/reconcilers): on the control plane's node. */
function makeKubernetesEndpoints(client: ApiClient): void {
  const ports = [{ name: "https", port: 6443, protocol: "TCP" as const }];
  const place = { namespace: "default", name: "kubernetes" };
  client.create(endpoints, {
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: { ...place, labels: { "endpointslice.kubernetes.io/skip-mirror": "true" } },
    subsets: [{ addresses: [{ ip: nodeAddress(0) }], ports }],
  });
  client.create(endpointSlices, {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { ...place, labels: { "kubernetes.io/service-name": "kubernetes" } },
    addressType: "IPv4",
    endpoints: [{ addresses: [nodeAddress(0)], conditions: { ready: true } }],
    ports,
  });
}

/** kind's default class: local-path, bound when the first Pod is scheduled. */
function makeStandardClass(client: ApiClient): void {
  if (client.find(storageClasses, { name: "standard" })) {
    return;
  }
  const annotations = { "storageclass.kubernetes.io/is-default-class": "true" };
  const applied = {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { annotations, name: "standard" },
    provisioner: "rancher.io/local-path",
    reclaimPolicy: "Delete",
    volumeBindingMode: "WaitForFirstConsumer",
  } as const;
  // kind applies it with kubectl, which leaves what it applied in an annotation
  const lastApplied = { "kubectl.kubernetes.io/last-applied-configuration": `${JSON.stringify(applied)}\n` };
  client.create(storageClasses, {
    ...applied,
    metadata: { name: "standard", annotations: { ...lastApplied, ...annotations } },
  });
}

function makePriorityClasses(client: ApiClient): void {
  const classes = [
    {
      name: "system-cluster-critical",
      value: 2_000_000_000,
      what: "must run in the cluster, but can be moved to another node if necessary",
    },
    { name: "system-node-critical", value: 2_000_001_000, what: "must not be moved from their current node" },
  ];
  for (const { name, value, what } of classes) {
    if (!client.find(priorityClasses, { name })) {
      client.create(priorityClasses, {
        apiVersion: "scheduling.k8s.io/v1",
        kind: "PriorityClass",
        metadata: { name },
        value,
        description: `Used for system critical pods that ${what}.`,
      });
    }
  }
}
