import type { IJob } from "kubernetes-models/batch/v1/Job";
import type { IPod } from "kubernetes-models/v1/Pod";

export type JobSpec = NonNullable<IJob["spec"]>;
export type JobStatus = NonNullable<IJob["status"]>;
export type Condition = NonNullable<JobStatus["conditions"]>[number];

/** Failures in a row, for the delay before the next Pod. */
export interface Backoff {
  readonly failures: number;
  /** When the last of them ended. */
  readonly lastFailureAt: number;
}

/** What a sync reads, once, before it decides. */
export interface ObservedJob {
  readonly job: IJob;
  /** The Pods that the Job controls. */
  readonly pods: readonly IPod[];
  readonly backoff: Backoff | undefined;
  readonly now: number;
}

/** A Pod to be made. */
export interface NewPod {
  /** Indexed Jobs only. */
  readonly index?: number;
  /** The failed Pod of the same index, whose failures go on being counted. */
  readonly replaces?: IPod;
}

export interface JobPlan {
  /** That the Job has succeeded or failed, and why; undefined while it goes on. */
  readonly verdict: Condition | undefined;
  /** Active Pods that are of no use because the Job has ended. */
  readonly stop: readonly IPod[];
  /** Active Pods that are too many; they count neither as succeeded nor as failed. */
  readonly remove: readonly IPod[];
  readonly create: readonly NewPod[];
  readonly startTime: string | undefined;
  readonly succeeded: number;
  readonly backoff: Backoff | undefined;
  /** Failed Pods that are kept until another takes over their index. */
  readonly kept: ReadonlySet<IPod>;
  readonly recheckInMs: number | undefined;
}

/** What became of a plan. */
export interface Performed {
  readonly created: number;
  /** Of the Pods to be stopped or removed, those that were. */
  readonly deleted: readonly IPod[];
}
