import { requireAllowed } from "../authorization/requireAllowed.ts";
import type { Exchange, User } from "../http/exchange.ts";
import { refusals } from "../requests/errors.ts";
import type { Pipeline } from "../requests/pipeline.ts";

/**
 * The user in whose name a request is to be taken: the asker, or whom the Impersonate headers name (kubectl --as) when
 * the asker may do that. Throws 403.
 */
export function impersonatedUser(
  pipeline: Pipeline,
  { request, user }: Pick<Exchange, "request" | "user">,
): User {
  const name = one(request.headers["impersonate-user"]);
  const groups = allOf(request.rawHeaders, "impersonate-group");
  const uid = one(request.headers["impersonate-uid"]);
  if (name === undefined) {
    if (groups.length > 0 || uid !== undefined) {
      throw refusals.internal(`requested ${JSON.stringify([...groups])} without impersonating a user`);
    }
    return user;
  }
  requireMayImpersonate(pipeline, user, name, groups);
  return {
    name,
    groups: [...groups, ...accountGroups(name, groups.length > 0), "system:authenticated"],
    ...(uid === undefined ? {} : { uid }),
  };
}

function requireMayImpersonate(
  pipeline: Pipeline,
  user: User,
  name: string,
  groups: readonly string[],
): void {
  const [, namespace, account] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name) ?? [];
  const wanted = [
    account === undefined
      ? { resource: "users", name, namespace: "" }
      : { resource: "serviceaccounts", name: account, namespace: namespace ?? "" },
    ...groups.map((group) => ({ resource: "groups", name: group, namespace: "" })),
  ];
  for (const each of wanted) {
    const attributes = {
      verb: "impersonate",
      isResource: true,
      group: "",
      version: "",
      subresource: "",
      path: "",
    };
    requireAllowed(pipeline, user, { ...attributes, ...each });
  }
}

/** A service account is in its groups, unless others are named. */
function accountGroups(name: string, areNamed: boolean): string[] {
  const namespace = /^system:serviceaccount:([^:]+):[^:]+$/.exec(name)?.[1];
  return namespace === undefined || areNamed
    ? []
    : ["system:serviceaccounts", `system:serviceaccounts:${namespace}`];
}

/** Every value of a header that may come more than once; names and values take turns. */
function allOf(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.filter(
    (_value, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name,
  );
}

function one(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === "string" ? header : header?.[0];
}
