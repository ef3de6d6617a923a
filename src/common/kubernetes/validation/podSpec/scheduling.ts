import { objectIn, objectsIn } from "../../defaults/fill.ts";
import type { JsonObject } from "../../objects.ts";
import { labelValueProblems, qualifiedNameProblems, rangeMessage } from "../formats.ts";
import { validateLabelSelector } from "../labels.ts";
import type { Problems } from "../problems.ts";
import { numberOf, positive, textOf, textsOf } from "../values.ts";

const effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

export function validateTolerations(problems: Problems, path: string, spec: JsonObject): void {
  for (const [index, toleration] of objectsIn(spec, "tolerations").entries()) {
    validateToleration(problems, `${path}[${index}]`, toleration);
  }
}

function validateToleration(problems: Problems, path: string, toleration: JsonObject): void {
  const key = textOf(toleration.key);
  const operator = textOf(toleration.operator);
  const value = textOf(toleration.value);
  if (key !== "") {
    problems.invalidAll(`${path}.key`, key, qualifiedNameProblems(key));
  } else if (operator !== "Exists") {
    const message =
      'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    problems.invalid(`${path}.operator`, operator, message);
  }
  if (toleration.tolerationSeconds !== undefined && toleration.effect !== "NoExecute") {
    const message = "effect must be 'NoExecute' when `tolerationSeconds` is set";
    problems.invalid(`${path}.effect`, textOf(toleration.effect), message);
  }
  validateOperator(problems, path, operator, value);
  const effect = textOf(toleration.effect);
  if (effect !== "" && !effects.includes(effect)) {
    problems.notSupported(`${path}.effect`, effect, effects);
  }
}

function validateOperator(problems: Problems, path: string, operator: string, value: string): void {
  if (operator === "Exists") {
    if (value !== "") {
      problems.invalid(`${path}.operator`, value, "value must be empty when `operator` is 'Exists'");
    }
  } else if (operator === "Equal" || operator === "") {
    const wrong = labelValueProblems(value);
    if (wrong.length > 0) {
      problems.invalid(`${path}.operator`, value, wrong.join(";"));
    }
  } else if (operator === "Lt" || operator === "Gt") {
    problems.notSupported(`${path}.operator`, operator, ["Equal", "Exists", "Lt", "Gt"]);
  } else {
    problems.notSupported(`${path}.operator`, operator, ["Equal", "Exists"]);
  }
}

export function validateSpread(problems: Problems, path: string, spec: JsonObject): void {
  const constraints = objectsIn(spec, "topologySpreadConstraints");
  for (const [index, constraint] of constraints.entries()) {
    const at = `${path}[${index}]`;
    const key = textOf(constraint.topologyKey);
    positive(problems, `${at}.maxSkew`, constraint.maxSkew);
    if (key === "") {
      problems.required(`${at}.topologyKey`, "can not be empty");
    } else {
      problems.invalidAll(`${at}.topologyKey`, key, qualifiedNameProblems(key));
    }
    const actions = ["DoNotSchedule", "ScheduleAnyway"];
    if (!actions.includes(textOf(constraint.whenUnsatisfiable))) {
      problems.notSupported(`${at}.whenUnsatisfiable`, textOf(constraint.whenUnsatisfiable), actions);
    }
    const repeated = constraints
      .slice(index + 1)
      .some((other) => other.topologyKey === key && other.whenUnsatisfiable === constraint.whenUnsatisfiable);
    if (repeated) {
      const pair = `{${key}, ${textOf(constraint.whenUnsatisfiable)}}`;
      problems.duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, pair);
    }
    validateLabelSelector(problems, `${at}.labelSelector`, objectIn(constraint, "labelSelector"));
  }
}

function validateWeight(problems: Problems, path: string, term: JsonObject): void {
  const weight = numberOf(term.weight);
  if (weight < 1 || weight > 100) {
    problems.invalid(`${path}.weight`, weight, "must be in the range 1-100");
  }
}

