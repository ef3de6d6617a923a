import { objectIn, objectsIn } from "../defaults/fill.ts";
import { jsonEqual } from "../jsonValues.ts";
import type { JsonObject } from "../objects.ts";
import { qosClassOf } from "../qosClass.ts";
import { immutableSpecDiff } from "./immutableSpec.ts";
import { validatePod } from "./pods.ts";
import type { Problems } from "./problems.ts";
import { mapOf, textOf } from "./values.ts";

/** Containers for debugging are added and then stay as they are (ValidatePodEphemeralContainersUpdate). */
export function validateEphemeralContainersUpdate(
  problems: Problems,
  pod: JsonObject,
  old: JsonObject,
): void {
  validatePod(problems, pod);
  const path = "spec.ephemeralContainers";
  const after = objectsIn(objectIn(pod, "spec"), "ephemeralContainers");
  for (const before of objectsIn(objectIn(old, "spec"), "ephemeralContainers")) {
    const name = JSON.stringify(textOf(before.name));
    const container = after.find((each) => each.name === before.name);
    if (!container) {
      problems.forbidden(path, `existing ephemeral containers ${name} may not be removed\n`);
    } else if (!jsonEqual(container, before)) {
      const difference = immutableSpecDiff("core.EphemeralContainer", before, container) ?? "";
      problems.forbidden(path, `existing ephemeral containers ${name} may not be changed\n${difference}`);
    }
  }
}

/** What a request to pods/resize may change: cpu and memory of containers (ValidatePodResize). */
export function validatePodResize(problems: Problems, pod: JsonObject, old: JsonObject): void {
  validatePod(problems, pod);
  const [spec, before] = [objectIn(pod, "spec") ?? {}, objectIn(old, "spec") ?? {}];
  if (qosClassOf(pod as never) !== qosClassOf(old as never)) {
    const qosClass = objectIn(pod, "status")?.qosClass ?? "";
    problems.invalid("spec", qosClass, "Pod QOS Class may not change as a result of resizing");
  }
  if (!keepsContainers(problems, spec, before)) {
    return;
  }
  for (const list of ["initContainers", "containers"]) {
    const containers = objectsIn(spec, list);
    for (const [index, was] of objectsIn(before, list).entries()) {
      forbidRemoval(problems, `spec.${list}[${index}].resources`, containers[index] ?? {}, was);
    }
  }
  for (const [index, was] of objectsIn(before, "containers").entries()) {
    if (!jsonEqual(fixedPart(objectsIn(spec, "containers")[index] ?? {}), fixedPart(was))) {
      problems.forbidden("spec", "only cpu and memory resources are mutable");
    }
  }
  for (const [index, was] of objectsIn(before, "initContainers").entries()) {
    if (!jsonEqual(fixedPart(objectsIn(spec, "initContainers")[index] ?? {}), fixedPart(was))) {
      const message = "only cpu and memory resources for init or sidecar containers are mutable";
      problems.forbidden(`spec.initContainers[${index}]`, message);
    }
  }
}

function keepsContainers(problems: Problems, spec: JsonObject, before: JsonObject): boolean {
  const count = problems.count;
  for (const list of ["containers", "initContainers"]) {
    const [after, was] = [objectsIn(spec, list), objectsIn(before, list)];
    if (after.length !== was.length) {
      problems.forbidden(`spec.${list}`, `${list} may not be added or removed on resize`);
      continue;
    }
    for (const [index, { name }] of was.entries()) {
      if (after[index]?.name !== name) {
        const message = `${list} may not be renamed or reordered on resize`;
        problems.forbidden(`spec.${list}[${index}].name`, message);
      }
    }
  }
  return problems.count === count;
}

function forbidRemoval(problems: Problems, path: string, container: JsonObject, before: JsonObject): void {
  for (const kind of ["requests", "limits"]) {
    const after = mapOf(objectIn(container, "resources")?.[kind]);
    const was = mapOf(objectIn(before, "resources")?.[kind]);
    if (Object.keys(was).some((name) => !(name in after))) {
      problems.forbidden(`${path}.${kind}`, `resource ${kind} cannot be removed`);
    }
  }
}

/** The container without what a resize may change. */
function fixedPart({ resources, ...container }: JsonObject): JsonObject {
  const { requests, limits, ...rest } = mapOf(resources) as JsonObject;
  return { ...container, resources: { ...rest, requests: others(requests), limits: others(limits) } };
}

function others(amounts: JsonObject[string] | undefined): JsonObject {
  const { cpu: _cpu, memory: _memory, ...rest } = mapOf(amounts) as JsonObject;
  return rest;
}
