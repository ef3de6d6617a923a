import { objectsIn } from "../../defaults/fill.ts";
import type { JsonObject } from "../../objects.ts";
import type { Problems } from "../problems.ts";
import { textOf } from "../values.ts";
import { type PodContext, validateCommon } from "./containers.ts";

const forbiddenFields = [
  "ports",
  "resources",
  "resizePolicy",
  "restartPolicy",
  "restartPolicyRules",
  "livenessProbe",
  "readinessProbe",
  "startupProbe",
  "lifecycle",
];

/** The containers that were added to a running Pod for debugging (validateEphemeralContainers). */
export function validateEphemeralContainers(
  problems: Problems,
  path: string,
  spec: JsonObject,
  context: PodContext,
): void {
  const own = ["containers", "initContainers"].flatMap((list) => objectsIn(spec, list));
  const others = new Set(own.map(({ name }) => textOf(name)));
  const names = new Set(others);
  for (const [index, container] of objectsIn(spec, "ephemeralContainers").entries()) {
    const at = `${path}[${index}]`;
    validateCommon(problems, at, container, context);
    const name = textOf(container.name);
    if (names.has(name)) {
      problems.duplicate(`${at}.name`, name);
    }
    names.add(name);
    const target = textOf(container.targetContainerName);
    if (target !== "" && !others.has(target)) {
      problems.notFound(`${at}.targetContainerName`, target);
    }
    forbidFields(problems, at, container);
  }
}

function forbidFields(problems: Problems, path: string, container: JsonObject): void {
  const message = "cannot be set for an Ephemeral Container";
  for (const field of forbiddenFields) {
    if (isSet(container[field])) {
      problems.forbidden(`${path}.${field}`, message);
    }
  }
  for (const [index, mount] of objectsIn(container, "volumeMounts").entries()) {
    for (const field of ["subPath", "subPathExpr"]) {
      if (textOf(mount[field]) !== "") {
        problems.forbidden(`${path}.volumeMounts[${index}].${field}`, message);
      }
    }
  }
}

function isSet(value: JsonObject[string] | undefined): boolean {
  if (value === undefined || value === null || value === "") {
    return false;
  }
  return typeof value !== "object" || Object.keys(value).length > 0;
}
