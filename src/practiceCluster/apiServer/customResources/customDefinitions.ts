import type { ICustomResourceDefinition } from "kubernetes-models/apiextensions.k8s.io/v1/CustomResourceDefinition";
import type { Json, JsonObject, KubernetesObject } from "../../../common/kubernetes/objects.ts";
import { apiVersionOf, type Resource } from "../../api/resource.ts";
import type { ResourceDefinition, ScaleAccess, Subresource } from "../resources/definition.ts";
import { scaleSubresource, statusSubresource } from "../resources/plain.ts";
import { type CustomVersion, customRules } from "./customRules.ts";
import { valuesAt } from "./jsonPath.ts";
import { printerColumns } from "./printerColumns.ts";
import { isObject } from "./schema/structuralSchema.ts";
import { compareVersions } from "./versionOrder.ts";

/**
 * How the server treats the resources that a CustomResourceDefinition adds: one definition for each served version, the
 * preferred one first. Versions that are not stored are views of the one that is.
 */
export function customDefinitions({ spec, status }: ICustomResourceDefinition): ResourceDefinition[] {
  const names = status?.acceptedNames ?? spec.names;
  const stored = spec.versions.find(({ storage }) => storage)?.name ?? "";
  const resourceOf = (version: string): Resource => ({
    group: spec.group,
    version,
    resource: names.plural,
    kind: names.kind,
    namespaced: spec.scope === "Namespaced",
  });
  const served = spec.versions.filter((version) => version.served);
  return [...served]
    .sort((a, b) => compareVersions(a.name, b.name))
    .map((version) => {
      const definition = versionDefinition(resourceOf(version.name), version, names);
      return version.name === stored
        ? definition
        : { ...definition, view: viewOf(resourceOf(stored), version) };
    });
}

type Names = ICustomResourceDefinition["spec"]["names"];

function versionDefinition(resource: Resource, version: CustomVersion, names: Names): ResourceDefinition {
  const { subresources } = version;
  const scale = subresources?.scale && scaleAccess(subresources.scale);
  const own: Subresource[] = [
    ...(subresources?.status ? [statusSubresource] : []),
    ...(scale ? [scaleSubresource] : []),
  ];
  return {
    resource,
    singularName: names.singular ?? names.kind.toLowerCase(),
    ...(names.shortNames?.length ? { shortNames: names.shortNames } : {}),
    ...(names.categories?.length ? { categories: names.categories } : {}),
    subresources: own,
    hasStatus: subresources?.status !== undefined,
    generationOf: subresources?.status ? withoutStatus : withoutMetadata,
    ...(scale ? { scale } : {}),
    columns: printerColumns(version.additionalPrinterColumns),
    custom: customRules(resource, version),
    selectableFields: (object) => selectableFields(version, object),
  };
}

function withoutMetadata(object: KubernetesObject): JsonObject {
  const { metadata: _metadata, ...rest } = object as JsonObject;
  return rest;
}

function withoutStatus(object: KubernetesObject): JsonObject {
  const { status: _status, ...rest } = withoutMetadata(object);
  return rest;
}

/** Without a webhook a version differs from another by its name alone. */
function viewOf(stored: Resource, { name }: CustomVersion) {
  const as = (object: KubernetesObject, apiVersion: string): KubernetesObject => ({ ...object, apiVersion });
  return {
    of: stored,
    fromStored: (object: KubernetesObject) => as(object, `${stored.group}/${name}`),
    toStored: (object: KubernetesObject) => as(object, apiVersionOf(stored)),
  };
}

function selectableFields({ selectableFields: own }: VersionWithFields, object: KubernetesObject) {
  const fields = (own ?? []).map(({ jsonPath }): [string, string] => {
    const [value] = valuesAt(jsonPath, object as JsonObject);
    return [jsonPath.replace(/^\./, ""), value === undefined ? "" : String(value)];
  });
  return Object.fromEntries(fields);
}

type VersionWithFields = CustomVersion & {
  readonly selectableFields?: readonly { readonly jsonPath: string }[];
};

interface ScalePaths {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath?: string;
}

function scaleAccess(paths: ScalePaths): ScaleAccess<KubernetesObject> {
  const numberAt = (path: string, object: KubernetesObject) => {
    const [value] = valuesAt(path, object as JsonObject);
    return typeof value === "number" ? value : 0;
  };
  return {
    replicas: (object) => numberAt(paths.specReplicasPath, object),
    statusReplicas: (object) => numberAt(paths.statusReplicasPath, object),
    selector: (object) => {
      const [value] = paths.labelSelectorPath ? valuesAt(paths.labelSelectorPath, object as JsonObject) : [];
      return typeof value === "string" ? value : "";
    },
    setReplicas: (object, replicas) => {
      const changed = structuredClone(object);
      setAt(changed as JsonObject, paths.specReplicasPath.split(".").slice(1), replicas);
      return changed;
    },
  };
}

function setAt(object: JsonObject, [key = "", ...rest]: readonly string[], value: Json): void {
  if (rest.length === 0) {
    object[key] = value;
    return;
  }
  const child = object[key];
  const inner: JsonObject = isObject(child) ? child : {};
  object[key] = inner;
  setAt(inner, rest, value);
}
