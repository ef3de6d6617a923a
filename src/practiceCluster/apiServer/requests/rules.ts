import { applyDefaults } from "../../../common/kubernetes/defaults/index.ts";
import { problemsOfCreate, problemsOfUpdate } from "../../../common/kubernetes/validation/index.ts";
import { warningsOfCreate, warningsOfUpdate } from "../../../common/kubernetes/warnings/index.ts";
import { applyServerSide, recordUpdate } from "../managedFields/index.ts";
import { patchObject } from "../patch/index.ts";
import { refuseProblems } from "./invalid.ts";
import type { ObjectRules } from "./objectRules.ts";

/** The rules of the published Kubernetes API. */
export const kubernetesRules: ObjectRules = {
  applyDefaults,
  validateCreate: (resource, object) =>
    refuseProblems(resource, object.metadata?.name ?? "", problemsOfCreate(resource, object)),
  validateUpdate: (resource, object, old, part) =>
    refuseProblems(resource, object.metadata?.name ?? "", problemsOfUpdate(resource, object, old, part)),
  warningsOf: (resource, object, old) =>
    old === undefined ? warningsOfCreate(resource, object) : warningsOfUpdate(resource, object),
  patchObject: (type, resource, current, patch, context) => {
    const { object, warnings } = patchObject(type, resource, current, patch, context.fieldValidation);
    context.warnings.push(...warnings);
    return object;
  },
  recordUpdate,
  applyServerSide,
};
