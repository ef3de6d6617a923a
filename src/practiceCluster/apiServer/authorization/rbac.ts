import type { IPolicyRule } from "kubernetes-models/rbac.authorization.k8s.io/v1/PolicyRule";
import type { IRoleBinding } from "kubernetes-models/rbac.authorization.k8s.io/v1/RoleBinding";
import type { ISubject } from "kubernetes-models/rbac.authorization.k8s.io/v1/Subject";
import type { KubernetesObject } from "../../../common/kubernetes/objects.ts";
import { clusterRoleBindings, clusterRoles, roleBindings, roles } from "../../api/resources.ts";
import type { User } from "../http/exchange.ts";
import type { Pipeline } from "../requests/pipeline.ts";
import { ruleAllows } from "./policyRules.ts";
import type { RequestAttributes } from "./requestAttributes.ts";

export interface Decision {
  readonly allowed: boolean;
  /** Which binding allowed it, or why the roles could not be told. */
  readonly reason: string;
}

/** A rule that applies to somebody, and by which binding. */
interface AppliedRule {
  readonly rule: IPolicyRule;
  readonly source: string;
}

/** Decides by the stored roles and bindings (plugin/pkg/auth/authorizer/rbac); system:masters may do everything. */
export function authorize(pipeline: Pipeline, user: User, attributes: RequestAttributes): Decision {
  if (user.groups.includes("system:masters")) {
    return { allowed: true, reason: "" };
  }
  const { rules, problems } = rulesFor(pipeline, user, attributes.namespace);
  const found = rules.find(({ rule }) => ruleAllows(rule, attributes));
  if (found) {
    return { allowed: true, reason: `RBAC: allowed by ${found.source}` };
  }
  const text = problems.length === 1 ? problems[0] : `[${problems.join(", ")}]`;
  return { allowed: false, reason: problems.length === 0 ? "" : `RBAC: ${text}` };
}

/** The rules that apply to somebody in a namespace ("": at the cluster scope), and what is wrong with bindings. */
export function rulesFor(
  pipeline: Pipeline,
  user: User,
  namespace: string,
): { readonly rules: readonly AppliedRule[]; readonly problems: readonly string[] } {
  const rules: AppliedRule[] = [];
  const problems: string[] = [];
  const visit = (bindings: readonly KubernetesObject[], home: string) => {
    for (const binding of bindings as IRoleBinding[]) {
      const subject = (binding.subjects ?? []).find((each) => appliesTo(each, user, home));
      if (!subject) {
        continue;
      }
      const found = rulesOfRole(pipeline, binding, home);
      if (!found) {
        problems.push(missingRole(binding));
        continue;
      }
      const source = describe(binding, subject, home);
      rules.push(...found.map((rule) => ({ rule, source })));
    }
  };
  visit(pipeline.list(clusterRoleBindings), "");
  if (namespace !== "") {
    visit(pipeline.list(roleBindings, { namespace }), namespace);
  }
  return { rules, problems };
}

function rulesOfRole(pipeline: Pipeline, { roleRef }: IRoleBinding, namespace: string) {
  const role =
    roleRef.kind === "Role"
      ? pipeline.find(roles, { namespace, name: roleRef.name })
      : pipeline.find(clusterRoles, { name: roleRef.name });
  return role && ((role as { rules?: IPolicyRule[] }).rules ?? []);
}

function missingRole({ roleRef }: IRoleBinding): string {
  const resource = roleRef.kind === "Role" ? "role" : "clusterrole";
  return `${resource}.rbac.authorization.k8s.io ${JSON.stringify(roleRef.name)} not found`;
}

function appliesTo(subject: ISubject, user: User, namespace: string): boolean {
  switch (subject.kind) {
    case "User":
      return subject.name === user.name;
    case "Group":
      return user.groups.includes(subject.name);
    case "ServiceAccount": {
      const home = subject.namespace || namespace;
      return home !== "" && user.name === `system:serviceaccount:${home}:${subject.name}`;
    }
    default:
      return false;
  }
}

function describe({ metadata, roleRef }: IRoleBinding, subject: ISubject, namespace: string): string {
  const name = metadata?.name ?? "";
  const binding = namespace === "" ? `ClusterRoleBinding "${name}"` : `RoleBinding "${name}/${namespace}"`;
  const whom =
    subject.kind === "ServiceAccount" ? `${subject.name}/${subject.namespace || namespace}` : subject.name;
  return `${binding} of ${roleRef.kind} "${roleRef.name}" to ${subject.kind} "${whom}"`;
}
