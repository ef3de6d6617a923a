import type { RequestContext } from "../requests/context.ts";
import { refusals } from "../requests/errors.ts";
import type { FieldValidation } from "../schema/decode.ts";
import type { Exchange } from "./exchange.ts";

/** The context that a request's user, user agent and query name. Throws 400 for values that make no sense. */
export function contextOf({ request, url, user }: Exchange, now: number): RequestContext {
  const query = url.searchParams;
  const dryRun = query.getAll("dryRun");
  if (dryRun.some((value) => value !== "All")) {
    throw refusals.badRequest(`dryRun: Unsupported value: "${dryRun.join()}": supported values: "All"`);
  }
  return {
    userName: user.name,
    fieldManager: query.get("fieldManager") ?? programOf(request.headers["user-agent"]),
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
  if (value === null || value === "") {
    return "Warn";
  }
  if (value === "Strict" || value === "Warn" || value === "Ignore") {
    return value;
  }
  throw refusals.badRequest(
    `fieldValidation: Unsupported value: "${value}": supported values: "Ignore", "Strict", "Warn"`,
  );
}
