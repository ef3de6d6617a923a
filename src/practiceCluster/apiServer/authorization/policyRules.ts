import type { IPolicyRule } from "kubernetes-models/rbac.authorization.k8s.io/v1/PolicyRule";
import type { RequestAttributes } from "./requestAttributes.ts";

/** Whether a rule allows a request (pkg/apis/rbac/v1, evaluation_helpers). */
export function ruleAllows(rule: IPolicyRule, attributes: RequestAttributes): boolean {
  if (!includes(rule.verbs, attributes.verb)) {
    return false;
  }
  if (!attributes.isResource) {
    return (rule.nonResourceURLs ?? []).some((url) => urlMatches(url, attributes.path));
  }
  const { group, resource, subresource, name } = attributes;
  return (
    includes(rule.apiGroups, group) &&
    (rule.resources ?? []).some((each) => resourceMatches(each, resource, subresource)) &&
    ((rule.resourceNames ?? []).length === 0 || (rule.resourceNames ?? []).includes(name))
  );
}

function includes(list: readonly string[] | undefined, wanted: string): boolean {
  return (list ?? []).some((each) => each === "*" || each === wanted);
}

function resourceMatches(allowed: string, resource: string, subresource: string): boolean {
  const combined = subresource === "" ? resource : `${resource}/${subresource}`;
  return allowed === "*" || allowed === combined || (subresource !== "" && allowed === `*/${subresource}`);
}

function urlMatches(allowed: string, path: string): boolean {
  return (
    allowed === "*" ||
    allowed === path ||
    (allowed.endsWith("*") && path.startsWith(allowed.replace(/\*+$/, "")))
  );
}
