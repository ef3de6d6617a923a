import { objectIn, objectsIn } from "../defaults/fill.ts";
import type { Json, JsonObject } from "../objects.ts";
import { qualifiedNameProblems } from "./formats.ts";
import type { Problems } from "./problems.ts";
import { nonNegative, numberOf, textOf } from "./values.ts";

/** The policies of a Job (pkg/apis/batch/validation). */

const mostRules = 20;
const mostPatterns = 20;
const mostExitCodes = 255;
const longestIndexes = 64 * 1024;
const actions = ["Count", "FailIndex", "FailJob", "Ignore"];
const operators = ["In", "NotIn"];
const statuses = ["False", "True", "Unknown"];

/** A list of words as a message shows it that asks for one of them. */
function validValues(words: readonly string[]): string {
  return `valid values: [${words.map((word) => JSON.stringify(word)).join(" ")}]`;
}

function oneOfRequired(problems: Problems, path: string, value: string, supported: readonly string[]): void {
  if (value === "") {
    problems.required(path, validValues(supported));
  } else if (!supported.includes(value)) {
    problems.notSupported(path, value, supported);
  }
}

function numbersOf(value: Json | undefined): number[] {
  return Array.isArray(value) ? value.map(numberOf) : [];
}

export function validatePodFailurePolicy(problems: Problems, path: string, spec: JsonObject): void {
  const policy = objectIn(spec, "podFailurePolicy");
  const rules = objectsIn(policy, "rules");
  if (rules.length > mostRules) {
    problems.tooMany(`${path}.rules`, rules.length, mostRules);
  }
  const template = objectIn(objectIn(spec, "template"), "spec");
  const containers = [...objectsIn(template, "containers"), ...objectsIn(template, "initContainers")];
  const names = containers.map(({ name }) => textOf(name));
  for (const [index, rule] of rules.entries()) {
    validateFailureRule(problems, `${path}.rules[${index}]`, rule, spec, names);
  }
}

function validateFailureRule(
  problems: Problems,
  path: string,
  rule: JsonObject,
  spec: JsonObject,
  containerNames: readonly string[],
): void {
  const action = textOf(rule.action);
  if (action === "FailIndex" && spec.backoffLimitPerIndex === undefined) {
    problems.invalid(`${path}.action`, action, "requires the backoffLimitPerIndex to be set");
  } else {
    oneOfRequired(problems, `${path}.action`, action, actions);
  }
  const exitCodes = objectIn(rule, "onExitCodes");
  const patterns = objectsIn(rule, "onPodConditions");
  if (exitCodes) {
    validateExitCodes(problems, `${path}.onExitCodes`, exitCodes, containerNames);
  }
  validatePatterns(problems, `${path}.onPodConditions`, patterns);
  if ((exitCodes !== undefined) === patterns.length > 0) {
    const problem = exitCodes ? "both OnExitCodes and OnPodConditions is not supported" : undefined;
    const message = problem ?? "one of OnExitCodes and OnPodConditions is required";
    problems.invalidRule(path, `specifying ${message}`);
  }
}

function validateExitCodes(
  problems: Problems,
  path: string,
  exitCodes: JsonObject,
  containerNames: readonly string[],
): void {
  const operator = textOf(exitCodes.operator);
  oneOfRequired(problems, `${path}.operator`, operator, operators);
  const { containerName } = exitCodes;
  if (containerName !== undefined && !containerNames.includes(textOf(containerName))) {
    const message = "must be one of the container or initContainer names in the pod template";
    problems.invalid(`${path}.containerName`, containerName, message);
  }
  const values = numbersOf(exitCodes.values);
  if (values.length === 0) {
    problems.invalid(`${path}.values`, exitCodes.values ?? null, "at least one value is required");
  } else if (values.length > mostExitCodes) {
    problems.tooMany(`${path}.values`, values.length, mostExitCodes);
  }
  for (const [index, value] of values.entries()) {
    if (operator === "In" && value === 0) {
      problems.invalid(`${path}.values[${index}]`, value, "must not be 0 for the In operator");
    }
    if (values.indexOf(value) < index) {
      problems.duplicate(`${path}.values[${index}]`, value);
    }
  }
  if (values.some((value, index) => index > 0 && (values[index - 1] ?? 0) > value)) {
    problems.invalid(`${path}.values`, values, "must be ordered");
  }
}

