import type { IPod } from "kubernetes-models/v1/Pod";
import { quantityToNumber } from "../../common/kubernetes/quantity.ts";

/** What a container without a limit may use, at the most: the node's room. */
const nodeRoom: Readonly<Record<string, string>> = { cpu: "4", memory: "8Gi", "ephemeral-storage": "100Gi" };

/**
 * The value of a resourceFieldRef, such as limits.memory in units of its divisor, rounded up; a limit that is not set
 * is the node's room, a request that is not set 0 (pkg/api/v1/resource, ExtractContainerResourceValue).
 */
export function resourceField(
  pod: IPod,
  containerName: string,
  { resource, divisor }: { readonly resource: string; readonly divisor?: string | number },
): string {
  const [kind, name = ""] = resource.split(/\.(.*)/);
  const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
  const resources = containers.find((each) => each.name === containerName)?.resources;
  const set = kind === "limits" ? resources?.limits?.[name] : resources?.requests?.[name];
  const amount = set ?? (kind === "limits" ? (nodeRoom[name] ?? "0") : "0");
  const unit = !divisor || String(divisor) === "0" ? "1" : divisor;
  return String(Math.ceil(quantityToNumber(amount) / quantityToNumber(unit)));
}
