import type { ICronJob } from "kubernetes-models/batch/v1/CronJob";
import { cronJobs } from "../../api/resources.ts";
import { age, ageColumn, nameColumn, selectorText, templateColumns } from "./columns.ts";
import type { Column, ResourceDefinition } from "./definition.ts";
import { numberColumn, statusSubresource, textColumn } from "./plain.ts";

const suspendColumn: Column<ICronJob> = {
  ...textColumn<ICronJob>("Suspend", ["CronJobSpec", "suspend"], ({ spec }) =>
    spec?.suspend === undefined ? "<unset>" : spec.suspend ? "True" : "False",
  ),
  type: "boolean",
};

/** batch/v1 CronJob (pkg/registry/batch/cronjob). */
export const cronJobDefinition: ResourceDefinition<ICronJob> = {
  resource: cronJobs,
  singularName: "cronjob",
  shortNames: ["cj"],
  categories: ["all"],
  subresources: [statusSubresource],
  hasStatus: true,
  generationOf: (cronJob) => cronJob.spec,
  columns: [
    nameColumn,
    textColumn<ICronJob>("Schedule", ["CronJobSpec", "schedule"], ({ spec }) => spec?.schedule ?? ""),
    textColumn<ICronJob>("Timezone", ["CronJobSpec", "timeZone"], ({ spec }) => spec?.timeZone ?? "<none>"),
    suspendColumn,
    numberColumn<ICronJob>(
      "Active",
      ["CronJobStatus", "active"],
      ({ status }) => status?.active?.length ?? 0,
    ),
    textColumn<ICronJob>("Last Schedule", ["CronJobStatus", "lastScheduleTime"], ({ status }, now) =>
      status?.lastScheduleTime ? age(status.lastScheduleTime, now) : "<none>",
    ),
    ageColumn,
    ...templateColumns<ICronJob>(({ spec }) => spec?.jobTemplate.spec?.template.spec?.containers ?? []),
    textColumn<ICronJob>(
      "Selector",
      ["JobSpec", "selector"],
      ({ spec }) => selectorText(spec?.jobTemplate.spec?.selector),
      1,
    ),
  ],
  prepareForCreate: (cronJob) => {
    cronJob.status = {};
  },
};
