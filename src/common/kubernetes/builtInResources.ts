import type { Resource } from "./resource.ts";
import { loadStructure } from "./schema/loadData.ts";

/** Kinds that have no namespace. */
const clusterScoped = new Set([
  "Namespace",
  "Node",
  "PersistentVolume",
  "StorageClass",
  "PriorityClass",
  "ClusterRole",
  "ClusterRoleBinding",
  "CustomResourceDefinition",
  "APIService",
  "ValidatingWebhookConfiguration",
  "MutatingWebhookConfiguration",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "CSIDriver",
  "CSINode",
  "VolumeAttachment",
  "IngressClass",
  "RuntimeClass",
  "CertificateSigningRequest",
]);

/**
 * The resource of a built-in kind, by the API's convention of plural names; undefined for a kind that
 * Kubernetes does not have in that version.
 */
export function builtInResource(apiVersion: string, kind: string): Resource | undefined {
  const group = groupOf(apiVersion);
  const version = apiVersion.slice(apiVersion.indexOf("/") + 1);
  if (loadStructure().kinds[`${group}/${version}/${kind}`] === undefined) {
    return undefined;
  }
  return { group, version, kind, resource: pluralOf(kind), namespaced: !clusterScoped.has(kind) };
}

/** The apiVersions in which Kubernetes has `kind`; empty for a custom kind. */
export function apiVersionsOfKind(kind: string): readonly string[] {
  return Object.keys(loadStructure().kinds)
    .filter((key) => key.endsWith(`/${kind}`))
    .map((key) => key.slice(0, -kind.length - 1).replace(/^\//, ""));
}

/**
 * Whether `kind` in `apiVersion` may be read as the built-in kind of that name: its own group, a version of it that was
 * removed too, or none written yet. A custom resource may bear the same name (Knative's Service, Kruise's StatefulSet)
 * and mean something else.
 */
export function isBuiltInKind(apiVersion: string, kind: string): boolean {
  const group = groupOf(apiVersion);
  return apiVersion === "" || group === "extensions" || groupsOfKind(kind).has(group);
}

/** Asked for each object at each keystroke, so the answer is kept. */
const knownGroups = new Map<string, ReadonlySet<string>>();

function groupsOfKind(kind: string): ReadonlySet<string> {
  const known = knownGroups.get(kind);
  if (known) {
    return known;
  }
  const groups = new Set(apiVersionsOfKind(kind).map(groupOf));
  if (groups.size > 0) {
    knownGroups.set(kind, groups);
  }
  return groups;
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}

/** Whether Kubernetes itself owns the group of `apiVersion`: an unknown kind there is a mistake, elsewhere a custom resource. */
export function isBuiltInGroup(apiVersion: string): boolean {
  const group = groupOf(apiVersion);
  return Object.keys(loadStructure().kinds).some((key) => key.startsWith(`${group}/`));
}

/** All kinds that Kubernetes has. */
export function builtInKinds(): readonly string[] {
  return Object.keys(loadStructure().kinds).map((key) => key.slice(key.lastIndexOf("/") + 1));
}

function pluralOf(kind: string): string {
  const name = kind.toLowerCase();
  if (name === "endpoints") {
    return name;
  }
  if (/(s|x|ch|sh)$/.test(name)) {
    return `${name}es`;
  }
  return /[^aeiou]y$/.test(name) ? `${name.slice(0, -1)}ies` : `${name}s`;
}
