import type { IJob } from "kubernetes-models/batch/v1/Job";
import { jobs } from "../../api/resources.ts";
import { ageColumn, humanDuration, nameColumn, selectorText, templateColumns } from "./columns.ts";
import type { ResourceDefinition } from "./definition.ts";
import { statusSubresource, textColumn } from "./plain.ts";

/** batch/v1 Job (pkg/registry/batch/job). */
export const jobDefinition: ResourceDefinition<IJob> = {
  resource: jobs,
  singularName: "job",
  categories: ["all"],
  subresources: [statusSubresource],
  hasStatus: true,
  generationOf: (job) => job.spec,
  defaultPropagation: "Orphan",
  columns: [
    nameColumn,
    textColumn<IJob>("Status", "Status of the job.", statusText),
    textColumn<IJob>("Completions", ["JobStatus", "succeeded"], completionsText),
    textColumn<IJob>("Duration", "Time required to complete the job.", durationText),
    ageColumn,
    ...templateColumns<IJob>((job) => job.spec?.template.spec?.containers ?? []),
    textColumn<IJob>("Selector", ["JobSpec", "selector"], (job) => selectorText(job.spec?.selector), 1),
  ],
  prepareForCreate: (job) => {
    if (job.spec && job.spec.manualSelector !== true) {
      generateSelector(job, job.spec);
    }
    job.status = {};
  },
};

/** A Job selects its Pods by its own UID, so that two Jobs of one name never share any. */
function generateSelector(job: IJob, spec: NonNullable<IJob["spec"]>): void {
  const { name = "", uid = "" } = job.metadata ?? {};
  const labels = {
    "job-name": name,
    "batch.kubernetes.io/job-name": name,
    "controller-uid": uid,
    "batch.kubernetes.io/controller-uid": uid,
    ...spec.template.metadata?.labels,
  };
  spec.template = { ...spec.template, metadata: { ...spec.template.metadata, labels } };
  const matchLabels = { "batch.kubernetes.io/controller-uid": uid, ...spec.selector?.matchLabels };
  spec.selector = { ...spec.selector, matchLabels };
  if (Object.keys(job.metadata?.labels ?? {}).length === 0) {
    job.metadata = { ...job.metadata, labels: { ...labels } };
  }
}

function hasCondition(job: IJob, wanted: string): boolean {
  return job.status?.conditions?.some(({ type, status }) => type === wanted && status === "True") ?? false;
}

function statusText(job: IJob): string {
  if (hasCondition(job, "Complete")) {
    return "Complete";
  }
  if (hasCondition(job, "Failed")) {
    return "Failed";
  }
  if (job.metadata?.deletionTimestamp) {
    return "Terminating";
  }
  const interim = ["Suspended", "FailureTarget", "SuccessCriteriaMet"];
  return interim.find((type) => hasCondition(job, type)) ?? "Running";
}

function completionsText({ spec, status }: IJob): string {
  const { completions, parallelism = 0 } = spec ?? {};
  const wanted = completions ?? (parallelism > 1 ? `1 of ${parallelism}` : 1);
  return `${status?.succeeded ?? 0}/${wanted}`;
}

function durationText({ status }: IJob, now: number): string {
  const { startTime, completionTime } = status ?? {};
  if (startTime === undefined) {
    return "";
  }
  return humanDuration((completionTime ? Date.parse(completionTime) : now) - Date.parse(startTime));
}
