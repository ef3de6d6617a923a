import { parseResourcePath } from "../http/requestPath.ts";

/** What a request wants, as authorisation and audit name it (apiserver's RequestInfo). */
export interface RequestAttributes {
  readonly verb: string;
  readonly isResource: boolean;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  /** "" for a whole namespace, or all of them. */
  readonly name: string;
  /** "" at the cluster scope. */
  readonly namespace: string;
  /** Of requests that are for no resource. */
  readonly path: string;
}

const verbsOfMethods: Readonly<Record<string, string>> = {
  POST: "create",
  GET: "get",
  HEAD: "get",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};

/** Reads method, path and query of an HTTP request. */
export function attributesOf(method: string, url: URL): RequestAttributes {
  const path = parseResourcePath(url.pathname);
  if (!path) {
    return { ...nothing, verb: method.toLowerCase(), isResource: false, path: url.pathname };
  }
  const { group, version, plural, name = "", subresource = "" } = path;
  const isNamespace = group === "" && plural === "namespaces";
  return {
    verb: resourceVerb(method, name, subresource, url.searchParams),
    isResource: true,
    group,
    version,
    resource: plural,
    subresource,
    name: name || namedByField(url.searchParams),
    namespace: path.namespace ?? (isNamespace ? name : ""),
    path: url.pathname,
  };
}

const nothing = { group: "", version: "", resource: "", subresource: "", name: "", namespace: "" };

function resourceVerb(method: string, name: string, subresource: string, query: URLSearchParams): string {
  const verb = verbsOfMethods[method] ?? method.toLowerCase();
  const isWatch = query.has("watch") && !["false", "0"].includes(query.get("watch") ?? "");
  if (verb === "get" && subresource === "" && isWatch) {
    return "watch";
  }
  if (name !== "") {
    return verb;
  }
  return verb === "get" ? "list" : verb === "delete" ? "deletecollection" : verb;
}

/** A list of one name is a request for that name. */
function namedByField(query: URLSearchParams): string {
  return /^metadata\.name==?([^,]+)$/.exec(query.get("fieldSelector") ?? "")?.[1] ?? "";
}
