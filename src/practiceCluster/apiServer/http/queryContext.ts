import type { RequestContext } from "../requests/context.ts";
import { validateRequestOptions } from "../requests/requestOptions.ts";
import type { FieldValidation } from "../schema/decode.ts";
import type { Exchange } from "./exchange.ts";

/** The context that a request's user, user agent and query name. Throws 422 for values that make no sense. */
export function contextOf({ request, url, user }: Exchange, now: number): RequestContext {
  const query = url.searchParams;
  const dryRun = query.getAll("dryRun");
  validateRequestOptions({
    method: request.method ?? "GET",
    fieldManager: query.get("fieldManager") ?? "",
    dryRun,
    fieldValidation: query.get("fieldValidation") ?? "",
    hasForce: query.has("force"),
    isApply: (request.headers["content-type"] ?? "").startsWith("application/apply-patch"),
  });
  return {
    userName: user.name,
    groups: user.groups,
    userId: user.uid,
    extra: user.extra,
    fieldManager: query.get("fieldManager") || programOf(request.headers["user-agent"]),
    dryRun: dryRun.length > 0,
    fieldValidation: fieldValidationOf(query.get("fieldValidation")),
    now,
    warnings: [],
  };
}

/** "kubectl" of "kubectl/v1.36.3 (linux/amd64) …". */
function programOf(userAgent: string | undefined): string {
  return (userAgent ?? "unknown").split("/")[0]?.slice(0, 128) || "unknown";
}

function fieldValidationOf(value: string | null): FieldValidation {
  return value === "Strict" || value === "Ignore" ? value : "Warn";
}
