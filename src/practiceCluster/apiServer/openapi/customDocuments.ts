import type { Json, JsonObject } from "../../../common/kubernetes/objects.ts";
import { loadOpenApi } from "../../../common/kubernetes/schema/loadData.ts";
import type { ResourceDefinition } from "../resources/definition.ts";

const objectMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
const listMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta";

/** The OpenAPI v3 document of a group version that custom resources make up. */
export function customDocument(definitions: readonly ResourceDefinition[]): JsonObject {
  const paths: JsonObject = {};
  const own: Record<string, JsonObject> = {};
  for (const definition of definitions) {
    const name = modelName(definition);
    own[name] = objectModel(definition);
    own[`${name}List`] = listModel(definition, name);
    Object.assign(paths, pathsOf(definition, name));
  }
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes CRD Swagger", version: "v0.1.0" },
    paths,
    components: { schemas: { ...own, ...referenced([...Object.values(own), paths]) } },
  };
}

/** "com.example.stable.v1.CronTab" for CronTab in stable.example.com/v1. */
function modelName({ resource }: ResourceDefinition): string {
  const reversed = resource.group.split(".").reverse().join(".");
  return `${reversed}.${resource.version}.${resource.kind}`;
}

function kindOf({ resource: { group, version } }: ResourceDefinition, kind: string): Json {
  return [{ group, kind, version }];
}

function objectModel(definition: ResourceDefinition): JsonObject {
  const schema = (definition.custom?.schema ?? {}) as JsonObject;
  const properties = (schema.properties ?? {}) as JsonObject;
  return {
    ...schema,
    properties: {
      ...properties,
      ...typeProperties(),
      metadata: {
        description:
          "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
        allOf: [{ $ref: `#/components/schemas/${objectMeta}` }],
      },
    },
    "x-kubernetes-group-version-kind": kindOf(definition, definition.resource.kind),
  };
}

function listModel(definition: ResourceDefinition, name: string): JsonObject {
  const { kind } = definition.resource;
  return {
    description: `${kind}List is a list of ${kind}`,
    type: "object",
    required: ["items"],
    properties: {
      ...typeProperties(),
      items: { type: "array", items: { allOf: [{ $ref: `#/components/schemas/${name}` }] } },
      metadata: { allOf: [{ $ref: `#/components/schemas/${listMeta}` }] },
    },
    "x-kubernetes-group-version-kind": kindOf(definition, `${kind}List`),
  };
}

/** apiVersion and kind, as every object describes them. */
function typeProperties(): JsonObject {
  const { apiVersion = {}, kind = {} } = (loadOpenApi().components["io.k8s.api.core.v1.Pod"]?.properties ??
    {}) as JsonObject;
  return { apiVersion, kind };
}

/** A built-in resource of the same scope, whose paths are told again by other names. */
const patterns = {
  namespaced: { document: "apis/apps/v1", plural: "statefulsets", model: "io.k8s.api.apps.v1.StatefulSet" },
  cluster: {
    document: "apis/storage.k8s.io/v1",
    plural: "storageclasses",
    model: "io.k8s.api.storage.v1.StorageClass",
  },
} as const;

function pathsOf(definition: ResourceDefinition, name: string): JsonObject {
  const { group, version, resource: plural, kind, namespaced } = definition.resource;
  const pattern = namespaced ? patterns.namespaced : patterns.cluster;
  const { paths = {} } = loadOpenApi().documents[pattern.document] ?? {};
  const subresources = new Set((definition.subresources ?? []).map((each) => each.name));
  const renamed: JsonObject = {};
  for (const [path, item] of Object.entries(paths)) {
    const [, subresource] = new RegExp(`/${pattern.plural}(?:/\\{name\\}(?:/(.+))?)?$`).exec(path) ?? [];
    const isOwn = path.endsWith(`/${pattern.plural}`) || path.includes(`/${pattern.plural}/{name}`);
    if (isOwn && (subresource === undefined || subresources.has(subresource))) {
      const to = path.replace(pattern.document, `apis/${group}/${version}`).replace(pattern.plural, plural);
      renamed[to] = retold(item, pattern.model, name, { group, version, kind });
    }
  }
  return renamed;
}

function retold(
  value: Json,
  model: string,
  name: string,
  gvk: { readonly group: string; readonly version: string; readonly kind: string },
): Json {
  const kindBefore = model.slice(model.lastIndexOf(".") + 1);
  const replace = (inner: Json): Json => {
    if (typeof inner === "string") {
      return inner.replaceAll(model, name).replaceAll(kindBefore, gvk.kind);
    }
    if (Array.isArray(inner)) {
      return inner.map(replace);
    }
    if (typeof inner !== "object" || inner === null) {
      return inner;
    }
    if (inner.kind === kindBefore && inner.group !== undefined) {
      return { ...gvk };
    }
    const entries = Object.entries(inner).filter(
      ([key]) => !key.includes("protobuf") && key !== "application/strategic-merge-patch+json",
    );
    return Object.fromEntries(entries.map(([key, child]) => [key, replace(child)]));
  };
  return replace(value);
}

/** The published models that others refer to, and those that they refer to. */
function referenced(roots: readonly Json[]): Record<string, JsonObject> {
  const { components } = loadOpenApi();
  const found: Record<string, JsonObject> = {};
  const visit = (value: Json) => {
    for (const [, name = ""] of JSON.stringify(value).matchAll(/#\/components\/schemas\/([^"]+)/g)) {
      const model = components[name];
      if (model && !found[name]) {
        found[name] = model;
        visit(model);
      }
    }
  };
  roots.forEach(visit);
  return found;
}
