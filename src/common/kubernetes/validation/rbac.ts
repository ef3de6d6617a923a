import { objectIn, objectsIn } from "../defaults/fill.ts";
import type { JsonObject } from "../objects.ts";
import { dnsSubdomainProblems, pathSegmentProblems } from "./formats.ts";
import type { Problems } from "./problems.ts";
import { textOf, textsOf } from "./values.ts";

const group = "rbac.authorization.k8s.io";

/** pkg/apis/rbac/validation: the rules of a Role. */
export function validateRole(problems: Problems, role: JsonObject): void {
  validateRules(problems, role, true);
}

/** The rules of a ClusterRole, and what it is made of. */
export function validateClusterRole(problems: Problems, role: JsonObject): void {
  validateRules(problems, role, false);
  const aggregation = objectIn(role, "aggregationRule");
  if (aggregation && objectsIn(aggregation, "clusterRoleSelectors").length === 0) {
    problems.required(
      "aggregationRule.clusterRoleSelectors",
      "at least one clusterRoleSelector required if aggregationRule is non-nil",
    );
  }
}

function validateRules(problems: Problems, role: JsonObject, isNamespaced: boolean): void {
  for (const [index, rule] of objectsIn(role, "rules").entries()) {
    validateRule(problems, `rules[${index}]`, rule, isNamespaced);
  }
}

function validateRule(problems: Problems, path: string, rule: JsonObject, isNamespaced: boolean): void {
  const [groups, resources, names] = ["apiGroups", "resources", "resourceNames"].map((key) =>
    textsOf(rule[key]),
  );
  if (textsOf(rule.verbs).length === 0) {
    problems.required(`${path}.verbs`, "verbs must contain at least one value");
  }
  const urls = textsOf(rule.nonResourceURLs);
  if (urls.length > 0) {
    const field = `${path}.nonResourceURLs`;
    if (isNamespaced) {
      problems.invalid(field, urls, "namespaced rules cannot apply to non-resource URLs");
    }
    if ([groups, resources, names].some((list) => (list?.length ?? 0) > 0)) {
      problems.invalid(field, urls, "rules cannot apply to both regular resources and non-resource URLs");
    }
    return;
  }
  if (groups?.length === 0) {
    problems.required(`${path}.apiGroups`, "resource rules must supply at least one api group");
  }
  if (resources?.length === 0) {
    problems.required(`${path}.resources`, "resource rules must supply at least one resource");
  }
}

/** To whom a RoleBinding gives which role. */
export function validateRoleBinding(problems: Problems, binding: JsonObject): void {
  validateBinding(problems, binding, ["Role", "ClusterRole"], true);
}

/** To whom a ClusterRoleBinding gives which role. */
export function validateClusterRoleBinding(problems: Problems, binding: JsonObject): void {
  validateBinding(problems, binding, ["ClusterRole"], false);
}

/** What `validate` says, and that a binding keeps its role for ever. */
export function withFixedRole(validate: (problems: Problems, binding: JsonObject) => void) {
  return (problems: Problems, binding: JsonObject, old: JsonObject): void => {
    validate(problems, binding);
    const role = objectIn(binding, "roleRef") ?? {};
    const before = objectIn(old, "roleRef") ?? {};
    if (["apiGroup", "kind", "name"].some((key) => textOf(role[key]) !== textOf(before[key]))) {
      problems.invalid("roleRef", role, "cannot change roleRef");
    }
  };
}

function validateBinding(
  problems: Problems,
  binding: JsonObject,
  kinds: readonly string[],
  isNamespaced: boolean,
): void {
  const role = objectIn(binding, "roleRef") ?? {};
  if (textOf(role.apiGroup) !== group) {
    problems.notSupported("roleRef.apiGroup", textOf(role.apiGroup), [group]);
  }
  if (!kinds.includes(textOf(role.kind))) {
    problems.notSupported("roleRef.kind", textOf(role.kind), kinds);
  }
  const name = textOf(role.name);
  if (name === "") {
    problems.required("roleRef.name");
  } else {
    problems.invalidAll("roleRef.name", name, pathSegmentProblems(name));
  }
  for (const [index, subject] of objectsIn(binding, "subjects").entries()) {
    validateSubject(problems, `subjects[${index}]`, subject, isNamespaced);
  }
}

function validateSubject(problems: Problems, path: string, subject: JsonObject, isNamespaced: boolean): void {
  const [kind, name, apiGroup] = [textOf(subject.kind), textOf(subject.name), textOf(subject.apiGroup)];
  if (name === "") {
    problems.required(`${path}.name`);
  }
  if (kind === "ServiceAccount") {
    problems.invalidAll(`${path}.name`, name, name === "" ? [] : dnsSubdomainProblems(name));
    if (apiGroup !== "") {
      problems.notSupported(`${path}.apiGroup`, apiGroup, [""]);
    }
    if (!isNamespaced && textOf(subject.namespace) === "") {
      problems.required(`${path}.namespace`);
    }
  } else if (kind === "User" || kind === "Group") {
    if (apiGroup !== group) {
      problems.notSupported(`${path}.apiGroup`, apiGroup, [group]);
    }
  } else {
    problems.notSupported(`${path}.kind`, kind, ["ServiceAccount", "User", "Group"]);
  }
}
