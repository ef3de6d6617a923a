import type { User } from "../http/exchange.ts";
import { refusals } from "../requests/errors.ts";
import type { Pipeline } from "../requests/pipeline.ts";
import { authorize } from "./rbac.ts";
import type { RequestAttributes } from "./requestAttributes.ts";

/** Throws 403 in the server's words when the user may not do what the request wants. */
export function requireAllowed(pipeline: Pipeline, user: User, attributes: RequestAttributes): void {
  const { allowed, reason } = authorize(pipeline, user, attributes);
  if (allowed) {
    return;
  }
  const why = [describeDenial(user, attributes), reason].filter((part) => part !== "").join(": ");
  throw refusals.notAllowed(attributes, why);
}

function describeDenial(user: User, attributes: RequestAttributes): string {
  const who = `User ${JSON.stringify(user.name)} cannot ${attributes.verb}`;
  if (!attributes.isResource) {
    return `${who} path ${JSON.stringify(attributes.path)}`;
  }
  const { group, resource, subresource, namespace } = attributes;
  const what = JSON.stringify(subresource === "" ? resource : `${resource}/${subresource}`);
  const where = namespace === "" ? "at the cluster scope" : `in the namespace ${JSON.stringify(namespace)}`;
  return `${who} resource ${what} in API group ${JSON.stringify(group)} ${where}`;
}
