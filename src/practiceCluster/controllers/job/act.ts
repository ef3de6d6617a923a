import type { IJob } from "kubernetes-models/batch/v1/Job";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { ApiClient } from "../../api/apiClient.ts";
import { isNotFound } from "../../api/apiError.ts";
import { jobs, pods } from "../../api/resources.ts";
import { isNamespaceGoing, type PodControl, podFromTemplate } from "../kit/podControl.ts";
import { failureAnnotations } from "./indexFailures.ts";
import { hasIndexLimit, isIndexed, isTracked, trackingFinalizer } from "./predicates.ts";
import type { JobPlan, NewPod, Performed } from "./types.ts";

const indexName = "batch.kubernetes.io/job-completion-index";
const indexVariable = "JOB_COMPLETION_INDEX";
const longestPrefix = 58;

type PodSpec = NonNullable<IPod["spec"]>;
type Container = PodSpec["containers"][number];

/** Makes, deletes and lets go a Job's Pods. */
export class JobActor {
  readonly #client: ApiClient;
  readonly #podControl: PodControl;

  constructor(client: ApiClient, podControl: PodControl) {
    this.#client = client;
    this.#podControl = podControl;
  }

  /** Does what was planned; what the API refuses ends it, and is returned beside what was done. */
  perform(job: IJob, plan: JobPlan): Performed & { readonly failure: unknown } {
    const deleted: IPod[] = [];
    let created = 0;
    try {
      for (const pod of plan.stop) {
        this.#podControl.delete(jobs, job, pod);
        deleted.push(pod);
      }
      for (const pod of plan.remove) {
        this.release(pod);
        this.#podControl.delete(jobs, job, pod);
        deleted.push(pod);
      }
      for (const wanted of plan.create) {
        this.#create(job, wanted);
        created += 1;
      }
      return { created, deleted, failure: undefined };
    } catch (error) {
      return { created, deleted, failure: isNamespaceGoing(error) ? undefined : error };
    }
  }

  /** Takes the finalizer that keeps a Pod until it is counted away. */
  release(pod: IPod): void {
    const { namespace, name = "" } = pod.metadata ?? {};
    const current = this.#client.find(pods, { namespace, name });
    if (!current || current.metadata?.uid !== pod.metadata?.uid || !isTracked(current)) {
      return;
    }
    const finalizers = current.metadata?.finalizers?.filter((each) => each !== trackingFinalizer) ?? [];
    try {
      this.#client.update(pods, {
        ...structuredClone(current),
        metadata: { ...current.metadata, finalizers },
      });
    } catch (error) {
      if (!isNotFound(error)) {
        throw error;
      }
    }
  }

  #create(job: IJob, wanted: NewPod): void {
    const pod = podFromTemplate(jobs, job, job.spec?.template ?? {});
    pod.metadata = {
      ...pod.metadata,
      finalizers: [...new Set([...(pod.metadata?.finalizers ?? []), trackingFinalizer])],
    };
    this.#podControl.create(jobs, job, isIndexed(job) ? indexedPod(job, pod, wanted) : pod);
  }
}

/** The Pod of an index: its name, host name, label, annotation and variables tell the index. */
function indexedPod(job: IJob, pod: IPod, { index = 0, replaces }: NewPod): IPod {
  const name = job.metadata?.name ?? "";
  const suffix = `-${index}-`;
  const { metadata, spec } = pod;
  const withIndex = (container: Container) => withIndexVariable(container);
  return {
    ...pod,
    metadata: {
      ...metadata,
      generateName: `${name.slice(0, longestPrefix - suffix.length)}${suffix}`,
      labels: { ...metadata?.labels, [indexName]: String(index) },
      annotations: {
        ...metadata?.annotations,
        [indexName]: String(index),
        ...(hasIndexLimit(job) ? failureAnnotations(job, replaces) : {}),
      },
    },
    spec: {
      ...spec,
      hostname: `${name}-${index}`,
      containers: (spec?.containers ?? []).map(withIndex),
      ...(spec?.initContainers ? { initContainers: spec.initContainers.map(withIndex) } : {}),
    },
  };
}

function withIndexVariable(container: Container): Container {
  if (container.env?.some(({ name }) => name === indexVariable)) {
    return container;
  }
  const valueFrom = { fieldRef: { fieldPath: `metadata.labels['${indexName}']` } };
  return { ...container, env: [...(container.env ?? []), { name: indexVariable, valueFrom }] };
}
