import type { IPod } from "kubernetes-models/v1/Pod";
import type { IResourceQuota } from "kubernetes-models/v1/ResourceQuota";
import type { KubernetesObject } from "../../../common/kubernetes/objects.ts";
import { compareQuantities, subtractQuantities } from "../../../common/kubernetes/quantity.ts";
import { isInScopes } from "../../../common/kubernetes/quota/scopes.ts";
import { isCounted, needs, totalUsage, usageOf } from "../../../common/kubernetes/quota/usage.ts";
import { addAmounts, type ResourceAmounts } from "../../../common/kubernetes/resourceAmounts.ts";
import type { Resource } from "../../api/resource.ts";
import { resourceQuotas } from "../../api/resources.ts";
import { refusals } from "../requests/errors.ts";
import type { Pipeline } from "../requests/pipeline.ts";
import type { Admission, AdmissionReview } from "./admission.ts";
import { limitAmounts } from "./limitConstraints.ts";

/** Refuses what would use more than a quota of the namespace allows (plugin ResourceQuota). */
export const resourceQuotaAdmission: Admission = {
  validate(review, pipeline) {
    if (!isCharged(review)) {
      return;
    }
    const { resource, object, old, context } = review;
    const { namespace } = object.metadata ?? {};
    for (const quota of pipeline.list(resourceQuotas, { namespace }) as IResourceQuota[]) {
      const names = countedNames(quota, resource);
      if (names.length > 0 && isInScopes(quota, resource, object)) {
        requireNeeds(review, quota, names);
        const before = old ? usageOf(resource, old, context.now) : {};
        const change = increase(usageOf(resource, object, context.now), before, names);
        requireRoom(review, quota, change, currentUsage(pipeline, quota, resource, context.now));
      }
    }
  },
};

function isCharged({ operation, resource, object, part = "object" }: AdmissionReview): boolean {
  if (!object.metadata?.namespace || operation === "delete") {
    return false;
  }
  if (operation === "create") {
    return true;
  }
  return resource.resource === "pods" ? part === "resize" : part === "object";
}

function countedNames({ spec }: IResourceQuota, resource: Resource): string[] {
  return Object.keys(spec?.hard ?? {}).filter((name) => isCounted(resource, name));
}

/** What the quota's own objects of this resource use now. */
function currentUsage(
  pipeline: Pipeline,
  quota: IResourceQuota,
  resource: Resource,
  now: number,
): ResourceAmounts {
  const objects = pipeline.list(resource, { namespace: quota.metadata?.namespace });
  const own = objects.filter((object) => isInScopes(quota, resource, object));
  return totalUsage(own.map((object) => usageOf(resource, object, now)));
}

function increase(
  after: ResourceAmounts,
  before: ResourceAmounts,
  names: readonly string[],
): ResourceAmounts {
  const change = names
    .map((name): [string, string] => [name, subtractQuantities(after[name] ?? "0", before[name] ?? "0")])
    .filter(([, amount]) => amount !== "0");
  return Object.fromEntries(change);
}

function requireRoom(
  { resource, object }: AdmissionReview,
  { metadata, spec }: IResourceQuota,
  change: ResourceAmounts,
  used: ResourceAmounts,
): void {
  const hard = limitAmounts(spec?.hard);
  const sum = addAmounts(used, change);
  const exceeded = Object.keys(change)
    .filter((name) => compareQuantities(sum[name] ?? "0", hard[name] ?? "0") > 0)
    .sort();
  if (exceeded.length > 0) {
    const text = (amounts: ResourceAmounts) =>
      exceeded.map((name) => `${name}=${amounts[name] ?? "0"}`).join(",");
    const why = `exceeded quota: ${metadata?.name}, requested: ${text(change)}, used: ${text(used)}, limited: ${text(hard)}`;
    throw refusals.forbidden(resource, object.metadata?.name ?? "", why);
  }
}

const mustBeStated = ["cpu", "memory"].flatMap((name) => [name, `requests.${name}`, `limits.${name}`]);

/** Where cpu or memory has a quota, each container must say what it needs of it. */
function requireNeeds(
  { resource, object }: AdmissionReview,
  quota: IResourceQuota,
  names: readonly string[],
): void {
  const required = names.filter((name) => mustBeStated.includes(name)).sort();
  if (resource.resource !== "pods" || required.length === 0) {
    return;
  }
  const missing = required.flatMap((name) => {
    const containers = containersWithout(object, name);
    return containers.length === 0 ? [] : [`${name} for: ${containers.join(",")}`];
  });
  if (missing.length > 0) {
    const why = `failed quota: ${quota.metadata?.name}: must specify ${missing.join("; ")}`;
    throw refusals.forbidden(resource, object.metadata?.name ?? "", why);
  }
}

function containersWithout(object: KubernetesObject, name: string): string[] {
  const { spec } = object as IPod;
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
  return containers
    .filter(
      ({ resources }) => !(name in needs(limitAmounts(resources?.requests), limitAmounts(resources?.limits))),
    )
    .map((container) => container.name)
    .sort();
}
