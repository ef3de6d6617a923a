import { refusals } from "../requests/errors.ts";

/** What a request's path names. */
export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  readonly namespace: string | undefined;
  readonly plural: string;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

/**
 * Reads `/api/v1/namespaces/NS/pods/NAME/SUB` and `/apis/GROUP/VERSION/…`; undefined for any other path.
 * Throws 400 where an escape is none. "namespaces" itself is a resource too: `/api/v1/namespaces/NS` and its subresources.
 */
export function parseResourcePath(path: string): ResourcePath | undefined {
  const parts = path.split("/").slice(1).map(decoded);
  const [root] = parts;
  const isCore = root === "api";
  if (!isCore && root !== "apis") {
    return undefined;
  }
  const group = isCore ? "" : (parts[1] ?? "");
  const version = parts[isCore ? 1 : 2];
  const rest = parts.slice(isCore ? 2 : 3);
  const [first] = rest;
  if (!version || !first) {
    return undefined;
  }
  const isInNamespace =
    first === "namespaces" && rest.length > 2 && !namespaceSubresources.has(rest[2] ?? "");
  const [plural = "", name, subresource] = isInNamespace ? rest.slice(2) : rest;
  return { group, version, namespace: isInNamespace ? rest[1] : undefined, plural, name, subresource };
}

const namespaceSubresources = new Set(["status", "finalize"]);

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw refusals.badRequest(`invalid URL escape in ${JSON.stringify(part)}`);
  }
}
