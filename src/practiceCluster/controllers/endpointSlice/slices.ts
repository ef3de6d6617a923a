import type { IEndpointSlice } from "kubernetes-models/discovery.k8s.io/v1/EndpointSlice";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { IService } from "kubernetes-models/v1/Service";
import { sameAsJson } from "../../../common/kubernetes/jsonValues.ts";
import { services } from "../../api/resources.ts";
import { controllerReference } from "../kit/keys.ts";
import {
  type Endpoint,
  type EndpointPort,
  headlessLabel,
  managedByLabel,
  serviceNameLabel,
} from "../kit/sliceLabels.ts";
import { canonicalText } from "../kit/templateHash.ts";
import { belongsToEndpoints, endpointOf, portsOn } from "./membership.ts";

/** The value of the label that says who keeps a slice. */
export const sliceController = "endpointslice-controller.k8s.io";

/** Endpoints of one slice at most (--max-endpoints-per-slice). */
const largestSlice = 100;

export interface SliceChanges {
  readonly create: readonly IEndpointSlice[];
  readonly update: readonly IEndpointSlice[];
  readonly remove: readonly IEndpointSlice[];
}

/**
 * What has to change so that the slices hold exactly the Service's Pods, with as few writes as the real reconciler:
 * a slice for each set of ports, at most 100 endpoints in one, an empty slice where there are no Pods.
 * Takes the slices that the controller manages for the Service.
 */
export function decideSlices(
  service: IService,
  pods: readonly IPod[],
  existing: readonly IEndpointSlice[],
): SliceChanges {
  const own = existing.filter((slice) => isOwnedBy(slice, service));
  const plan: Plan = { create: [], update: [], remove: existing.filter((slice) => !own.includes(slice)) };
  const groups = groupByPorts(service, pods);
  for (const [key, { ports, endpoints }] of groups) {
    const sameports = own.filter((slice) => portsKey(slice.ports ?? []) === key);
    placeGroup(service, ports, endpoints, sameports, plan);
  }
  plan.remove.push(...own.filter((slice) => !groups.has(portsKey(slice.ports ?? []))));
  keepOneSlice(service, existing, plan);
  reuseRemoved(service, plan);
  return plan;
}

interface Plan {
  readonly create: IEndpointSlice[];
  readonly update: IEndpointSlice[];
  readonly remove: IEndpointSlice[];
}

interface Group {
  readonly ports: EndpointPort[];
  readonly endpoints: Endpoint[];
}

function groupByPorts(service: IService, pods: readonly IPod[]): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const pod of pods.filter((each) => belongsToEndpoints(each, true))) {
    const ports = portsOn(service, pod);
    const key = portsKey(ports);
    const group = groups.get(key) ?? { ports, endpoints: [] };
    group.endpoints.push(endpointOf(service, pod));
    groups.set(key, group);
  }
  return groups;
}

function portsKey(ports: readonly EndpointPort[]): string {
  return ports
    .map((port) => canonicalText(port))
    .sort()
    .join();
}

/** An endpoint stays itself as long as these are the same. */
function identityOf({ addresses, hostname, targetRef }: Endpoint): string {
  return [targetRef?.uid ?? "", hostname ?? "", ...addresses].join(" ");
}

/** Keeps endpoints where they are, then fills changed slices, then one with room, then new ones. */
function placeGroup(
  service: IService,
  ports: EndpointPort[],
  endpoints: readonly Endpoint[],
  slices: readonly IEndpointSlice[],
  plan: Plan,
): void {
  const wanted = new Map(endpoints.map((endpoint) => [identityOf(endpoint), endpoint]));
  const changed: IEndpointSlice[] = [];
  const unchanged: IEndpointSlice[] = [];
  for (const slice of slices) {
    const kept = (slice.endpoints ?? []).flatMap((old) => wanted.get(identityOf(old)) ?? []);
    for (const endpoint of kept) {
      wanted.delete(identityOf(endpoint));
    }
    const next: IEndpointSlice = { ...slice, endpoints: kept };
    next.metadata = { ...next.metadata, labels: labelsOf(service) };
    if (kept.length === 0 && (slice.endpoints ?? []).length > 0) {
      plan.remove.push(slice);
    } else {
      const isSame =
        sameAsJson(kept, slice.endpoints ?? []) && sameAsJson(next.metadata.labels, slice.metadata?.labels);
      (isSame ? unchanged : changed).push(next);
    }
  }
  const left = [...wanted.values()];
  changed.sort((one, other) => (other.endpoints ?? []).length - (one.endpoints ?? []).length);
  for (const slice of changed) {
    fill(slice, left);
  }
  plan.update.push(...changed);
  while (left.length > 0) {
    const roomy = unchanged.find((each) => (each.endpoints ?? []).length + left.length <= largestSlice);
    const slice = roomy ?? newSlice(service, ports);
    fill(slice, left);
    (roomy ? plan.update : plan.create).push(slice);
  }
}

function fill(slice: IEndpointSlice, left: Endpoint[]): void {
  const room = largestSlice - (slice.endpoints ?? []).length;
  slice.endpoints = [...(slice.endpoints ?? []), ...left.splice(0, room)];
}

/** Where no slice would be left, an empty one stands for the Service. */
function keepOneSlice(service: IService, existing: readonly IEndpointSlice[], plan: Plan): void {
  if (existing.length > plan.remove.length || plan.create.length > 0) {
    return;
  }
  const placeholder = newSlice(service, []);
  const [only] = plan.remove;
  if (plan.remove.length === 1 && only && isSamePlaceholder(only, placeholder)) {
    plan.remove.length = 0;
  } else {
    plan.create.push(placeholder);
  }
}

function isSamePlaceholder(slice: IEndpointSlice, placeholder: IEndpointSlice): boolean {
  const essence = ({ endpoints = [], ports = [], metadata }: IEndpointSlice) =>
    canonicalText([endpoints, ports, metadata?.labels, metadata?.ownerReferences]);
  return essence(slice) === essence(placeholder);
}

/** A slice to be removed becomes one to be made: fewer writes, and its name stays. */
function reuseRemoved(service: IService, plan: Plan): void {
  for (const slice of [...plan.remove]) {
    const next = isOwnedBy(slice, service) ? plan.create.pop() : undefined;
    if (next) {
      plan.remove.splice(plan.remove.indexOf(slice), 1);
      const metadata = { ...structuredClone(slice.metadata), labels: labelsOf(service) };
      plan.update.push({ ...next, metadata });
    }
  }
}

function isOwnedBy(slice: IEndpointSlice, service: IService): boolean {
  return slice.metadata?.ownerReferences?.some(({ uid }) => uid === service.metadata?.uid) ?? false;
}

function newSlice(service: IService, ports: EndpointPort[]): IEndpointSlice {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      generateName: `${service.metadata?.name ?? ""}-`,
      namespace: service.metadata?.namespace ?? "",
      labels: labelsOf(service),
      ownerReferences: [controllerReference(services, service)],
    },
    addressType: "IPv4",
    endpoints: [],
    ports,
  };
}

/** The Service's own labels, and what marks a slice as its. */
function labelsOf(service: IService): Record<string, string> {
  const { clusterIP = "" } = service.spec ?? {};
  const isHeadless = clusterIP === "None" || clusterIP === "";
  const { [headlessLabel]: _headless, ...labels } = service.metadata?.labels ?? {};
  return {
    ...labels,
    ...(isHeadless ? { [headlessLabel]: "" } : {}),
    [serviceNameLabel]: service.metadata?.name ?? "",
    [managedByLabel]: sliceController,
  };
}
