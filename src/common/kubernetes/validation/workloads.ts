import { objectIn } from "../defaults/fill.ts";
import type { Json, JsonObject } from "../objects.ts";
import { isEmptySelector, validateLabelSelector, validateSelectorOfTemplate } from "./labels.ts";
import { requireRunningForEver, validatePodTemplate } from "./podSpec/index.ts";
import type { Problems } from "./problems.ts";
import { countOrPercent, immutable, nonNegative, notMoreThanAll, numberOf, textOf } from "./values.ts";

/** The selector and template of a Deployment or ReplicaSet. */
function validateReplicated(problems: Problems, spec: JsonObject): void {
  const selector = objectIn(spec, "selector");
  if (!selector) {
    problems.required("spec.selector");
  } else {
    validateLabelSelector(problems, "spec.selector", selector);
    if (isEmptySelector(selector)) {
      problems.invalid("spec.selector", selector, "empty selector is invalid for deployment");
    }
  }
  validateSelectorOfTemplate(problems, "spec", spec);
  const template = objectIn(spec, "template") ?? {};
  validatePodTemplate(problems, "spec.template", template);
  requireRunningForEver(problems, "spec.template", template, "ReplicaSet");
}

function isNone(value: Json | undefined): boolean {
  return typeof value === "string" ? Number.parseInt(value, 10) === 0 : numberOf(value) === 0;
}

function validateStrategy(problems: Problems, spec: JsonObject): void {
  const strategy = objectIn(spec, "strategy") ?? {};
  const rollingUpdate = objectIn(strategy, "rollingUpdate");
  const path = "spec.strategy";
  if (strategy.type === "Recreate") {
    if (rollingUpdate) {
      const message = "may not be specified when strategy `type` is 'Recreate'";
      problems.forbidden(`${path}.rollingUpdate`, message);
    }
  } else if (strategy.type === "RollingUpdate") {
    countOrPercent(problems, `${path}.rollingUpdate.maxUnavailable`, rollingUpdate?.maxUnavailable);
    countOrPercent(problems, `${path}.rollingUpdate.maxSurge`, rollingUpdate?.maxSurge);
    if (isNone(rollingUpdate?.maxUnavailable) && isNone(rollingUpdate?.maxSurge)) {
      const message = "may not be 0 when `maxSurge` is 0";
      problems.invalid(`${path}.rollingUpdate.maxUnavailable`, rollingUpdate?.maxUnavailable, message);
    }
    notMoreThanAll(problems, `${path}.rollingUpdate.maxUnavailable`, rollingUpdate?.maxUnavailable);
  } else {
    const value = { Type: textOf(strategy.type), RollingUpdate: null };
    problems.notSupported(path, { printed: JSON.stringify(value) }, ["Recreate", "RollingUpdate"]);
  }
}

export function validateDeployment(problems: Problems, deployment: JsonObject): void {
  const spec = objectIn(deployment, "spec") ?? {};
  nonNegative(problems, "spec.replicas", spec.replicas);
  validateReplicated(problems, spec);
  validateStrategy(problems, spec);
  nonNegative(problems, "spec.minReadySeconds", spec.minReadySeconds);
  nonNegative(problems, "spec.revisionHistoryLimit", spec.revisionHistoryLimit);
  const deadline = spec.progressDeadlineSeconds;
  if (deadline !== undefined) {
    nonNegative(problems, "spec.progressDeadlineSeconds", deadline);
    if (numberOf(deadline) <= numberOf(spec.minReadySeconds)) {
      problems.invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds");
    }
  }
}

export function validateReplicaSet(problems: Problems, set: JsonObject): void {
  const spec = objectIn(set, "spec") ?? {};
  nonNegative(problems, "spec.replicas", spec.replicas);
  nonNegative(problems, "spec.minReadySeconds", spec.minReadySeconds);
  validateReplicated(problems, spec);
}

function validateDaemonSetStrategy(problems: Problems, spec: JsonObject): void {
  const strategy = objectIn(spec, "updateStrategy") ?? {};
  if (strategy.type === "OnDelete") {
    return;
  }
  if (strategy.type !== "RollingUpdate") {
    const value = { Type: textOf(strategy.type), RollingUpdate: null };
    const supported = ["RollingUpdate", "OnDelete"];
    problems.notSupported("spec.updateStrategy", { printed: JSON.stringify(value) }, supported);
    return;
  }
  const { maxUnavailable, maxSurge } = objectIn(strategy, "rollingUpdate") ?? {};
  const path = "spec.updateStrategy.rollingUpdate";
  countOrPercent(problems, `${path}.maxUnavailable`, maxUnavailable);
  countOrPercent(problems, `${path}.maxSurge`, maxSurge);
  notMoreThanAll(problems, `${path}.maxUnavailable`, maxUnavailable);
  notMoreThanAll(problems, `${path}.maxSurge`, maxSurge);
  if (!isNone(maxUnavailable) && !isNone(maxSurge)) {
    problems.invalid(`${path}.maxSurge`, maxSurge, "may not be set when maxUnavailable is non-zero");
  } else if (isNone(maxUnavailable) && isNone(maxSurge)) {
    problems.required(`${path}.maxUnavailable`, "cannot be 0 when maxSurge is 0");
  }
}

export function validateDaemonSet(problems: Problems, set: JsonObject): void {
  const spec = objectIn(set, "spec") ?? {};
  const selector = objectIn(spec, "selector");
  const template = objectIn(spec, "template") ?? {};
  validateLabelSelector(problems, "spec.selector", selector);
  validateSelectorOfTemplate(problems, "spec", spec);
  if (selector && isEmptySelector(selector)) {
    problems.invalid("spec.selector", selector, "empty selector is invalid for daemonset");
  }
  validatePodTemplate(problems, "spec.template", template);
  requireRunningForEver(problems, "spec.template", template, "DaemonSet");
  nonNegative(problems, "spec.minReadySeconds", spec.minReadySeconds);
  validateDaemonSetStrategy(problems, spec);
  nonNegative(problems, "spec.revisionHistoryLimit", spec.revisionHistoryLimit);
}

/** The selector of a workload is fixed once it is made. */
export function validateSelectorUpdate(problems: Problems, object: JsonObject, old: JsonObject): void {
  immutable(problems, "spec.selector", objectIn(object, "spec")?.selector, objectIn(old, "spec")?.selector);
}
