import { objectIn } from "../defaults/fill.ts";
import { jsonEqual } from "../jsonValues.ts";
import type { JsonObject } from "../objects.ts";
import { validatePodTemplate } from "./podSpec/index.ts";
import type { Problems } from "./problems.ts";
import { immutable, nonNegative, oneOf, textOf } from "./values.ts";

const jobCounts = [
  "parallelism",
  "completions",
  "activeDeadlineSeconds",
  "backoffLimit",
  "ttlSecondsAfterFinished",
];

function validateJobSpec(problems: Problems, path: string, spec: JsonObject): void {
  for (const count of jobCounts) {
    nonNegative(problems, `${path}.${count}`, spec[count]);
  }
  const template = objectIn(spec, "template") ?? {};
  validatePodTemplate(problems, `${path}.template`, template);
  const restartPolicy = textOf(objectIn(template, "spec")?.restartPolicy);
  if (restartPolicy === "Always") {
    const at = `${path}.template.spec.restartPolicy`;
    problems.required(at, 'valid values: "OnFailure", "Never"');
  } else if (restartPolicy !== "OnFailure" && restartPolicy !== "Never") {
    problems.notSupported(`${path}.template.spec.restartPolicy`, restartPolicy, ["OnFailure", "Never"]);
  }
  if (spec.completionMode === "Indexed" && spec.completions === undefined) {
    problems.required(`${path}.completions`, "when completion mode is Indexed");
  }
}

/** ValidateJob of pkg/apis/batch/validation. */
export function validateJob(problems: Problems, job: JsonObject): void {
  validateJobSpec(problems, "spec", objectIn(job, "spec") ?? {});
}

/** A Job's Pods and what it counts are fixed, but for a Job that never started. */
export function validateJobUpdate(problems: Problems, job: JsonObject, old: JsonObject): void {
  const spec = objectIn(job, "spec") ?? {};
  const before = objectIn(old, "spec") ?? {};
  validateJobSpec(problems, "spec", spec);
  if (spec.completionMode !== "Indexed") {
    immutable(problems, "spec.completions", spec.completions, before.completions);
  }
  immutable(problems, "spec.selector", spec.selector, before.selector);
  const isNotStarted = before.suspend === true && !objectIn(old, "status")?.startTime;
  if (!isNotStarted && !jsonEqual(spec.template, before.template)) {
    immutable(problems, "spec.template", spec.template, before.template);
  }
  immutable(problems, "spec.completionMode", spec.completionMode, before.completionMode);
}

function validateSchedule(problems: Problems, schedule: string): void {
  if (schedule === "") {
    problems.required("spec.schedule");
    return;
  }
  const fields = schedule.trim().split(/\s+/);
  if (!schedule.startsWith("@") && fields.length !== 5) {
    const text = `expected exactly 5 fields, found ${fields.length}: [${fields.join(" ")}]`;
    problems.invalid("spec.schedule", schedule, text);
  }
}

/** ValidateCronJob of pkg/apis/batch/validation. */
export function validateCronJob(problems: Problems, cronJob: JsonObject): void {
  const spec = objectIn(cronJob, "spec") ?? {};
  const name = textOf(objectIn(cronJob, "metadata")?.name);
  if (name.length > 52) {
    problems.invalid("metadata.name", name, "must be no more than 52 characters");
  }
  validateSchedule(problems, textOf(spec.schedule));
  nonNegative(problems, "spec.startingDeadlineSeconds", spec.startingDeadlineSeconds);
  oneOf(problems, "spec.concurrencyPolicy", spec.concurrencyPolicy, ["Allow", "Forbid", "Replace"]);
  validateJobSpec(problems, "spec.jobTemplate.spec", objectIn(objectIn(spec, "jobTemplate"), "spec") ?? {});
  nonNegative(problems, "spec.successfulJobsHistoryLimit", spec.successfulJobsHistoryLimit);
  nonNegative(problems, "spec.failedJobsHistoryLimit", spec.failedJobsHistoryLimit);
}
