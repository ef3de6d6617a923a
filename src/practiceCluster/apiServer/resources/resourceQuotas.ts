import type { IResourceQuota } from "kubernetes-models/v1/ResourceQuota";
import { resourceQuotas } from "../../api/resources.ts";
import { ageColumn, nameColumn } from "./columns.ts";
import type { ResourceDefinition } from "./definition.ts";
import { statusSubresource, textColumn } from "./plain.ts";

/** v1 ResourceQuota (pkg/registry/core/resourcequota). */
export const resourceQuotaDefinition: ResourceDefinition<IResourceQuota> = {
  resource: resourceQuotas,
  singularName: "resourcequota",
  shortNames: ["quota"],
  subresources: [statusSubresource],
  hasStatus: true,
  columns: [
    nameColumn,
    textColumn<IResourceQuota>(
      "Request",
      "Request represents a minimum amount of cpu/memory that a container may consume.",
      (quota) => shares(quota, false),
    ),
    textColumn<IResourceQuota>(
      "Limit",
      "Limits control the maximum amount of cpu/memory that a container may use independent of contention on the node.",
      (quota) => shares(quota, true),
    ),
    ageColumn,
  ],
};

/** "pods: 2/10, requests.cpu: 1/4"; what begins with "limits." has a column of its own. */
function shares({ status }: IResourceQuota, areLimits: boolean): string {
  return Object.entries(status?.hard ?? {})
    .filter(([name]) => name.startsWith("limits.") === areLimits)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, hard]) => `${name}: ${status?.used?.[name] ?? "0"}/${hard}`)
    .join(", ");
}