function validatePodTerm(problems: Problems, path: string, term: JsonObject): void {
  validateLabelSelector(problems, `${path}.labelSelector`, objectIn(term, "labelSelector"));
  validateLabelSelector(problems, `${path}.namespaceSelector`, objectIn(term, "namespaceSelector"));
  const key = textOf(term.topologyKey);
  if (key === "") {
    problems.required(`${path}.topologyKey`, "can not be empty");
  }
  problems.invalidAll(`${path}.topologyKey`, key, qualifiedNameProblems(key));
}

function validateNodeRequirement(problems: Problems, path: string, requirement: JsonObject): void {
  const operator = textOf(requirement.operator);
  const values = textsOf(requirement.values);
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
  } else if (operator === "Gt" || operator === "Lt") {
    if (values.length !== 1) {
      const message = "must be specified single value when `operator` is 'Lt' or 'Gt'";
      problems.required(`${path}.values`, message);
    }
  } else {
    problems.invalid(`${path}.operator`, operator, "not a valid selector operator");
  }
  const key = textOf(requirement.key);
  problems.invalidAll(`${path}.key`, key, qualifiedNameProblems(key));
}

/** One term of a node selector. */
export function validateNodeTerm(problems: Problems, path: string, term: JsonObject): void {
  for (const [index, requirement] of objectsIn(term, "matchExpressions").entries()) {
    validateNodeRequirement(problems, `${path}.matchExpressions[${index}]`, requirement);
  }
}

function validateNodeAffinity(problems: Problems, path: string, affinity: JsonObject): void {
  const required = objectIn(affinity, "requiredDuringSchedulingIgnoredDuringExecution");
  if (required) {
    const at = `${path}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms`;
    const terms = objectsIn(required, "nodeSelectorTerms");
    if (terms.length === 0) {
      problems.required(at, "must have at least one node selector term");
    }
    for (const [index, term] of terms.entries()) {
      validateNodeTerm(problems, `${at}[${index}]`, term);
    }
  }
  const preferred = "preferredDuringSchedulingIgnoredDuringExecution";
  for (const [index, term] of objectsIn(affinity, preferred).entries()) {
    validateWeight(problems, `${path}.${preferred}[${index}]`, term);
    validateNodeTerm(
      problems,
      `${path}.${preferred}[${index}].preference`,
      objectIn(term, "preference") ?? {},
    );
  }
}

function validatePodAffinity(problems: Problems, path: string, affinity: JsonObject): void {
  const required = "requiredDuringSchedulingIgnoredDuringExecution";
  for (const [index, term] of objectsIn(affinity, required).entries()) {
    validatePodTerm(problems, `${path}.${required}[${index}]`, term);
  }
  const preferred = "preferredDuringSchedulingIgnoredDuringExecution";
  for (const [index, term] of objectsIn(affinity, preferred).entries()) {
    const at = `${path}.${preferred}[${index}]`;
    validateWeight(problems, at, term);
    validatePodTerm(problems, `${at}.podAffinityTerm`, objectIn(term, "podAffinityTerm") ?? {});
  }
}

export function validateAffinity(problems: Problems, path: string, spec: JsonObject): void {
  const affinity = objectIn(spec, "affinity");
  const node = objectIn(affinity, "nodeAffinity");
  if (node) {
    validateNodeAffinity(problems, `${path}.nodeAffinity`, node);
  }
  for (const kind of ["podAffinity", "podAntiAffinity"]) {
    const pods = objectIn(affinity, kind);
    if (pods) {
      validatePodAffinity(problems, `${path}.${kind}`, pods);
    }
  }
}

/** A number of seconds that a Pod may live. */
export function validateDeadline(problems: Problems, path: string, spec: JsonObject): void {
  const seconds = spec.activeDeadlineSeconds;
  const most = 2 ** 31 - 1;
  if (typeof seconds === "number" && (seconds < 1 || seconds > most)) {
    problems.invalid(path, seconds, rangeMessage(1, most));
  }
}
