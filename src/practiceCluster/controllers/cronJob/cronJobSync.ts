import type { ICronJob } from "kubernetes-models/batch/v1/CronJob";
import type { IJob } from "kubernetes-models/batch/v1/Job";
import { findTimeZone, timeTextIn, utc } from "../../../common/cron/timeZone.ts";
import type { ApiClient } from "../../api/apiClient.ts";
import { isAlreadyExists, isNotFound } from "../../api/apiError.ts";
import { cronJobs, jobs } from "../../api/resources.ts";
import { finishedCondition } from "../job/predicates.ts";
import type { EventType } from "../kit/eventRecorder.ts";
import { controllerOf, controllerReference, isControlledBy } from "../kit/keys.ts";
import { messageOf } from "../kit/podControl.ts";
import { timeText } from "../kit/times.ts";

type CronJobStatus = NonNullable<ICronJob["status"]>;
type Reference = NonNullable<CronJobStatus["active"]>[number];
type Record = (type: EventType, reason: string, message: string) => void;

const timeAnnotation = "batch.kubernetes.io/cronjob-scheduled-timestamp";

/** One sync of a CronJob: its Jobs, and the status that comes of them (cronjob_controllerv2.go). */
export class CronJobSync {
  readonly #client: ApiClient;
  readonly #cronJob: ICronJob;
  readonly #record: Record;
  readonly #jobs: readonly IJob[];
  #active: Reference[];
  #lastScheduleTime: string | undefined;
  #lastSuccessfulTime: string | undefined;

  constructor(client: ApiClient, cronJob: ICronJob, record: Record) {
    this.#client = client;
    this.#cronJob = cronJob;
    this.#record = record;
    const { namespace, name } = cronJob.metadata ?? {};
    this.#jobs = client.list(jobs, { namespace }).filter((job) => controllerOf(job)?.name === name);
    this.#active = [...(cronJob.status?.active ?? [])];
    this.#lastScheduleTime = cronJob.status?.lastScheduleTime;
    this.#lastSuccessfulTime = cronJob.status?.lastSuccessfulTime;
  }

  get activeCount(): number {
    return this.#active.length;
  }

