import { objectIn } from "../defaults/fill.ts";
import { jsonEqual } from "../jsonValues.ts";
import type { JsonObject } from "../objects.ts";
import { dnsLabelProblems } from "./formats.ts";
import { internalForm } from "./internalForm.ts";
import {
  validatePodFailurePolicy,
  validatePodReplacementPolicy,
  validateSuccessPolicy,
} from "./jobPolicies.ts";
import { selectorMatches, validateLabelSelector, validateSelectorOfTemplate } from "./labels.ts";
import { validatePodTemplate } from "./podSpec/index.ts";
import type { Problems } from "./problems.ts";
import { immutable, mapOf, nonNegative, numberOf, textOf } from "./values.ts";

const jobCounts = [
  "parallelism",
  "completions",
  "activeDeadlineSeconds",
  "backoffLimit",
  "ttlSecondsAfterFinished",
  "backoffLimitPerIndex",
  "maxFailedIndexes",
];
const mostParallel = 100_000;

/** The spec of a Job, of a CronJob's template too (validateJobSpec). */
export function validateJobSpec(problems: Problems, path: string, spec: JsonObject): void {
  for (const count of jobCounts) {
    nonNegative(problems, `${path}.${count}`, spec[count]);
  }
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    problems.required(`${path}.backoffLimitPerIndex`, "when maxFailedIndexes is specified");
  }
  validateCompletionMode(problems, path, spec);
  if (spec.podFailurePolicy !== undefined) {
    validatePodFailurePolicy(problems, `${path}.podFailurePolicy`, spec);
  }
  if (spec.successPolicy !== undefined && spec.completionMode === "Indexed") {
    validateSuccessPolicy(problems, `${path}.successPolicy`, spec);
  } else if (spec.successPolicy !== undefined) {
    problems.invalid(`${path}.successPolicy`, spec.successPolicy, "requires indexed completion mode");
  }
  validatePodReplacementPolicy(problems, `${path}.podReplacementPolicy`, spec);
  const template = objectIn(spec, "template") ?? {};
  validatePodTemplate(problems, `${path}.template`, template);
  validateRestartPolicy(problems, `${path}.template.spec.restartPolicy`, spec, template);
}

function validateCompletionMode(problems: Problems, path: string, spec: JsonObject): void {
  const { completionMode: mode, completions, parallelism, backoffLimitPerIndex, maxFailedIndexes } = spec;
  if (mode === "Indexed") {
    if (completions === undefined) {
      problems.required(`${path}.completions`, "when completion mode is Indexed");
    }
    if (numberOf(parallelism) > mostParallel) {
      const message = `must be less than or equal to ${mostParallel} when completion mode is Indexed`;
      problems.invalid(`${path}.parallelism`, parallelism, message);
    }
    if (completions !== undefined && numberOf(maxFailedIndexes) > numberOf(completions)) {
      const message = "must be less than or equal to completions";
      problems.invalid(`${path}.maxFailedIndexes`, maxFailedIndexes, message);
    }
    return;
  }
  if (mode !== undefined && mode !== "NonIndexed") {
    problems.notSupported(`${path}.completionMode`, mode, ["NonIndexed", "Indexed"]);
    return;
  }
  for (const [name, value] of Object.entries({ backoffLimitPerIndex, maxFailedIndexes })) {
    if (value !== undefined) {
      problems.invalid(`${path}.${name}`, value, "requires indexed completion mode");
    }
  }
}

function validateRestartPolicy(
  problems: Problems,
  path: string,
  spec: JsonObject,
  template: JsonObject,
): void {
  const policy = textOf(objectIn(template, "spec")?.restartPolicy);
  if (policy === "Always" || policy === "") {
    problems.required(path, 'valid values: "OnFailure", "Never"');
  } else if (policy !== "OnFailure" && policy !== "Never") {
    problems.notSupported(path, policy, ["OnFailure", "Never"]);
  } else if (spec.podFailurePolicy !== undefined && policy !== "Never") {
    problems.invalid(path, policy, 'only "Never" is supported when podFailurePolicy is specified');
  }
}

/** ValidateJob of pkg/apis/batch/validation. What the server generates is looked at only where it has done so. */
export function validateJob(problems: Problems, job: JsonObject): void {
  const spec = objectIn(job, "spec") ?? {};
  const metadata = objectIn(job, "metadata") ?? {};
  if (metadata.uid !== undefined) {
    validateGeneratedSelector(problems, job);
  }
  validateJobSpec(problems, "spec", spec);
  if (metadata.uid !== undefined) {
    validateSelector(problems, spec);
  }
  const hostName = `${textOf(metadata.name)}-${numberOf(spec.completions) - 1}`;
  const isIndexed = spec.completionMode === "Indexed" && numberOf(spec.completions) > 0;
  if (isIndexed && dnsLabelProblems(hostName).length > 0) {
    const message = `will not able to create pod with invalid DNS label: ${hostName}`;
    problems.invalid("metadata.name", metadata.name, message);
  }
}

