import { objectIn, objectsIn } from "../defaults/fill.ts";
import type { Json, JsonObject } from "../objects.ts";
import { labelValueProblems, qualifiedNameProblems } from "./formats.ts";
import type { Problems } from "./problems.ts";
import { mapOf, textOf, textsOf } from "./values.ts";

export function validateLabels(problems: Problems, path: string, labels: Json | undefined): void {
  for (const [key, value] of Object.entries(mapOf(labels))) {
    problems.invalidAll(path, key, qualifiedNameProblems(key));
    problems.invalidAll(path, value, labelValueProblems(value));
  }
}

export function validateLabelSelector(
  problems: Problems,
  path: string,
  selector: JsonObject | undefined,
): void {
  validateLabels(problems, `${path}.matchLabels`, selector?.matchLabels);
  for (const [index, requirement] of objectsIn(selector, "matchExpressions").entries()) {
    validateRequirement(problems, `${path}.matchExpressions[${index}]`, requirement);
  }
}

function validateRequirement(problems: Problems, path: string, requirement: JsonObject): void {
  const values = textsOf(requirement.values);
  const operator = textOf(requirement.operator);
  if (operator === "In" || operator === "NotIn") {
    if (values.length === 0) {
      problems.required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'");
    }
  } else if (operator === "Exists" || operator === "DoesNotExist") {
    if (values.length > 0) {
      problems.forbidden(
        `${path}.values`,
        "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
      );
    }
  } else {
    problems.invalid(`${path}.operator`, operator, "not a valid selector operator");
  }
  problems.invalidAll(`${path}.key`, textOf(requirement.key), qualifiedNameProblems(textOf(requirement.key)));
  for (const [index, value] of values.entries()) {
    problems.invalidAll(`${path}.values[${index}]`, value, labelValueProblems(value));
  }
}

/** Whether a LabelSelector selects nothing in particular. */
export function isEmptySelector(selector: JsonObject): boolean {
  const labels = Object.keys(mapOf(selector.matchLabels)).length;
  return labels + objectsIn(selector, "matchExpressions").length === 0;
}

/** Whether the labels fulfil the selector; no selector at all selects nothing. */
export function selectorMatches(selector: JsonObject | undefined, labels: Json | undefined): boolean {
  if (!selector) {
    return false;
  }
  const actual = mapOf(labels);
  const wanted = Object.entries(mapOf(selector.matchLabels));
  return (
    wanted.every(([key, value]) => actual[key] === value) &&
    objectsIn(selector, "matchExpressions").every((requirement) => fulfils(requirement, actual))
  );
}

function fulfils(requirement: JsonObject, labels: Readonly<Record<string, string>>): boolean {
  const value = labels[textOf(requirement.key)];
  const values = textsOf(requirement.values);
  switch (requirement.operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    default:
      return value === undefined;
  }
}

/** Refuses a template whose labels its workload's selector does not select. */
export function validateSelectorOfTemplate(problems: Problems, path: string, spec: JsonObject): void {
  const labels = objectIn(objectIn(spec, "template"), "metadata")?.labels;
  if (!selectorMatches(objectIn(spec, "selector"), labels)) {
    const message = "`selector` does not match template `labels`";
    problems.invalid(`${path}.template.metadata.labels`, labels, message);
  }
}