  status(): CronJobStatus {
    return {
      ...(this.#active.length > 0 ? { active: this.#active } : {}),
      ...(this.#lastScheduleTime ? { lastScheduleTime: this.#lastScheduleTime } : {}),
      ...(this.#lastSuccessfulTime ? { lastSuccessfulTime: this.#lastSuccessfulTime } : {}),
    };
  }

  /** Deletes finished Jobs beyond the history's limits, the oldest first. */
  trimHistory(): void {
    const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = this.#cronJob.spec ?? {};
    this.#deleteOldest("Complete", successfulJobsHistoryLimit);
    this.#deleteOldest("Failed", failedJobsHistoryLimit);
  }

  /** Takes what has ended, or is gone, out of the list of active Jobs. */
  noteJobs(): void {
    for (const job of this.#jobs) {
      this.#noteJob(job);
    }
    const known = new Set(this.#jobs.map(({ metadata }) => metadata?.uid));
    for (const { uid, name = "", namespace } of this.#active) {
      if (!known.has(uid) && !this.#client.find(jobs, { namespace, name })) {
        this.#record("Normal", "MissingJob", `Active job went missing: ${name}`);
        this.#removeActive(uid);
      }
    }
  }

  /** Whether the Job of a due moment was started before. */
  wasServed(due: number): boolean {
    const name = this.#nameAt(due);
    return (
      this.#active.some((each) => each.name === name) || Date.parse(this.#lastScheduleTime ?? "") === due
    );
  }

  /** Deletes the Jobs that still run. Throws what the API refuses. */
  deleteActive(): void {
    for (const { name = "", namespace } of this.#active) {
      const job = this.#client.get(jobs, { namespace, name });
      if (!this.#delete(job)) {
        throw new Error(`could not replace job ${namespace}/${name}`);
      }
    }
  }

  /** Starts the Job of a due moment. Throws what the API refuses. */
  start(due: number): void {
    const job = this.#create(due);
    if (!job) {
      return;
    }
    const { name, namespace, uid, resourceVersion } = job.metadata ?? {};
    this.#active.push({
      apiVersion: "batch/v1",
      kind: "Job",
      ...(namespace ? { namespace } : {}),
      ...(name ? { name } : {}),
      ...(uid ? { uid } : {}),
      ...(resourceVersion ? { resourceVersion } : {}),
    });
    this.#lastScheduleTime = timeText(due);
  }

  #noteJob(job: IJob): void {
    const { name, uid } = job.metadata ?? {};
    const isListed = this.#active.some((each) => each.uid === uid);
    const end = finishedCondition(job);
    if (!end && !isListed) {
      const message = `Saw a job that the controller did not create or forgot: ${name}`;
      this.#record("Warning", "UnexpectedJob", message);
    }
    if (end && isListed) {
      this.#removeActive(uid);
      this.#record("Normal", "SawCompletedJob", `Saw completed job: ${name}, condition: ${end.type}`);
    }
    const completed = end?.type === "Complete" ? job.status?.completionTime : undefined;
    if (completed && Date.parse(completed) > Date.parse(this.#lastSuccessfulTime ?? timeText(0))) {
      this.#lastSuccessfulTime = completed;
    }
  }

  /** Undefined when there is a Job of that name already that is in the list, or somebody else's. */
  #create(due: number): IJob | undefined {
    try {
      const job = this.#client.create(jobs, this.#jobAt(due));
      this.#record("Normal", "SuccessfulCreate", `Created job ${job.metadata?.name}`);
      return job;
    } catch (error) {
      if (!isAlreadyExists(error)) {
        throw error;
      }
      const namespace = this.#cronJob.metadata?.namespace;
      const existing = this.#client.find(jobs, { namespace, name: this.#nameAt(due) });
      return existing && isControlledBy(existing, this.#cronJob) ? existing : undefined;
    }
  }

  #nameAt(due: number): string {
    return `${this.#cronJob.metadata?.name}-${Math.floor(due / 60_000)}`;
  }

  #jobAt(due: number): IJob {
    const { jobTemplate, timeZone = "" } = this.#cronJob.spec ?? {};
    const zone = findTimeZone(timeZone) ?? utc;
    const labels = jobTemplate?.metadata?.labels;
    return {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: {
        name: this.#nameAt(due),
        namespace: this.#cronJob.metadata?.namespace ?? "",
        ...(labels ? { labels: { ...labels } } : {}),
        annotations: { ...jobTemplate?.metadata?.annotations, [timeAnnotation]: timeTextIn(zone, due) },
        ownerReferences: [controllerReference(cronJobs, this.#cronJob)],
      },
      ...(jobTemplate?.spec ? { spec: structuredClone(jobTemplate.spec) } : {}),
    };
  }

  #deleteOldest(end: "Complete" | "Failed", limit: number | undefined): void {
    const finished = this.#jobs.filter((job) => finishedCondition(job)?.type === end).sort(byStart);
    const surplus = limit === undefined ? 0 : Math.max(0, finished.length - limit);
    for (const job of finished.slice(0, surplus)) {
      this.#delete(job);
    }
  }

  /** Returns whether the Job is gone. */
  #delete(job: IJob): boolean {
    const { namespace, name = "", uid } = job.metadata ?? {};
    try {
      this.#client.delete(jobs, { namespace, name }, { propagationPolicy: "Background" });
    } catch (error) {
      if (!isNotFound(error)) {
        this.#record("Warning", "FailedDelete", `Deleted job: ${messageOf(error)}`);
        return false;
      }
    }
    this.#removeActive(uid);
    this.#record("Normal", "SuccessfulDelete", `Deleted job ${name}`);
    return true;
  }

  #removeActive(uid: string | undefined): void {
    this.#active = this.#active.filter((each) => each.uid !== uid);
  }
}

/** Those that never started last. */
function byStart(a: IJob, b: IJob): number {
  const startOf = ({ status }: IJob) =>
    status?.startTime ? Date.parse(status.startTime) : Number.MAX_SAFE_INTEGER;
  return startOf(a) - startOf(b) || ((a.metadata?.name ?? "") < (b.metadata?.name ?? "") ? -1 : 1);
}
