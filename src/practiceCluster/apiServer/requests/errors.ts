import { ApiError } from "../../api/apiError.ts";
import { groupResourceOf, type Resource } from "../../api/resource.ts";

/** The refusals that every resource shares, worded as apimachinery's api/errors words them. */
export const refusals = {
  notFound: (resource: Resource, name: string) =>
    new ApiError(
      404,
      "NotFound",
      `${groupResourceOf(resource)} "${name}" not found`,
      detailsOf(resource, name),
    ),
  alreadyExists: (resource: Resource, name: string) =>
    new ApiError(
      409,
      "AlreadyExists",
      `${groupResourceOf(resource)} "${name}" already exists`,
      detailsOf(resource, name),
    ),
  conflict: (resource: Resource, name: string, why: string) =>
    new ApiError(
      409,
      "Conflict",
      `Operation cannot be fulfilled on ${groupResourceOf(resource)} "${name}": ${why}`,
      detailsOf(resource, name),
    ),
  modified: (resource: Resource, name: string) =>
    refusals.conflict(
      resource,
      name,
      "the object has been modified; please apply your changes to the latest version and try again",
    ),
  forbidden: (resource: Resource, name: string, why: string) =>
    new ApiError(
      403,
      "Forbidden",
      `${groupResourceOf(resource)} "${name}" is forbidden: ${why}`,
      detailsOf(resource, name),
    ),
  /** What authorisation answers; `resource` is "" for a path that is no resource. */
  notAllowed: (
    { group, resource, name }: { readonly group: string; readonly resource: string; readonly name: string },
    why: string,
  ) => {
    const qualified = group === "" ? resource : `${resource}.${group}`;
    const subject = name === "" ? qualified : `${qualified} ${JSON.stringify(name)}`;
    const message = resource === "" ? `forbidden: ${why}` : `${subject} is forbidden: ${why}`;
    return new ApiError(403, "Forbidden", message, {
      ...(name === "" ? {} : { name }),
      ...(group === "" ? {} : { group }),
      ...(resource === "" ? {} : { kind: resource }),
    });
  },
  internal: (why: string) => new ApiError(500, "InternalError", `Internal error occurred: ${why}`),
  badRequest: (message: string) => new ApiError(400, "BadRequest", message),
  noSuchResource: () => new ApiError(404, "NotFound", "the server could not find the requested resource", {}),
  methodNotAllowed: () =>
    new ApiError(
      405,
      "MethodNotAllowed",
      "the server does not allow this method on the requested resource",
      {},
    ),
  expired: (message: string) => new ApiError(410, "Expired", message),
  tooLargeVersion: (wanted: number, current: number) =>
    new ApiError(504, "Timeout", `Timeout: Too large resource version: ${wanted}, current: ${current}`, {
      causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
      retryAfterSeconds: 1,
    }),
};

function detailsOf(resource: Resource, name: string) {
  return { name, ...(resource.group ? { group: resource.group } : {}), kind: resource.resource };
}
