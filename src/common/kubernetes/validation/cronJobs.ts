import { CronSyntaxError } from "../../cron/fields.ts";
import { parseCronSchedule } from "../../cron/schedule.ts";
import { findTimeZone } from "../../cron/timeZone.ts";
import { objectIn } from "../defaults/fill.ts";
import type { JsonObject } from "../objects.ts";
import { validateJobSpec } from "./jobs.ts";
import type { Problems } from "./problems.ts";
import { nonNegative, oneOf, textOf } from "./values.ts";

const longestName = 52;
const zonePart = /^[A-Za-z.\-_0-9+]{1,14}$/;

function scheduleProblem(schedule: string): string | undefined {
  try {
    parseCronSchedule(schedule);
    return undefined;
  } catch (error) {
    if (error instanceof CronSyntaxError) {
      return error.message;
    }
    throw error;
  }
}

function validateSchedule(problems: Problems, schedule: string): void {
  if (schedule === "") {
    problems.required("spec.schedule");
    return;
  }
  const problem = scheduleProblem(schedule);
  if (problem !== undefined) {
    problems.invalid("spec.schedule", schedule, problem);
  }
  if (schedule.includes("TZ")) {
    const message = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead";
    problems.invalid("spec.schedule", schedule, message);
  }
}

function isNameable(part: string): boolean {
  return part !== "." && part !== ".." && !part.startsWith("-") && zonePart.test(part);
}

function validateTimeZone(problems: Problems, timeZone: string): void {
  const path = "spec.timeZone";
  if (timeZone === "") {
    problems.invalid(path, timeZone, "timeZone must be nil or non-empty string");
    return;
  }
  const isLocal = timeZone.toLowerCase() === "local";
  if (isLocal) {
    const message = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones";
    problems.invalid(path, timeZone, message);
  }
  const isKnown = timeZone.split("/").every(isNameable) && findTimeZone(timeZone) !== undefined;
  if (!isKnown && timeZone !== "Local") {
    problems.invalid(path, timeZone, `unknown time zone ${timeZone}`);
  }
}

function validateCronJobSpec(problems: Problems, spec: JsonObject, before: JsonObject | undefined): void {
  validateSchedule(problems, textOf(spec.schedule));
  nonNegative(problems, "spec.startingDeadlineSeconds", spec.startingDeadlineSeconds);
  if (spec.timeZone !== undefined && spec.timeZone !== before?.timeZone) {
    validateTimeZone(problems, textOf(spec.timeZone));
  }
  oneOf(problems, "spec.concurrencyPolicy", spec.concurrencyPolicy, ["Allow", "Forbid", "Replace"]);
  const jobSpec = objectIn(objectIn(spec, "jobTemplate"), "spec") ?? {};
  validateJobSpec(problems, "spec.jobTemplate.spec", jobSpec);
  if (jobSpec.selector !== undefined) {
    const message = "`selector` will be auto-generated";
    problems.invalid("spec.jobTemplate.spec.selector", jobSpec.selector, message);
  }
  if (jobSpec.manualSelector === true) {
    problems.notSupported("spec.jobTemplate.spec.manualSelector", true, ["nil", "false"]);
  }
  nonNegative(problems, "spec.successfulJobsHistoryLimit", spec.successfulJobsHistoryLimit);
  nonNegative(problems, "spec.failedJobsHistoryLimit", spec.failedJobsHistoryLimit);
}

/** ValidateCronJobCreate of pkg/apis/batch/validation. */
export function validateCronJob(problems: Problems, cronJob: JsonObject): void {
  validateCronJobSpec(problems, objectIn(cronJob, "spec") ?? {}, undefined);
  const name = textOf(objectIn(cronJob, "metadata")?.name);
  if (name.length > longestName) {
    problems.invalid("metadata.name", name, `must be no more than ${longestName} characters`);
  }
}

/** ValidateCronJobUpdate. */
export function validateCronJobUpdate(problems: Problems, cronJob: JsonObject, old: JsonObject): void {
  validateCronJobSpec(problems, objectIn(cronJob, "spec") ?? {}, objectIn(old, "spec"));
}
