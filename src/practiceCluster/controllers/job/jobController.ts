import type { IJob } from "kubernetes-models/batch/v1/Job";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { Clock } from "../../../common/clock.ts";
import { type Disposable, DisposableList } from "../../../common/disposable.ts";
import type { ApiClient } from "../../api/apiClient.ts";
import { jobs, pods } from "../../api/resources.ts";
import { claimObjects } from "../kit/claim.ts";
import { EventRecorder, type EventType } from "../kit/eventRecorder.ts";
import { KeyedQueue } from "../kit/keyedQueue.ts";
import { controllerOf, isControlledBy, keyOf, parseKey } from "../kit/keys.ts";
import { PodControl } from "../kit/podControl.ts";
import { PodOwners } from "../kit/podOwners.ts";
import { selectorMatches } from "../kit/selectors.ts";
import { writeStatus } from "../kit/writeStatus.ts";
import { type Account, account } from "./account.ts";
import { JobActor } from "./act.ts";
import { decide } from "./decide.ts";
import { finishedCondition, isFinished, isTracked, trackingFinalizer } from "./predicates.ts";
import type { Backoff, JobStatus } from "./types.ts";

const ownName = "kubernetes.io/job-controller";

/** Runs each Job's Pods until enough have succeeded or too many have failed (pkg/controller/job). */
export class JobController implements Disposable {
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #events: EventRecorder;
  readonly #queue: KeyedQueue;
  readonly #orphans: KeyedQueue;
  readonly #actor: JobActor;
  readonly #owners = new PodOwners("Job");
  /** By the Job's UID. */
  readonly #backoffs = new Map<string, Backoff>();
  readonly #parts = new DisposableList();

  constructor(client: ApiClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
    this.#events = new EventRecorder(client, clock, "job-controller");
    this.#actor = new JobActor(client, new PodControl(client, this.#events));
    this.#queue = this.#parts.add(new KeyedQueue(clock, (key) => this.#sync(key)));
    this.#orphans = this.#parts.add(new KeyedQueue(clock, (key) => this.#releaseOrphan(key)));
    this.#parts.add(client.watch(jobs, ({ type, object }) => this.#jobChanged(type, object)));
    this.#parts.add(client.watch(pods, ({ type, object }) => this.#podChanged(type, object)));
  }

  dispose(): void {
    this.#parts.dispose();
  }

  #jobChanged(type: string, job: IJob): void {
    this.#queue.add(keyOf(job));
    if (type === "DELETED") {
      this.#backoffs.delete(job.metadata?.uid ?? "");
    }
    if (type === "DELETED" || isFinished(job)) {
      for (const pod of this.#client.list(pods, { namespace: job.metadata?.namespace })) {
        if (isTracked(pod) && selectorMatches(job.spec?.selector, pod.metadata?.labels)) {
          this.#orphans.add(keyOf(pod));
        }
      }
    }
  }

  #podChanged(type: "ADDED" | "MODIFIED" | "DELETED", pod: IPod): void {
    for (const key of this.#owners.concernedBy(type, pod)) {
      this.#queue.add(key);
    }
    if (type === "DELETED") {
      return;
    }
    if (isTracked(pod)) {
      this.#orphans.add(keyOf(pod));
    }
    if (!controllerOf(pod)) {
      for (const job of this.#client.list(jobs, { namespace: pod.metadata?.namespace })) {
        if (selectorMatches(job.spec?.selector, pod.metadata?.labels)) {
          this.#queue.add(keyOf(job));
        }
      }
    }
  }

  /** A Pod whose Job is gone or has ended is counted by nobody: it is let go. */
  #releaseOrphan(key: string): void {
    const pod = this.#client.find(pods, parseKey(key));
    const owner = pod && controllerOf(pod);
    const namespace = pod?.metadata?.namespace;
    const job = owner?.kind === "Job" ? this.#client.find(jobs, { namespace, name: owner.name }) : undefined;
    const isOwned = pod && job && isControlledBy(pod, job);
    if (pod && (!isOwned || isFinished(job))) {
      this.#actor.release(pod);
    }
  }

  #sync(key: string): void {
    const job = this.#client.find(jobs, parseKey(key));
    const manager = job?.spec?.managedBy ?? ownName;
    if (!job || manager !== ownName || isFinished(job)) {
      this.#backoffs.delete(job?.metadata?.uid ?? "");
      return;
    }
    const uid = job.metadata?.uid ?? "";
    const observed = {
      job,
      pods: this.#ownPods(job),
      backoff: this.#backoffs.get(uid),
      now: this.#clock.now(),
    };
    const plan = decide(observed);
    const { failure, ...performed } = this.#actor.perform(job, plan);
    this.#settle(job, account(observed, plan, performed));
    if (plan.backoff) {
      this.#backoffs.set(uid, plan.backoff);
    } else {
      this.#backoffs.delete(uid);
    }
    if (plan.recheckInMs !== undefined) {
      this.#queue.addAfter(key, plan.recheckInMs);
    }
    if (failure !== undefined) {
      throw failure;
    }
  }

  #ownPods(job: IJob): IPod[] {
    const all = this.#client.list(pods, { namespace: job.metadata?.namespace });
    return claimObjects(this.#client, {
      ownerResource: jobs,
      owner: job,
      resource: pods,
      candidates: all,
      fits: (pod) => selectorMatches(job.spec?.selector, pod.metadata?.labels),
      finalizer: trackingFinalizer,
    });
  }

  #settle(job: IJob, { noted, release, counted, suspension }: Account): void {
    if (suspension) {
      this.#record(job, "Normal", suspension, `Job ${suspension.toLowerCase()}`);
    }
    writeStatus(this.#client, jobs, job, noted);
    for (const pod of release) {
      this.#actor.release(pod);
    }
    const namespace = job.metadata?.namespace;
    const tracked = this.#client.list(pods, { namespace }).filter(isTracked);
    const status = counted(new Set(tracked.map(({ metadata }) => metadata?.uid ?? "")));
    writeStatus(this.#client, jobs, job, status);
    this.#tellOfEnd(job, status);
  }

  #tellOfEnd(job: IJob, status: JobStatus): void {
    const end = finishedCondition({ ...job, status });
    if (end?.type === "Complete") {
      const completions = job.spec?.completions;
      if (completions !== undefined && (status.succeeded ?? 0) > completions) {
        const message = "Too many succeeded pods running after completion count reached";
        this.#record(job, "Warning", "TooManySucceededPods", message);
      }
      this.#record(job, "Normal", "Completed", "Job completed");
    } else if (end) {
      this.#record(job, "Warning", end.reason ?? "", end.message ?? "");
    }
  }

  #record(object: IJob, type: EventType, reason: string, message: string): void {
    this.#events.record({ apiVersion: "batch/v1", kind: "Job", object }, type, reason, message);
  }
}
