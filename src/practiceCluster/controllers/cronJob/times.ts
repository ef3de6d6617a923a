import type { ICronJob } from "kubernetes-models/batch/v1/CronJob";
import type { CronSchedule } from "../../../common/cron/schedule.ts";

/** When a CronJob's Jobs are due (utils.go of pkg/controller/cronjob). */

/** Waits that much longer than until the due moment, for clocks that do not agree. */
const paddingMs = 100;

interface Recent {
  readonly earliest: number;
  /** The last due moment that has passed; undefined when there is none. */
  readonly due: number | undefined;
  readonly missed: "none" | "few" | "many";
}

/** A due moment that was not served yet. */
export interface DueTime {
  readonly due: number;
  /** So many were missed that something must be wrong. */
  readonly areManyMissed: boolean;
}

/** The last due moment before `now` and within the starting deadline. Throws for a schedule that is never due. */
export function findDueTime(cronJob: ICronJob, schedule: CronSchedule, now: number): DueTime | undefined {
  const { due, missed } = mostRecent(cronJob, schedule, now, true);
  return due === undefined ? undefined : { due, areManyMissed: missed === "many" };
}

/** Milliseconds until the next due moment. */
export function untilNextMs(cronJob: ICronJob, schedule: CronSchedule, now: number): number | undefined {
  const next = schedule.next(lastServed(cronJob, schedule, now));
  return next === undefined ? undefined : next + paddingMs - now;
}

function lastServed(cronJob: ICronJob, schedule: CronSchedule, now: number): number {
  try {
    const { earliest, due, missed } = mostRecent(cronJob, schedule, now, false);
    return due ?? (missed === "none" ? earliest : now);
  } catch {
    return now;
  }
}

function mostRecent(
  { metadata, spec, status }: ICronJob,
  schedule: CronSchedule,
  now: number,
  keepsDeadline: boolean,
): Recent {
  const deadline = keepsDeadline ? spec?.startingDeadlineSeconds : undefined;
  const since = Date.parse(status?.lastScheduleTime ?? metadata?.creationTimestamp ?? "");
  const earliest = deadline === undefined ? since : Math.max(since, now - deadline * 1000);
  const first = schedule.next(earliest);
  const second = first === undefined ? undefined : schedule.next(first);
  if (first === undefined || second === undefined) {
    throw new Error("time difference between two schedules is less than 1 second");
  }
  if (now < first) {
    return { earliest, due: undefined, missed: "none" };
  }
  if (now < second) {
    return { earliest, due: first, missed: "none" };
  }
  const between = second - first;
  const count = Math.floor((now - first) / between) + 1;
  return {
    earliest,
    // one step further back than was missed, for schedules that are not even
    due: lastDue(schedule, first + (count - 2) * between, now),
    missed: count > 100 ? "many" : "few",
  };
}

function lastDue(schedule: CronSchedule, from: number, now: number): number | undefined {
  let due: number | undefined;
  for (let next = schedule.next(from); next !== undefined && next <= now; next = schedule.next(next)) {
    due = next;
  }
  return due;
}