function validateSelector(problems: Problems, spec: JsonObject): void {
  const selector = objectIn(spec, "selector");
  if (selector) {
    validateLabelSelector(problems, "spec.selector", selector);
  } else {
    problems.required("spec.selector");
  }
  validateSelectorOfTemplate(problems, "spec", spec);
}

/** Labels and selector that the server would have made must not be somebody's own. */
function validateGeneratedSelector(problems: Problems, job: JsonObject): void {
  const spec = objectIn(job, "spec") ?? {};
  const selector = objectIn(spec, "selector");
  if (spec.manualSelector === true || !selector) {
    return;
  }
  const { name, uid } = objectIn(job, "metadata") ?? {};
  const labels = mapOf(objectIn(objectIn(spec, "template"), "metadata")?.labels);
  const expected: Record<string, string> = {
    "controller-uid": textOf(uid),
    "job-name": textOf(name),
    "batch.kubernetes.io/controller-uid": textOf(uid),
    "batch.kubernetes.io/job-name": textOf(name),
  };
  for (const [key, value] of Object.entries(expected)) {
    const path = `spec.template.metadata.labels[${key}]`;
    if (labels[key] === undefined) {
      problems.required(path, `must be '${value}'`);
    } else if (labels[key] !== value) {
      problems.invalid(path, labels, `must be '${value}'`);
    }
  }
  if (!selectorMatches(selector, expected)) {
    problems.invalid("spec.selector", selector, "`selector` not auto-generated");
  }
}

/** A Job's Pods and what it counts are fixed; while it is suspended its Pods may be scheduled otherwise. */
export function validateJobUpdate(problems: Problems, job: JsonObject, old: JsonObject): void {
  const spec = objectIn(job, "spec") ?? {};
  const before = objectIn(old, "spec") ?? {};
  validateJobSpec(problems, "spec", spec);
  validateSelector(problems, spec);
  if (spec.completionMode !== "Indexed") {
    immutable(problems, "spec.completions", spec.completions, before.completions);
  } else if (spec.completions !== before.completions && spec.completions !== spec.parallelism) {
    const message = "can only be modified in tandem with spec.parallelism";
    problems.invalid("spec.completions", spec.completions, message);
  }
  immutable(problems, "spec.selector", spec.selector, before.selector);
  validateTemplateUpdate(problems, spec, before);
  for (const field of ["completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy"]) {
    immutable(problems, `spec.${field}`, spec[field], before[field]);
  }
  immutable(problems, "spec.successPolicy", spec.successPolicy, before.successPolicy);
}

function validateTemplateUpdate(problems: Problems, spec: JsonObject, before: JsonObject): void {
  const template = objectIn(spec, "template") ?? {};
  const comparable = before.suspend === true ? withoutScheduling : (each: JsonObject) => each;
  if (!jsonEqual(comparable(template), comparable(objectIn(before, "template") ?? {}))) {
    const value = internalForm("core.PodTemplateSpec", template);
    problems.invalid("spec.template", value, "field is immutable");
  }
}

/** A template without what may change while its Job is suspended: where Pods go, and what they ask for. */
function withoutScheduling(template: JsonObject): JsonObject {
  const metadata = objectIn(template, "metadata") ?? {};
  const { labels: _labels, annotations: _annotations, ...fixedMetadata } = metadata;
  const { nodeSelector: _selector, tolerations: _tolerations, ...spec } = objectIn(template, "spec") ?? {};
  const { affinity, schedulingGates: _gates, ...fixedSpec } = spec;
  const { nodeAffinity: _nodes, ...podAffinities } = objectIn({ affinity: affinity ?? {} }, "affinity") ?? {};
  const withoutResources = (list: JsonObject[string] | undefined) =>
    Array.isArray(list) ? list.map((container) => ({ ...(container as JsonObject), resources: {} })) : null;
  return {
    metadata: fixedMetadata,
    spec: {
      ...fixedSpec,
      affinity: podAffinities,
      containers: withoutResources(fixedSpec.containers),
      initContainers: withoutResources(fixedSpec.initContainers),
    },
  };
}
