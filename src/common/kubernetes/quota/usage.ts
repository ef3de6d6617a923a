import type { IPersistentVolumeClaim } from "kubernetes-models/v1/PersistentVolumeClaim";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { IService } from "kubernetes-models/v1/Service";
import type { KubernetesObject } from "../objects.ts";
import { groupResourceOf, type Resource } from "../resource.ts";
import { addAmounts, podAmounts, type ResourceAmounts } from "../resourceAmounts.ts";

/** What an object uses of the quotas of its namespace, by the quotas' names for it (pkg/quota/v1/evaluator/core). */
export function usageOf(resource: Resource, object: KubernetesObject, now: number): ResourceAmounts {
  const counted = { [`count/${groupResourceOf(resource)}`]: "1" };
  if (resource.group !== "") {
    return counted;
  }
  switch (resource.resource) {
    case "pods":
      return { ...counted, ...podUsage(object as IPod, now) };
    case "persistentvolumeclaims":
      return { ...counted, ...claimUsage(object as IPersistentVolumeClaim) };
    case "services":
      return { ...counted, ...serviceUsage(object as IService) };
    default:
      return plainlyCounted.has(resource.resource) ? { ...counted, [resource.resource]: "1" } : counted;
  }
}

/** Counted by their own names too, beside "count/…". */
const plainlyCounted = new Set(["configmaps", "secrets", "resourcequotas", "replicationcontrollers"]);

/** Whether a name in a quota is about this resource's objects. */
export function isCounted(resource: Resource, name: string): boolean {
  if (name === `count/${groupResourceOf(resource)}`) {
    return true;
  }
  if (resource.group !== "") {
    return false;
  }
  switch (resource.resource) {
    case "pods":
      return podNames.has(name) || /^(requests\.)?hugepages-/.test(name) || /^requests\..+\//.test(name);
    case "persistentvolumeclaims":
      return /^(.+\.storageclass\.storage\.k8s\.io\/)?(persistentvolumeclaims|requests\.storage)$/.test(name);
    case "services":
      return ["services", "services.nodeports", "services.loadbalancers"].includes(name);
    default:
      return plainlyCounted.has(resource.resource) && name === resource.resource;
  }
}

const computed = ["cpu", "memory", "ephemeral-storage"];
const podNames = new Set([
  "pods",
  ...computed,
  ...computed.flatMap((name) => [`requests.${name}`, `limits.${name}`]),
]);

function podUsage(pod: IPod, now: number): ResourceAmounts {
  if (!pod.spec || !isAlive(pod, now)) {
    return {};
  }
  return { pods: "1", ...needs(podAmounts(pod.spec, "requests"), podAmounts(pod.spec, "limits")) };
}

/** Requests and limits by the names that quotas have for them. */
export function needs(requests: ResourceAmounts, limits: ResourceAmounts): ResourceAmounts {
  const usage: Record<string, string> = {};
  for (const [name, amount] of Object.entries(requests)) {
    usage[`requests.${name}`] = amount;
    if (computed.includes(name) || name.startsWith("hugepages-")) {
      usage[name] = amount;
    }
  }
  for (const name of computed) {
    const amount = limits[name];
    if (amount !== undefined) {
      usage[`limits.${name}`] = amount;
    }
  }
  return usage;
}

/** A Pod that has ended, or whose time to end is over, uses nothing. */
function isAlive({ metadata, status }: IPod, now: number): boolean {
  if (status?.phase === "Failed" || status?.phase === "Succeeded") {
    return false;
  }
  return metadata?.deletionTimestamp === undefined || Date.parse(metadata.deletionTimestamp) > now;
}

function claimUsage({ metadata, spec }: IPersistentVolumeClaim): ResourceAmounts {
  const storage = spec?.resources?.requests?.storage;
  const own: ResourceAmounts = {
    persistentvolumeclaims: "1",
    ...(storage === undefined ? {} : { "requests.storage": String(storage) }),
  };
  const storageClass =
    metadata?.annotations?.["volume.beta.kubernetes.io/storage-class"] ?? spec?.storageClassName;
  if (!storageClass) {
    return own;
  }
  const ofClass = Object.entries(own).map(([name, amount]) => [
    `${storageClass}.storageclass.storage.k8s.io/${name}`,
    amount,
  ]);
  return { ...own, ...Object.fromEntries(ofClass) };
}

function serviceUsage({ spec }: IService): ResourceAmounts {
  const ports = String(spec?.ports?.length ?? 0);
  switch (spec?.type) {
    case "NodePort":
      return { services: "1", "services.nodeports": ports };
    case "LoadBalancer": {
      const nodePorts = spec.allocateLoadBalancerNodePorts === false ? "0" : ports;
      return { services: "1", "services.loadbalancers": "1", "services.nodeports": nodePorts };
    }
    default:
      return { services: "1" };
  }
}

/** The usage of many objects together. */
export function totalUsage(usages: readonly ResourceAmounts[]): ResourceAmounts {
  let total: ResourceAmounts = {};
  for (const usage of usages) {
    total = addAmounts(total, usage);
  }
  return total;
}
