import { ApiError } from "../../api/apiError.ts";
import { namespaces } from "../../api/resources.ts";
import { refusals } from "../requests/errors.ts";
import type { Admission } from "./admission.ts";

const undeletable = new Set(["default", "kube-system", "kube-public"]);

/** Nothing is made in a namespace that is missing or going (plugin NamespaceLifecycle). */
export const namespaceLifecycle: Admission = {
  admit({ operation, resource, object, context }, pipeline) {
    const { namespace, name = "" } = object.metadata ?? {};
    if (operation === "delete" && resource.kind === "Namespace" && undeletable.has(name)) {
      throw refusals.forbidden(resource, name, "this namespace may not be deleted");
    }
    if (operation !== "create" || !namespace) {
      return;
    }
    const home = pipeline.find(namespaces, { name: namespace });
    if (!home) {
      throw refusals.notFound(namespaces, namespace);
    }
    if (home.metadata?.deletionTimestamp && !context.userName.startsWith("system:node:")) {
      throw new ApiError(
        403,
        "Forbidden",
        `${resource.resource}${resource.group ? `.${resource.group}` : ""} "${name}" is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`,
        {
          name,
          ...(resource.group ? { group: resource.group } : {}),
          kind: resource.resource,
          causes: [
            {
              reason: "NamespaceTerminating",
              message: `namespace ${namespace} is being terminated`,
              field: "metadata.namespace",
            },
          ],
        },
      );
    }
  },
};
