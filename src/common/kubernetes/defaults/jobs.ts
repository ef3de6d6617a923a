import type { JsonObject } from "../objects.ts";
import { fillAbsent, fillEmpty, objectAt, objectIn } from "./fill.ts";
import { defaultPodTemplate } from "./podSpec.ts";

const mostRetries = 2 ** 31 - 1;

function defaultJobFields(job: JsonObject): void {
  const spec = objectAt(job, "spec");
  if (spec.completions === undefined && spec.parallelism === undefined) {
    spec.completions = 1;
  }
  fillAbsent(spec, {
    parallelism: 1,
    backoffLimit: spec.backoffLimitPerIndex === undefined ? 6 : mostRetries,
    completionMode: "NonIndexed",
    suspend: false,
    podReplacementPolicy: spec.podFailurePolicy ? "Failed" : "TerminatingOrFailed",
    manualSelector: false,
  });
  const templateLabels = objectIn(objectIn(objectIn(spec, "template"), "metadata"), "labels");
  const metadata = objectAt(job, "metadata");
  if (templateLabels && Object.keys(objectIn(metadata, "labels") ?? {}).length === 0) {
    metadata.labels = { ...templateLabels };
  }
}

export function defaultJob(job: JsonObject): void {
  defaultJobFields(job);
  defaultPodTemplate(objectAt(job, "spec"));
}

export function defaultCronJob(cronJob: JsonObject): void {
  const spec = objectAt(cronJob, "spec");
  fillEmpty(spec, { concurrencyPolicy: "Allow" });
  fillAbsent(spec, { suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 });
  defaultPodTemplate(objectAt(objectAt(spec, "jobTemplate"), "spec"));
}
