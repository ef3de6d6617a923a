import { type FieldProblem, Problems } from "../../../common/kubernetes/validation/problems.ts";
import { refusals } from "../requests/errors.ts";
import { refuseProblems } from "../requests/invalid.ts";

/** What a list's or watch's query asks for (meta/v1 ListOptions). */
export interface ListOptions {
  readonly labelSelector: string;
  readonly fieldSelector: string;
  readonly isWatch: boolean;
  readonly allowsBookmarks: boolean;
  readonly sendsInitialEvents: boolean | undefined;
  /** "" when the request does not say. */
  readonly resourceVersion: string;
  readonly resourceVersionMatch: string;
  /** 0: no limit. */
  readonly limit: number;
  readonly continueToken: string;
  readonly timeoutSeconds: number | undefined;
}

const listOptions = {
  group: "meta.k8s.io",
  version: "v1",
  resource: "",
  kind: "ListOptions",
  namespaced: false,
};

/** Reads a query. Throws 400 for numbers that are none, 422 for parameters that do not go together. */
export function readListOptions(query: URLSearchParams): ListOptions {
  const initialEvents = query.has("sendInitialEvents") ? isTrue(query, "sendInitialEvents") : undefined;
  const options: ListOptions = {
    labelSelector: query.get("labelSelector") ?? "",
    fieldSelector: query.get("fieldSelector") ?? "",
    isWatch: isTrue(query, "watch"),
    allowsBookmarks: isTrue(query, "allowWatchBookmarks"),
    sendsInitialEvents: initialEvents,
    resourceVersion: query.get("resourceVersion") ?? "",
    resourceVersionMatch: query.get("resourceVersionMatch") ?? "",
    limit: integer(query, "limit") ?? 0,
    continueToken: query.get("continue") ?? "",
    timeoutSeconds: integer(query, "timeoutSeconds"),
  };
  const completed = withDefaults(options);
  refuseProblems(listOptions, "", problemsOf(completed));
  return completed;
}

/** A watch from nowhere begins with what there is (SetListOptionsDefaults). */
function withDefaults(options: ListOptions): ListOptions {
  const { isWatch, sendsInitialEvents, resourceVersion, resourceVersionMatch } = options;
  const isUnspecified = sendsInitialEvents === undefined && resourceVersionMatch === "";
  if (isWatch && isUnspecified && (resourceVersion === "" || resourceVersion === "0")) {
    return { ...options, sendsInitialEvents: true, resourceVersionMatch: "NotOlderThan" };
  }
  return options;
}

/** apimachinery's ValidateListOptions. */
function problemsOf(options: ListOptions): readonly FieldProblem[] {
  const problems = new Problems();
  const match = (message: string) => problems.forbidden("resourceVersionMatch", message);
  const { sendsInitialEvents, resourceVersionMatch, resourceVersion, continueToken } = options;
  if (options.isWatch) {
    if (sendsInitialEvents !== undefined && resourceVersionMatch !== "NotOlderThan") {
      match("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
    }
    if (resourceVersionMatch !== "" && sendsInitialEvents === undefined) {
      match("resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
    }
  } else if (resourceVersionMatch !== "" && resourceVersion === "") {
    match("resourceVersionMatch is forbidden unless resourceVersion is provided");
  }
  if (resourceVersionMatch !== "" && continueToken !== "") {
    match("resourceVersionMatch is forbidden when continue is provided");
  }
  const supported = options.isWatch ? ["NotOlderThan"] : ["Exact", "NotOlderThan", ""];
  if (resourceVersionMatch !== "" && !supported.includes(resourceVersionMatch)) {
    problems.notSupported("resourceVersionMatch", resourceVersionMatch, supported);
  }
  if (!options.isWatch && resourceVersionMatch === "Exact" && resourceVersion === "0") {
    match('resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
  }
  if (!options.isWatch && sendsInitialEvents !== undefined) {
    problems.forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list");
  }
  return problems.found;
}

/** Everything but "0" and "false" is true, even nothing: so the server reads its parameters. */
function isTrue(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  return value !== null && value !== "0" && value.toLowerCase() !== "false";
}

/** A number of the query; undefined when it is not there. Throws 400 for one that is none. */
export function integer(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null) {
    return undefined;
  }
  if (!/^[+-]?\d+$/.test(value)) {
    throw refusals.badRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
  }
  return Number(value);
}
