import type { IClusterRole } from "kubernetes-models/rbac.authorization.k8s.io/v1/ClusterRole";
import type { IClusterRoleBinding } from "kubernetes-models/rbac.authorization.k8s.io/v1/ClusterRoleBinding";
import type { IRole } from "kubernetes-models/rbac.authorization.k8s.io/v1/Role";
import type { IRoleBinding } from "kubernetes-models/rbac.authorization.k8s.io/v1/RoleBinding";
import { clusterRoleBindings, clusterRoles, roleBindings, roles } from "../../api/resources.ts";
import { ageColumn, createdAtColumn, nameColumn } from "./columns.ts";
import type { Column, ResourceDefinition } from "./definition.ts";
import { textColumn } from "./plain.ts";

/** rbac.authorization.k8s.io/v1 Role. */
export const roleDefinition: ResourceDefinition<IRole> = {
  resource: roles,
  singularName: "role",
  columns: [nameColumn, createdAtColumn],
};

/** rbac.authorization.k8s.io/v1 ClusterRole. */
export const clusterRoleDefinition: ResourceDefinition<IClusterRole> = {
  resource: clusterRoles,
  singularName: "clusterrole",
  columns: [nameColumn, createdAtColumn],
};

/** rbac.authorization.k8s.io/v1 RoleBinding. */
export const roleBindingDefinition: ResourceDefinition<IRoleBinding> = {
  resource: roleBindings,
  singularName: "rolebinding",
  columns: bindingColumns<IRoleBinding>("RoleBinding", "roleBinding"),
};

/** rbac.authorization.k8s.io/v1 ClusterRoleBinding. */
export const clusterRoleBindingDefinition: ResourceDefinition<IClusterRoleBinding> = {
  resource: clusterRoleBindings,
  singularName: "clusterrolebinding",
  columns: bindingColumns<IClusterRoleBinding>("ClusterRoleBinding", "clusterRoleBinding"),
};

type Binding = IRoleBinding | IClusterRoleBinding;

function bindingColumns<T extends Binding>(kind: string, name: string): Column<T>[] {
  return [
    nameColumn,
    textColumn<T>("Role", [kind, "roleRef"], ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`),
    ageColumn,
    textColumn<T>("Users", `Users in the ${name}`, subjectsOf("User"), 1),
    textColumn<T>("Groups", `Groups in the ${name}`, subjectsOf("Group"), 1),
    textColumn<T>("ServiceAccounts", `ServiceAccounts in the ${name}`, subjectsOf("ServiceAccount"), 1),
  ];
}

function subjectsOf(kind: string): (binding: Binding) => string {
  return ({ subjects = [] }) =>
    subjects
      .filter((subject) => subject.kind === kind)
      .map(({ name, namespace }) => (kind === "ServiceAccount" ? `${namespace ?? ""}/${name}` : name))
      .join(", ");
}
