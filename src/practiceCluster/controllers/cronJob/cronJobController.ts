import type { ICronJob } from "kubernetes-models/batch/v1/CronJob";
import type { IJob } from "kubernetes-models/batch/v1/Job";
import type { Clock } from "../../../common/clock.ts";
import { type CronSchedule, parseCronSchedule } from "../../../common/cron/schedule.ts";
import { findTimeZone } from "../../../common/cron/timeZone.ts";
import { type Disposable, DisposableList } from "../../../common/disposable.ts";
import type { ApiClient } from "../../api/apiClient.ts";
import { cronJobs, jobs } from "../../api/resources.ts";
import { EventRecorder, type EventType } from "../kit/eventRecorder.ts";
import { KeyedQueue } from "../kit/keyedQueue.ts";
import { controllerOf, keyOf, parseKey } from "../kit/keys.ts";
import { isNamespaceGoing, messageOf } from "../kit/podControl.ts";
import { writeStatus } from "../kit/writeStatus.ts";
import { CronJobSync } from "./cronJobSync.ts";
import { findDueTime, untilNextMs } from "./times.ts";

/** Starts a Job each time that a CronJob's schedule asks for one (pkg/controller/cronjob). */
export class CronJobController implements Disposable {
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #events: EventRecorder;
  readonly #queue: KeyedQueue;
  /** Schedule and zone, by key, as they were when the object changed last. */
  readonly #schedules = new Map<string, string>();
  readonly #parts = new DisposableList();

  constructor(client: ApiClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
    this.#events = new EventRecorder(client, clock, "cronjob-controller");
    this.#queue = this.#parts.add(new KeyedQueue(clock, (key) => this.#sync(key)));
    this.#parts.add(client.watch(cronJobs, ({ type, object }) => this.#changed(type, object)));
    this.#parts.add(client.watch(jobs, ({ object }) => this.#jobChanged(object)));
  }

  dispose(): void {
    this.#parts.dispose();
  }

  /** A new schedule counts from its next due moment: what it would have asked for before is not made up for. */
  #changed(type: string, cronJob: ICronJob): void {
    const key = keyOf(cronJob);
    const { schedule = "", timeZone = "" } = cronJob.spec ?? {};
    const before = this.#schedules.get(key);
    const text = `${timeZone} ${schedule}`;
    if (type === "DELETED") {
      this.#schedules.delete(key);
      return;
    }
    this.#schedules.set(key, text);
    const read = before === undefined || before === text ? undefined : readSchedule(cronJob);
    const wait = read && untilNextMs(cronJob, read, this.#clock.now());
    if (wait === undefined) {
      this.#queue.add(key);
    } else {
      this.#queue.addAfter(key, wait);
    }
  }

  #jobChanged(job: IJob): void {
    const owner = controllerOf(job);
    if (owner?.kind === "CronJob") {
      this.#queue.add(`${job.metadata?.namespace ?? ""}/${owner.name}`);
    }
  }

  #sync(key: string): void {
    const cronJob = this.#client.find(cronJobs, parseKey(key));
    if (!cronJob) {
      return;
    }
    const record = (type: EventType, reason: string, message: string) =>
      this.#record(cronJob, type, reason, message);
    const sync = new CronJobSync(this.#client, cronJob, record);
    try {
      sync.trimHistory();
      sync.noteJobs();
      const wait = this.#startDueJob(cronJob, sync);
      if (wait !== undefined) {
        this.#queue.addAfter(key, wait);
      }
    } finally {
      writeStatus(this.#client, cronJobs, cronJob, sync.status());
    }
  }

  /** Returns the milliseconds until the next sync is due; undefined when none is. */
  #startDueJob(cronJob: ICronJob, sync: CronJobSync): number | undefined {
    const { suspend, timeZone = "", schedule: text = "" } = cronJob.spec ?? {};
    if (cronJob.metadata?.deletionTimestamp) {
      return undefined;
    }
    if (!findTimeZone(timeZone)) {
      const message = `invalid timeZone: ${JSON.stringify(timeZone)}: unknown time zone ${timeZone}`;
      this.#record(cronJob, "Warning", "UnknownTimeZone", message);
      return undefined;
    }
    if (suspend) {
      return undefined;
    }
    const now = this.#clock.now();
    const schedule = this.#scheduleOf(cronJob, text);
    const due = schedule && this.#dueTime(cronJob, schedule, now);
    if (!schedule || due === "never") {
      return undefined;
    }
    if (due !== undefined && this.#mayStart(cronJob, sync, due, now)) {
      this.#start(cronJob, sync, due);
      const served = { ...cronJob, status: sync.status() };
      return untilNextMs(served, schedule, now);
    }
    return untilNextMs(cronJob, schedule, now);
  }

  #scheduleOf(cronJob: ICronJob, text: string): CronSchedule | undefined {
    try {
      return parseCronSchedule(text, cronJob.spec?.timeZone);
    } catch (error) {
      const message = `unparseable schedule: ${JSON.stringify(text)} : ${messageOf(error)}`;
      this.#record(cronJob, "Warning", "UnparseableSchedule", message);
      return undefined;
    }
  }

  #dueTime(cronJob: ICronJob, schedule: CronSchedule, now: number): number | "never" | undefined {
    try {
      const found = findDueTime(cronJob, schedule, now);
      if (found?.areManyMissed) {
        const message =
          "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew";
        this.#record(cronJob, "Warning", "TooManyMissedTimes", message);
      }
      return found?.due;
    } catch (error) {
      const message = `invalid schedule: ${cronJob.spec?.schedule} : ${messageOf(error)}`;
      this.#record(cronJob, "Warning", "InvalidSchedule", message);
      return "never";
    }
  }

  #mayStart(cronJob: ICronJob, sync: CronJobSync, due: number, now: number): boolean {
    const { startingDeadlineSeconds, concurrencyPolicy } = cronJob.spec ?? {};
    if (startingDeadlineSeconds !== undefined && due + startingDeadlineSeconds * 1000 < now) {
      const message = `Missed scheduled time to start a job: ${new Date(due).toUTCString().replace("GMT", "+0000")}`;
      this.#record(cronJob, "Warning", "MissSchedule", message);
      return false;
    }
    if (sync.wasServed(due)) {
      return false;
    }
    if (concurrencyPolicy === "Forbid" && sync.activeCount > 0) {
      const message = "Not starting job because prior execution is running and concurrency policy is Forbid";
      this.#record(cronJob, "Normal", "JobAlreadyActive", message);
      return false;
    }
    return true;
  }

  #start(cronJob: ICronJob, sync: CronJobSync, due: number): void {
    if (cronJob.spec?.concurrencyPolicy === "Replace") {
      sync.deleteActive();
    }
    try {
      sync.start(due);
    } catch (error) {
      if (!isNamespaceGoing(error)) {
        this.#record(cronJob, "Warning", "FailedCreate", `Error creating job: ${messageOf(error)}`);
      }
      throw error;
    }
  }

  #record(object: ICronJob, type: EventType, reason: string, message: string): void {
    this.#events.record({ apiVersion: "batch/v1", kind: "CronJob", object }, type, reason, message);
  }
}

function readSchedule({ spec }: ICronJob): CronSchedule | undefined {
  try {
    return parseCronSchedule(spec?.schedule ?? "", spec?.timeZone);
  } catch {
    return undefined;
  }
}
