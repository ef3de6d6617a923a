import type { IPod } from "kubernetes-models/v1/Pod";
import type { IResourceQuota } from "kubernetes-models/v1/ResourceQuota";
import type { KubernetesObject } from "../objects.ts";
import { qosClassOf } from "../qosClass.ts";
import type { Resource } from "../resource.ts";

interface ScopeTerm {
  readonly scopeName: string;
  readonly operator: string;
  readonly values?: readonly string[] | undefined;
}

/** Whether an object is within a quota's scopes. Scopes are about Pods: nothing else is in a scoped quota. */
export function isInScopes({ spec }: IResourceQuota, resource: Resource, object: KubernetesObject): boolean {
  const terms: ScopeTerm[] = [
    ...(spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: "Exists" })),
    ...(spec?.scopeSelector?.matchExpressions ?? []),
  ];
  const isPod = resource.group === "" && resource.resource === "pods";
  return terms.length === 0 || (isPod && terms.every((term) => isInScope(term, object as IPod)));
}

function isInScope({ scopeName, operator, values = [] }: ScopeTerm, pod: IPod): boolean {
  const hasDeadline = (pod.spec?.activeDeadlineSeconds ?? -1) >= 0;
  const isBestEffort = qosClassOf(pod) === "BestEffort";
  switch (scopeName) {
    case "Terminating":
      return hasDeadline;
    case "NotTerminating":
      return !hasDeadline;
    case "BestEffort":
      return isBestEffort;
    case "NotBestEffort":
      return !isBestEffort;
    case "PriorityClass":
      return isPriority(operator, values, pod.spec?.priorityClassName ?? "");
    default:
      return false;
  }
}

function isPriority(operator: string, values: readonly string[], name: string): boolean {
  switch (operator) {
    case "In":
      return values.includes(name);
    case "NotIn":
      return !values.includes(name);
    case "DoesNotExist":
      return name === "";
    default:
      return name !== "";
  }
}
