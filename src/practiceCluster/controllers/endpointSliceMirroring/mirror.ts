import type { IEndpointSlice } from "kubernetes-models/discovery.k8s.io/v1/EndpointSlice";
import type { IEndpoints } from "kubernetes-models/v1/Endpoints";
import type { OwnerReference } from "../../../common/kubernetes/objects.ts";
import { type Endpoint, managedByLabel, serviceNameLabel } from "../kit/sliceLabels.ts";

type Subset = NonNullable<IEndpoints["subsets"]>[number];
type Address = NonNullable<Subset["addresses"]>[number];

/** The slices that say the same as Endpoints that somebody wrote: one for each subset (newMirroredEndpointSlice). */
export function mirrorOf(source: IEndpoints, managedBy: string, owner: OwnerReference): IEndpointSlice[] {
  const { name = "", namespace = "", labels } = source.metadata ?? {};
  return (source.subsets ?? []).flatMap((subset) => {
    const endpoints = [
      ...(subset.addresses ?? []).map((address) => endpointOf(address, true)),
      ...(subset.notReadyAddresses ?? []).map((address) => endpointOf(address, false)),
    ];
    if (endpoints.length === 0) {
      return [];
    }
    const ports = (subset.ports ?? []).map(
      ({ name: portName = "", port, protocol = "TCP", appProtocol }) => ({
        name: portName,
        port,
        protocol,
        ...(appProtocol ? { appProtocol } : {}),
      }),
    );
    return {
      apiVersion: "discovery.k8s.io/v1" as const,
      kind: "EndpointSlice" as const,
      metadata: {
        generateName: `${name}-`,
        namespace,
        labels: { ...labels, [serviceNameLabel]: name, [managedByLabel]: managedBy },
        ownerReferences: [owner],
      },
      addressType: "IPv4" as const,
      endpoints,
      ports,
    };
  });
}

function endpointOf({ ip, hostname, nodeName, targetRef }: Address, ready: boolean): Endpoint {
  return {
    addresses: [ip],
    conditions: { ready },
    ...(hostname ? { hostname } : {}),
    ...(nodeName ? { nodeName } : {}),
    ...(targetRef ? { targetRef } : {}),
  };
}
