import { objectIn, objectsIn } from "../../defaults/fill.ts";
import type { Json, JsonObject } from "../../objects.ts";
import { rangeMessage } from "../formats.ts";
import type { Problems } from "../problems.ts";
import { textOf } from "../values.ts";

const largestId = 2 ** 31 - 1;

function validateId(problems: Problems, path: string, id: Json | undefined): void {
  if (typeof id === "number" && (id < 0 || id > largestId)) {
    problems.invalid(path, id, rangeMessage(0, largestId));
  }
}

/** The securityContext of a container. */
export function validateContainerSecurity(
  problems: Problems,
  path: string,
  context: JsonObject | undefined,
): void {
  validateId(problems, `${path}.runAsUser`, context?.runAsUser);
  validateId(problems, `${path}.runAsGroup`, context?.runAsGroup);
  if (context?.allowPrivilegeEscalation === false) {
    if (context.privileged === true) {
      const message = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true";
      problems.invalid(path, context, message);
    }
    const added = objectIn(context, "capabilities")?.add;
    if (Array.isArray(added) && added.some((name) => name === "CAP_SYS_ADMIN")) {
      const message = "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN";
      problems.invalid(path, context, message);
    }
  }
}

/** The securityContext of a Pod. */
export function validatePodSecurity(problems: Problems, path: string, context: JsonObject | undefined): void {
  for (const key of ["fsGroup", "runAsUser", "runAsGroup"]) {
    validateId(problems, `${path}.${key}`, context?.[key]);
  }
  const groups = Array.isArray(context?.supplementalGroups) ? context.supplementalGroups : [];
  for (const [index, group] of groups.entries()) {
    validateId(problems, `${path}.supplementalGroups[${index}]`, group);
  }
  const change = context?.fsGroupChangePolicy;
  if (change !== undefined && !["OnRootMismatch", "Always"].includes(textOf(change))) {
    problems.notSupported(`${path}.fsGroupChangePolicy`, change, ["OnRootMismatch", "Always"]);
  }
  for (const [index, sysctl] of objectsIn(context, "sysctls").entries()) {
    if (textOf(sysctl.name) === "") {
      problems.required(`${path}.sysctls[${index}].name`);
    }
  }
}
