import { applyDefaults } from "../defaults/index.ts";
import { applyServerSide, recordUpdate } from "../managedFields/index.ts";
import { patchObject } from "../patch/index.ts";
import { validateCreate, validateUpdate } from "../validation/index.ts";
import type { ObjectRules } from "./objectRules.ts";

/** The rules of the published Kubernetes API. */
export const kubernetesRules: ObjectRules = {
  applyDefaults,
  validateCreate,
  validateUpdate,
  patchObject: (type, resource, current, patch, context) => {
    const { object, warnings } = patchObject(type, resource, current, patch, context.fieldValidation);
    context.warnings.push(...warnings);
    return object;
  },
  recordUpdate,
  applyServerSide,
};
