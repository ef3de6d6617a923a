import type { IIoK8sApiCoreV1EndpointAddress as EndpointAddress } from "kubernetes-models/v1/EndpointAddress";
import type { IIoK8sApiCoreV1EndpointPort as EndpointPort } from "kubernetes-models/v1/EndpointPort";
import type { IIoK8sApiCoreV1EndpointSubset as EndpointSubset } from "kubernetes-models/v1/EndpointSubset";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { IService } from "kubernetes-models/v1/Service";
import { belongsToEndpoints, hostnameUnder, portsOn } from "../endpointSlice/membership.ts";
import { isReady } from "../kit/podConditions.ts";
import { canonicalText } from "../kit/templateHash.ts";

/**
 * The subsets of a Service's Endpoints: addresses with the same ports together, ready ones apart from the others,
 * everything in order (endpoints_controller.go, endpoints.RepackSubsets).
 */
export function subsetsOf(service: IService, pods: readonly IPod[]): EndpointSubset[] {
  const publishesUnready = service.spec?.publishNotReadyAddresses === true;
  const subsets = new Map<string, Members>();
  for (const pod of pods.filter((each) => belongsToEndpoints(each, publishesUnready))) {
    const ports = portsOn(service, pod).map(({ name, port = 0, protocol = "TCP", appProtocol }) => ({
      ...(name ? { name } : {}),
      port,
      protocol,
      ...(appProtocol ? { appProtocol } : {}),
    }));
    const isPortless = (service.spec?.ports ?? []).length === 0;
    if (ports.length > 0 || (isPortless && service.spec?.clusterIP === "None")) {
      const key = canonicalText(ports);
      const members = subsets.get(key) ?? { ports, ready: [], unready: [] };
      (publishesUnready || isReady(pod) ? members.ready : members.unready).push(addressOf(service, pod));
      subsets.set(key, members);
    }
  }
  return [...subsets.entries()]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, members]) => toSubset(members));
}

interface Members {
  readonly ports: EndpointPort[];
  readonly ready: EndpointAddress[];
  readonly unready: EndpointAddress[];
}

function toSubset({ ports, ready, unready }: Members): EndpointSubset {
  return {
    ...(ready.length > 0 ? { addresses: inOrder(ready) } : {}),
    ...(unready.length > 0 ? { notReadyAddresses: inOrder(unready) } : {}),
    ...(ports.length > 0 ? { ports } : {}),
  };
}

function addressOf(service: IService, pod: IPod): EndpointAddress {
  const { name = "", namespace = "", uid = "" } = pod.metadata ?? {};
  const hostname = hostnameUnder(service, pod);
  return {
    ip: pod.status?.podIP ?? "",
    ...(hostname === undefined ? {} : { hostname }),
    ...(pod.spec?.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    targetRef: { kind: "Pod", namespace, name, uid },
  };
}

/** By the bytes of the address. */
function inOrder(addresses: readonly EndpointAddress[]): EndpointAddress[] {
  return addresses
    .map((address) => ({ address, place: numberOf(address.ip) }))
    .sort((one, other) => one.place - other.place)
    .map(({ address }) => address);
}

function numberOf(ip: string): number {
  return ip.split(".").reduce((number, byte) => number * 256 + Number(byte), 0);
}
