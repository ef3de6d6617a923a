import type { IJob } from "kubernetes-models/batch/v1/Job";
import type { IPod } from "kubernetes-models/v1/Pod";
import { parseIndexes } from "./indexes.ts";
import type { JobSpec } from "./types.ts";

type FailureRule = NonNullable<JobSpec["podFailurePolicy"]>["rules"][number];
type ExitCodes = NonNullable<FailureRule["onExitCodes"]>;
type ContainerStatus = NonNullable<NonNullable<IPod["status"]>["containerStatuses"]>[number];

/** What a Job's podFailurePolicy says of a failed Pod. */
export interface FailureMatch {
  readonly action: string | undefined;
  /** Why the Job has failed, where the rule says so. */
  readonly message?: string;
}

/** The first rule of the podFailurePolicy that a failed Pod matches (pod_failure_policy.go). */
export function matchFailure(job: IJob, pod: IPod): FailureMatch {
  const rules = job.spec?.podFailurePolicy?.rules ?? [];
  for (const [index, rule] of rules.entries()) {
    const cause = rule.onExitCodes ? exitCause(pod, rule.onExitCodes) : conditionCause(pod, rule);
    if (cause !== undefined) {
      const message = `${cause} matching ${rule.action} rule at index ${index}`;
      return rule.action === "FailJob" ? { action: rule.action, message } : { action: rule.action };
    }
  }
  return { action: undefined };
}

/** Whether a failed Pod counts towards the limits. */
export function isCounted(job: IJob, pod: IPod): boolean {
  return matchFailure(job, pod).action !== "Ignore";
}

/** Which rule of the successPolicy is met by the indexes that have succeeded (success_policy.go). */
export function matchSuccess(job: IJob, succeeded: ReadonlySet<number>): string | undefined {
  const rules = job.spec?.successPolicy?.rules ?? [];
  const met = rules.findIndex(({ succeededIndexes, succeededCount }) => {
    const wanted =
      succeededIndexes === undefined ? undefined : parseIndexes(succeededIndexes, job.spec?.completions ?? 0);
    const count = wanted ? [...wanted].filter((index) => succeeded.has(index)).length : succeeded.size;
    const isEnough = succeededCount !== undefined && count >= succeededCount;
    return succeeded.size > 0 && (wanted ? wanted.size > 0 && (isEnough || count === wanted.size) : isEnough);
  });
  return met === -1 ? undefined : `Matched rules at index ${met}`;
}

function exitCause(pod: IPod, wanted: ExitCodes): string | undefined {
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
  const found = [...containerStatuses, ...initContainerStatuses].find((status) =>
    exitMatches(status, wanted),
  );
  const { namespace, name } = pod.metadata ?? {};
  return (
    found &&
    `Container ${found.name} for pod ${namespace}/${name} failed with exit code ${found.state?.terminated?.exitCode}`
  );
}

function exitMatches({ name, state }: ContainerStatus, wanted: ExitCodes): boolean {
  const exitCode = state?.terminated?.exitCode ?? 0;
  const isContainer = wanted.containerName === undefined || wanted.containerName === name;
  return isContainer && exitCode !== 0 && wanted.values.includes(exitCode) === (wanted.operator === "In");
}

function conditionCause(pod: IPod, { onPodConditions = [] }: FailureRule): string | undefined {
  const found = pod.status?.conditions?.find(({ type, status }) =>
    onPodConditions.some((pattern) => pattern.type === type && (pattern.status ?? "True") === status),
  );
  return found && `Pod ${pod.metadata?.namespace}/${pod.metadata?.name} has condition ${found.type}`;
}
