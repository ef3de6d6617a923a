import { objectIn } from "../../defaults/fill.ts";
import type { JsonObject } from "../../objects.ts";
import { compareQuantities, parseQuantity } from "../../quantity.ts";
import { qualifiedNameProblems } from "../formats.ts";
import type { Problems } from "../problems.ts";
import { isNegativeQuantity, mapOf } from "../values.ts";

const containerResources = ["cpu", "memory", "ephemeral-storage"];
const standardResources = [
  ...containerResources,
  "requests.cpu",
  "requests.memory",
  "requests.ephemeral-storage",
  "limits.cpu",
  "limits.memory",
  "limits.ephemeral-storage",
  "storage",
  "requests.storage",
  "pods",
  "resourcequotas",
  "services",
  "replicationcontrollers",
  "secrets",
  "configmaps",
  "persistentvolumeclaims",
  "services.nodeports",
  "services.loadbalancers",
];

function isHugePages(name: string): boolean {
  return name.startsWith("hugepages-");
}

function validateName(problems: Problems, path: string, name: string): void {
  const wrong = qualifiedNameProblems(name);
  problems.invalidAll(path, name, wrong);
  if (wrong.length > 0 || name.includes("/") || isHugePages(name)) {
    return;
  }
  if (!standardResources.includes(name)) {
    problems.invalid(path, name, "must be a standard resource type or fully qualified");
  }
  if (!containerResources.includes(name)) {
    problems.invalid(path, name, "must be a standard resource for containers");
  }
}

function validateAmounts(problems: Problems, path: string, amounts: Record<string, string>): void {
  for (const [name, amount] of Object.entries(amounts)) {
    const at = `${path}[${name}]`;
    validateName(problems, at, name);
    if (isNegativeQuantity(amount)) {
      problems.invalid(at, amount, "must be greater than or equal to 0");
    }
    const isExtended = name.includes("/");
    const isWhole = (parseQuantity(amount)?.nanos ?? 0n) % 1_000_000_000n === 0n;
    if (isExtended && !isWhole) {
      problems.invalid(at, amount, "must be an integer");
    }
  }
}

/** Limits and requests of a container: known names, amounts, and requests within limits. */
export function validateResources(problems: Problems, path: string, container: JsonObject): void {
  const resources = objectIn(container, "resources");
  const limits = mapOf(resources?.limits);
  const requests = mapOf(resources?.requests);
  validateAmounts(problems, `${path}.limits`, limits);
  validateAmounts(problems, `${path}.requests`, requests);
  for (const [name, request] of Object.entries(requests)) {
    const limit = limits[name];
    const mustBeEqual = name.includes("/") || isHugePages(name);
    if (limit === undefined) {
      if (mustBeEqual) {
        problems.required(`${path}.limits`, "Limit must be set for non overcommitable resources");
      }
    } else if (mustBeEqual && compareQuantities(request, limit) !== 0) {
      problems.invalid(`${path}.requests`, request, `must be equal to ${name} limit of ${limit}`);
    } else if (compareQuantities(request, limit) > 0) {
      const message = `must be less than or equal to ${name} limit of ${limit}`;
      problems.invalid(`${path}.requests`, request, message);
    }
  }
}
