import type { ICustomResourceDefinition } from "kubernetes-models/apiextensions.k8s.io/v1/CustomResourceDefinition";
import { customResourceDefinitions } from "../../api/resources.ts";
import type { Admission } from "./admission.ts";

/** Says what of a CustomResourceDefinition this server does not carry out, rather than to keep silent about it. */
export const customResourceWarnings: Admission = {
  admit({ operation, resource, object, context, part = "object" }) {
    if (operation === "delete" || part !== "object" || resource.kind !== customResourceDefinitions.kind) {
      return;
    }
    const { spec } = object as ICustomResourceDefinition;
    if (JSON.stringify(spec.versions).includes('"x-kubernetes-validations"')) {
      context.warnings.push(
        "x-kubernetes-validations are kept, but the practice cluster does not evaluate them",
      );
    }
    if (spec.conversion?.strategy === "Webhook") {
      context.warnings.push(
        "the practice cluster calls no conversion webhooks: versions differ by their names alone",
      );
    }
  },
};
