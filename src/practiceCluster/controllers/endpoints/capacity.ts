import type { IIoK8sApiCoreV1EndpointAddress as EndpointAddress } from "kubernetes-models/v1/EndpointAddress";
import type { IIoK8sApiCoreV1EndpointSubset as EndpointSubset } from "kubernetes-models/v1/EndpointSubset";

/** The most addresses that Endpoints show; slices have no such limit. */
const capacity = 1_000;

/** Says of Endpoints that they do not show all addresses. */
export const overCapacityAnnotation = "endpoints.kubernetes.io/over-capacity";

export interface WithinCapacity {
  readonly subsets: EndpointSubset[];
  readonly isTruncated: boolean;
}

/**
 * At most 1,000 addresses (truncateEndpoints of endpoints_controller.go): each subset keeps its share of the ready
 * ones; those that are not ready only take what the ready ones leave.
 */
export function withinCapacity(subsets: EndpointSubset[]): WithinCapacity {
  const ready = sum(subsets.map(({ addresses }) => addresses));
  const unready = sum(subsets.map(({ notReadyAddresses }) => notReadyAddresses));
  if (ready + unready <= capacity) {
    return { subsets, isTruncated: false };
  }
  if (ready > capacity) {
    const kept = shares(
      subsets.map(({ addresses = [] }) => addresses),
      ready,
      capacity,
    );
    return {
      subsets: subsets.map((subset, index) => only(subset, kept[index] ?? [], [])),
      isTruncated: true,
    };
  }
  const kept = shares(
    subsets.map(({ notReadyAddresses = [] }) => notReadyAddresses),
    unready,
    capacity - ready,
  );
  return {
    subsets: subsets.map((subset, index) => only(subset, subset.addresses ?? [], kept[index] ?? [])),
    isTruncated: true,
  };
}

function sum(lists: readonly (readonly EndpointAddress[] | undefined)[]): number {
  return lists.reduce((total, list) => total + (list?.length ?? 0), 0);
}

/** Of each list its part of `most`, rounded up, until there is no more room. */
function shares(lists: readonly EndpointAddress[][], total: number, most: number): EndpointAddress[][] {
  let room = most;
  return lists.map((list) => {
    const kept = list.slice(0, Math.min(Math.ceil((list.length / total) * most), room));
    room -= kept.length;
    return kept;
  });
}

function only(
  { addresses: _ready, notReadyAddresses: _unready, ...subset }: EndpointSubset,
  addresses: EndpointAddress[],
  notReadyAddresses: EndpointAddress[],
): EndpointSubset {
  return {
    ...(addresses.length > 0 ? { addresses } : {}),
    ...(notReadyAddresses.length > 0 ? { notReadyAddresses } : {}),
    ...subset,
  };
}
