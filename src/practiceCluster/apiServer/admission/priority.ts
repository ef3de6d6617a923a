import type { IPriorityClass } from "kubernetes-models/scheduling.k8s.io/v1/PriorityClass";
import type { IPod } from "kubernetes-models/v1/Pod";
import { pods, priorityClasses } from "../../api/resources.ts";
import { refusals } from "../requests/errors.ts";
import type { Pipeline } from "../requests/pipeline.ts";
import type { Admission } from "./admission.ts";

/** Turns the name of a Pod's class into numbers, and lets only one class be the default (plugin Priority). */
export const priority: Admission = {
  admit({ operation, resource, object }, pipeline) {
    if (operation === "create" && resource.resource === pods.resource && resource.group === "") {
      addPriority(object as IPod, pipeline);
    }
  },
  validate({ operation, resource, object }, pipeline) {
    const { globalDefault } = object as IPriorityClass;
    if (operation === "delete" || resource.kind !== priorityClasses.kind || !globalDefault) {
      return;
    }
    const name = object.metadata?.name ?? "";
    const other = defaultClass(pipeline);
    if (other && (operation === "create" || other.metadata?.name !== name)) {
      const why = `PriorityClass ${other.metadata?.name} is already marked as default. Only one default can exist`;
      throw refusals.forbidden(resource, name, why);
    }
  },
};

function addPriority(pod: IPod, pipeline: Pipeline): void {
  const { spec } = pod;
  if (!spec) {
    return;
  }
  const found = classOf(pod, pipeline);
  const value = found?.value ?? 0;
  const preemption = found?.preemptionPolicy ?? "PreemptLowerPriority";
  const name = found?.metadata?.name;
  if (name) {
    spec.priorityClassName = name;
  }
  if (spec.priority !== undefined && spec.priority !== value) {
    refuseOwn(pod, `the integer value of priority (${spec.priority})`, String(value));
  }
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== preemption) {
    refuseOwn(pod, `the string value of PreemptionPolicy (${spec.preemptionPolicy})`, preemption);
  }
  spec.priority = value;
  spec.preemptionPolicy = preemption;
}

function refuseOwn(pod: IPod, what: string, computed: string): never {
  const why = `${what} must not be provided in pod spec; priority admission controller computed ${computed} from the given PriorityClass name`;
  throw refusals.forbidden(pods, pod.metadata?.name ?? "", why);
}

/** The class that a Pod names, else the default one. Throws 403 for a class that is not there. */
function classOf(pod: IPod, pipeline: Pipeline): IPriorityClass | undefined {
  const name = pod.spec?.priorityClassName;
  if (!name) {
    return defaultClass(pipeline);
  }
  const found = pipeline.find(priorityClasses, { name });
  if (!found) {
    const why = `no PriorityClass with name ${name} was found`;
    throw refusals.forbidden(pods, pod.metadata?.name ?? "", why);
  }
  return found as IPriorityClass;
}

/** The default class; should there be several, the lowest. */
function defaultClass(pipeline: Pipeline): IPriorityClass | undefined {
  return (pipeline.list(priorityClasses) as IPriorityClass[])
    .filter(({ globalDefault }) => globalDefault)
    .sort((a, b) => (a.value ?? 0) - (b.value ?? 0))[0];
}
