import { objectIn, objectsIn } from "../defaults/fill.ts";
import { jsonEqual } from "../jsonValues.ts";
import type { JsonObject } from "../objects.ts";
import { rangeMessage } from "./formats.ts";
import { immutableSpecDiff } from "./immutableSpec.ts";
import { validatePodSpec } from "./podSpec/index.ts";
import type { Problems } from "./problems.ts";
import { numberOf } from "./values.ts";

export function validatePod(problems: Problems, pod: JsonObject): void {
  validatePodSpec(problems, "spec", objectIn(pod, "spec") ?? {});
}

/** A Pod that is to be created has no containers for debugging yet. */
export function validateNewPod(problems: Problems, pod: JsonObject): void {
  validatePod(problems, pod);
  if (objectsIn(objectIn(pod, "spec"), "ephemeralContainers").length > 0) {
    problems.forbidden("spec.ephemeralContainers", "cannot be set on create");
  }
}

const updatableFields = [
  "`spec.containers[*].image`",
  "`spec.initContainers[*].image`",
  "`spec.activeDeadlineSeconds`",
  "`spec.tolerations` (only additions to existing tolerations)",
  "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
];

function sameNumberOfContainers(problems: Problems, spec: JsonObject, before: JsonObject): boolean {
  for (const list of ["containers", "initContainers"]) {
    const containers = objectsIn(spec, list);
    if (containers.length !== objectsIn(before, list).length) {
      problems.forbidden(`spec.${list}`, "pod updates may not add or remove containers");
      return false;
    }
    for (const [index, container] of containers.entries()) {
      const image = String(container.image ?? "");
      if (image !== image.trim()) {
        const message = "must not have leading or trailing whitespace";
        problems.invalid(`spec.${list}[${index}].image`, image, message);
      }
    }
  }
  return true;
}

function validateDeadlineUpdate(problems: Problems, spec: JsonObject, before: JsonObject): boolean {
  const path = "spec.activeDeadlineSeconds";
  const most = 2 ** 31 - 1;
  const [seconds, old] = [spec.activeDeadlineSeconds, before.activeDeadlineSeconds];
  if (typeof seconds !== "number") {
    if (old !== undefined) {
      problems.invalid(path, null, "must not update from a positive integer to nil value");
    }
    return true;
  }
  if (seconds < 0 || seconds > most) {
    problems.invalid(path, seconds, rangeMessage(0, most));
    return false;
  }
  if (old !== undefined && numberOf(old) < seconds) {
    problems.invalid(path, seconds, "must be less than or equal to previous value");
    return false;
  }
  return true;
}

function validateTolerationsUpdate(problems: Problems, spec: JsonObject, before: JsonObject): void {
  const tolerations = objectsIn(spec, "tolerations").map(({ tolerationSeconds: _, ...rest }) => rest);
  const isKept = (old: JsonObject) => {
    const { tolerationSeconds: _, ...wanted } = old;
    return tolerations.some((toleration) => jsonEqual(toleration, wanted));
  };
  if (!objectsIn(before, "tolerations").every(isKept)) {
    problems.forbidden(
      "spec.tolerations",
      "existing toleration can not be modified except its tolerationSeconds",
    );
  }
}

/** The spec with what a Pod may change set back to what it was. */
function withoutAllowedChanges(spec: JsonObject, before: JsonObject): JsonObject {
  const result: JsonObject = { ...spec };
  for (const list of ["containers", "initContainers"]) {
    const old = objectsIn(before, list);
    if (spec[list]) {
      result[list] = objectsIn(spec, list).map((container, index) => ({
        ...container,
        image: old[index]?.image ?? null,
      }));
    }
  }
  for (const key of ["activeDeadlineSeconds", "tolerations", "schedulingGates"]) {
    delete result[key];
    if (before[key] !== undefined) {
      result[key] = before[key];
    }
  }
  if (numberOf(before.terminationGracePeriodSeconds) < 0 && spec.terminationGracePeriodSeconds === 1) {
    result.terminationGracePeriodSeconds = before.terminationGracePeriodSeconds ?? null;
  }
  return result;
}

/** A running Pod's spec hardly changes (ValidatePodUpdate). */
export function validatePodUpdate(problems: Problems, pod: JsonObject, old: JsonObject): void {
  const spec = objectIn(pod, "spec") ?? {};
  const before = objectIn(old, "spec") ?? {};
  validatePod(problems, pod);
  if (!sameNumberOfContainers(problems, spec, before) || !validateDeadlineUpdate(problems, spec, before)) {
    return;
  }
  validateTolerationsUpdate(problems, spec, before);
  if (jsonEqual(spec, before)) {
    return;
  }
  const difference = immutableSpecDiff("core.PodSpec", before, withoutAllowedChanges(spec, before));
  if (difference !== undefined) {
    const rule = `pod updates may not change fields other than ${updatableFields.join(",")}`;
    problems.forbidden("spec", `${rule}\n${difference}`);
  }
}
