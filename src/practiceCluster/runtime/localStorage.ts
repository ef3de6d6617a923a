import type { IPod } from "kubernetes-models/v1/Pod";
import { quantityToNumber } from "../../common/kubernetes/quantity.ts";

/** What a Pod's containers and emptyDirs hold on the node. */
export interface StorageUse {
  readonly containerBytes: (name: string) => number;
  readonly emptyDirBytes: (volume: string) => number;
}

/** Whether the node has a limit to watch over. */
export function hasStorageLimit(pod: IPod): boolean {
  const { containers = [], volumes = [] } = pod.spec ?? {};
  return (
    volumes.some(({ emptyDir }) => emptyDir?.sizeLimit !== undefined) ||
    containers.some(({ resources }) => resources?.limits?.["ephemeral-storage"] !== undefined)
  );
}

/**
 * Why a Pod is evicted for what it keeps on the node; undefined while it is within its limits
 * (pkg/kubelet/eviction, localStorageEviction: emptyDirs first, then the Pod as a whole, then its containers).
 */
export function storageEviction(pod: IPod, use: StorageUse): string | undefined {
  const { containers = [], volumes = [] } = pod.spec ?? {};
  for (const { name, emptyDir } of volumes) {
    const limit = emptyDir?.sizeLimit;
    if (
      limit !== undefined &&
      quantityToNumber(limit) > 0 &&
      use.emptyDirBytes(name) > quantityToNumber(limit)
    ) {
      return `Usage of EmptyDir volume ${JSON.stringify(name)} exceeds the limit ${JSON.stringify(limit)}. `;
    }
  }
  const limits = containers.map(({ name, resources }) => ({
    name,
    limit: resources?.limits?.["ephemeral-storage"],
  }));
  return podOverLimit(pod, limits, use) ?? containerOverLimit(limits, use);
}

interface ContainerLimit {
  readonly name: string;
  readonly limit: string | number | undefined;
}

function podOverLimit(pod: IPod, limits: readonly ContainerLimit[], use: StorageUse): string | undefined {
  const set = limits.flatMap(({ limit }) => (limit === undefined ? [] : [limit]));
  if (set.length === 0) {
    return undefined;
  }
  const total = set.reduce<number>((sum, limit) => sum + quantityToNumber(limit), 0);
  const disks = (pod.spec?.volumes ?? []).filter(({ emptyDir }) => emptyDir && emptyDir.medium !== "Memory");
  const used =
    limits.reduce((sum, { name }) => sum + use.containerBytes(name), 0) +
    disks.reduce((sum, { name }) => sum + use.emptyDirBytes(name), 0);
  const text = set.length === 1 ? set[0] : total;
  return used > total
    ? `Pod ephemeral local storage usage exceeds the total limit of containers ${text}. `
    : undefined;
}

function containerOverLimit(limits: readonly ContainerLimit[], use: StorageUse): string | undefined {
  const over = limits.find(
    ({ name, limit }) => limit !== undefined && use.containerBytes(name) > quantityToNumber(limit),
  );
  return (
    over &&
    `Container ${over.name} exceeded its local ephemeral storage limit ${JSON.stringify(String(over.limit))}. `
  );
}
