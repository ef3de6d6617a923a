import { objectIn, objectsIn } from "../defaults/fill.ts";
import type { JsonObject } from "../objects.ts";
import { compareQuantities } from "../quantity.ts";
import { qualifiedNameProblems } from "./formats.ts";
import { validateLabelSelector } from "./labels.ts";
import type { Problems } from "./problems.ts";
import {
  countOrPercent,
  immutable,
  isNegativeQuantity,
  mapOf,
  notMoreThanAll,
  oneOf,
  textOf,
} from "./values.ts";

/** ValidatePodDisruptionBudget of pkg/apis/policy/validation. */
export function validateDisruptionBudget(problems: Problems, budget: JsonObject): void {
  const spec = objectIn(budget, "spec") ?? {};
  const { minAvailable, maxUnavailable } = spec;
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    const value = { printed: JSON.stringify(printedBudget(spec)) };
    problems.invalid("spec", value, "minAvailable and maxUnavailable cannot be both set");
  }
  for (const [key, value] of Object.entries({ minAvailable, maxUnavailable })) {
    if (value !== undefined) {
      countOrPercent(problems, `spec.${key}`, value);
      notMoreThanAll(problems, `spec.${key}`, value);
    }
  }
  validateLabelSelector(problems, "spec.selector", objectIn(spec, "selector"));
  const policies = ["AlwaysAllow", "IfHealthyBudget"];
  const unhealthy = spec.unhealthyPodEvictionPolicy;
  if (unhealthy !== undefined && !policies.includes(textOf(unhealthy))) {
    problems.notSupported("spec.unhealthyPodEvictionPolicy", unhealthy, policies);
  }
}

function printedBudget(spec: JsonObject): JsonObject {
  return {
    MinAvailable: spec.minAvailable ?? null,
    Selector: spec.selector ?? null,
    MaxUnavailable: spec.maxUnavailable ?? null,
    UnhealthyPodEvictionPolicy: spec.unhealthyPodEvictionPolicy ?? null,
  };
}

/** ValidateResourceQuota of pkg/apis/core/validation. */
export function validateResourceQuota(problems: Problems, quota: JsonObject): void {
  for (const [name, amount] of Object.entries(mapOf(objectIn(quota, "spec")?.hard))) {
    const path = `spec.hard[${name}]`;
    problems.invalidAll(path, name, qualifiedNameProblems(name));
    if (isNegativeQuantity(amount)) {
      problems.invalid(path, amount, "must be greater than or equal to 0");
    }
  }
}

function validateOrder(
  problems: Problems,
  path: string,
  item: JsonObject,
  lower: string,
  upper: string,
): void {
  const [least, most] = [mapOf(item[lower]), mapOf(item[upper])];
  for (const [name, amount] of Object.entries(least)) {
    const limit = most[name];
    if (limit !== undefined && compareQuantities(amount, limit) > 0) {
      const text = `${lower === "defaultRequest" ? "default request" : lower} value ${amount} is greater than ${upper} value ${limit}`;
      problems.invalid(`${path}.${lower}[${name}]`, amount, text);
    }
  }
}

/** ValidateLimitRange of pkg/apis/core/validation. */
export function validateLimitRange(problems: Problems, range: JsonObject): void {
  const types = new Set<string>();
  for (const [index, item] of objectsIn(objectIn(range, "spec"), "limits").entries()) {
    const path = `spec.limits[${index}]`;
    const type = textOf(item.type);
    if (types.has(type)) {
      problems.duplicate(`${path}.type`, type);
    }
    types.add(type);
    if (type === "Pod") {
      for (const key of ["default", "defaultRequest"]) {
        if (Object.keys(mapOf(item[key])).length > 0) {
          problems.forbidden(`${path}.${key}`, "may not be specified when `type` is 'Pod'");
        }
      }
    }
    for (const [lower, upper] of orderedPairs) {
      validateOrder(problems, path, item, lower, upper);
    }
  }
}

const orderedPairs = [
  ["min", "max"],
  ["min", "defaultRequest"],
  ["defaultRequest", "max"],
  ["defaultRequest", "default"],
  ["default", "max"],
] as const;

const systemPriorities: Readonly<Record<string, number>> = {
  "system-node-critical": 2_000_001_000,
  "system-cluster-critical": 2_000_000_000,
};
const highestUserPriority = 1_000_000_000;

/** ValidatePriorityClass of pkg/apis/scheduling/validation. */
export function validatePriorityClass(problems: Problems, object: JsonObject): void {
  const name = textOf(objectIn(object, "metadata")?.name);
  if (name.startsWith("system-")) {
    const why = systemPriorityProblem(name, object);
    if (why !== undefined) {
      const rule = "priority class names with 'system-' prefix are reserved for system use only";
      problems.forbidden("metadata.name", `${rule}. error: ${why}`);
    }
  } else if (typeof object.value === "number" && object.value > highestUserPriority) {
    problems.forbidden("value", `maximum allowed value of a user defined priority is ${highestUserPriority}`);
  }
  if (object.preemptionPolicy !== undefined) {
    oneOf(problems, "preemptionPolicy", object.preemptionPolicy, ["PreemptLowerPriority", "Never"]);
  }
}

function systemPriorityProblem(name: string, object: JsonObject): string | undefined {
  const value = systemPriorities[name];
  if (value === undefined) {
    return `${name} is not a known system priority class`;
  }
  if (object.value !== value) {
    return `value of ${name} PriorityClass must be ${value}`;
  }
  return object.globalDefault === true ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}

export function validatePriorityClassUpdate(problems: Problems, object: JsonObject, old: JsonObject): void {
  if (object.value !== old.value) {
    problems.forbidden("value", "may not be changed in an update.");
  }
  immutable(problems, "preemptionPolicy", object.preemptionPolicy, old.preemptionPolicy);
}