function validatePatterns(problems: Problems, path: string, patterns: readonly JsonObject[]): void {
  if (patterns.length > mostPatterns) {
    problems.tooMany(path, patterns.length, mostPatterns);
  }
  for (const [index, { type, status }] of patterns.entries()) {
    problems.invalidAll(`${path}[${index}].type`, textOf(type), qualifiedNameProblems(textOf(type)));
    oneOfRequired(problems, `${path}[${index}].status`, textOf(status), statuses);
  }
}

export function validatePodReplacementPolicy(problems: Problems, path: string, spec: JsonObject): void {
  const { podReplacementPolicy: policy, podFailurePolicy } = spec;
  const supported = podFailurePolicy === undefined ? ["Failed", "TerminatingOrFailed"] : ["Failed"];
  if (policy !== undefined && !supported.includes(textOf(policy))) {
    problems.notSupported(path, policy, supported);
  }
}

export function validateSuccessPolicy(problems: Problems, path: string, spec: JsonObject): void {
  const rules = objectsIn(objectIn(spec, "successPolicy"), "rules");
  if (rules.length === 0) {
    problems.required(
      `${path}.rules`,
      "at least one rules must be specified when the successPolicy is specified",
    );
  }
  if (rules.length > mostRules) {
    problems.tooMany(`${path}.rules`, rules.length, mostRules);
  }
  for (const [index, rule] of rules.entries()) {
    validateSuccessRule(problems, `${path}.rules[${index}]`, rule, numberOf(spec.completions));
  }
}

function validateSuccessRule(
  problems: Problems,
  path: string,
  { succeededCount, succeededIndexes }: JsonObject,
  completions: number,
): void {
  if (succeededCount === undefined && succeededIndexes === undefined) {
    problems.required(path, "at least one of succeededCount or succeededIndexes must be specified");
  }
  let total = 0;
  if (succeededIndexes !== undefined) {
    const text = textOf(succeededIndexes);
    if (text.length > longestIndexes) {
      problems.tooLong(`${path}.succeededIndexes`, longestIndexes);
    }
    const counted = countIndexes(text, completions);
    total = counted.total;
    if (counted.problem !== undefined) {
      const message = `error parsing succeededIndexes: ${counted.problem}`;
      problems.invalid(`${path}.succeededIndexes`, text, message);
    }
  }
  validateSuccessCount(problems, `${path}.succeededCount`, succeededCount, completions);
  if (succeededIndexes !== undefined && numberOf(succeededCount) > total) {
    const of = "the number of indexes in the specified succeededIndexes field";
    problems.invalid(
      `${path}.succeededCount`,
      succeededCount,
      `must be less than or equal to ${total} (${of})`,
    );
  }
}

function validateSuccessCount(
  problems: Problems,
  path: string,
  count: Json | undefined,
  completions: number,
): void {
  nonNegative(problems, path, count);
  if (numberOf(count) > completions) {
    const of = "the number of specified completions";
    problems.invalid(path, count, `must be less than or equal to ${completions} (${of})`);
  }
}

/** How many indexes a text like "0,2-5" names, or what is wrong with it. */
function countIndexes(text: string, completions: number): { total: number; problem?: string } {
  let total = 0;
  let last = -1;
  for (const part of text === "" ? [] : text.split(",")) {
    const limits = part.split("-");
    const problem = intervalProblem(part, limits, completions);
    if (problem !== undefined) {
      return { total: 0, problem };
    }
    const first = Number(limits[0]);
    if (last >= first) {
      return { total: 0, problem: `non-increasing order, previous: ${last}, current: ${first}` };
    }
    last = Number(limits.at(-1));
    total += last - first + 1;
  }
  return { total };
}

function intervalProblem(part: string, limits: readonly string[], completions: number): string | undefined {
  if (limits.length > 2) {
    return `the fragment ${JSON.stringify(part)} violates the requirement that an index interval can have at most two parts separated by '-'`;
  }
  for (const limit of limits) {
    if (!/^[+]?[0-9]+$/.test(limit)) {
      return `cannot convert string to integer for index: ${JSON.stringify(limit)}`;
    }
    if (Number(limit) >= completions) {
      return `too large index: ${JSON.stringify(limit)}`;
    }
  }
  const [first, second] = limits.map(Number);
  return second !== undefined && (first ?? 0) >= second
    ? `non-increasing order, previous: ${first}, current: ${second}`
    : undefined;
}
