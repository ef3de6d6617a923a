import { join } from "node:path";
import type { Json, JsonObject } from "../../common/kubernetes/objects.ts";
import type { FieldStructure, SchemaStructure } from "../../common/kubernetes/schema/structure.ts";
import type { GoEmbedded, GoField, GoPackage } from "./goStructs.ts";
import { readGoPackage, shortPackage } from "./goStructs.ts";

export type ModuleFolder = (goPackage: string) => string;
export type Components = Readonly<Record<string, JsonObject>>;

/** The OpenAPI name of a Go type: k8s.io/api/apps/v1 + X → io.k8s.api.apps.v1.X. */
function modelName(goPackage: string, type: string): string {
  const [host = "", ...path] = goPackage.split("/");
  return [...host.split(".").reverse(), ...path, type].join(".");
}

function stringOf(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function listed(value: Json | undefined): string[] | undefined {
  return Array.isArray(value) ? value.map(String) : undefined;
}

/** What the published schema says about merging a field. */
function mergeRules(property: JsonObject): Partial<FieldStructure> {
  const rules = {
    patchStrategy: stringOf(property["x-kubernetes-patch-strategy"]),
    patchMergeKey: stringOf(property["x-kubernetes-patch-merge-key"]),
    listType: stringOf(property["x-kubernetes-list-type"]),
    listMapKeys: listed(property["x-kubernetes-list-map-keys"]),
    mapType: stringOf(property["x-kubernetes-map-type"]),
    default: typeof property.default === "object" ? undefined : property.default,
  };
  return Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== undefined && value !== ""));
}

function fieldStructure(field: GoField | GoEmbedded, model: JsonObject | undefined): FieldStructure {
  if ("embedded" in field) {
    return { go: "", json: "", type: field.embedded, ...(field.proto > 0 ? { proto: field.proto } : {}) };
  }
  const properties = (model?.properties ?? {}) as Record<string, JsonObject>;
  return {
    go: field.name,
    json: field.json,
    type: field.type,
    ...(field.omit ? { omit: field.omit } : {}),
    ...(field.proto > 0 ? { proto: field.proto } : {}),
    ...mergeRules(properties[field.json] ?? {}),
  };
}

/** Joins the Go declarations (order of fields, Go names and types) with the published merge rules. */
export function buildStructure(
  goPackages: readonly string[],
  folderOf: ModuleFolder,
  components: Components,
): SchemaStructure {
  const structs: SchemaStructure["structs"] = {};
  const named: SchemaStructure["named"] = {};
  const models: SchemaStructure["models"] = {};
  for (const goPackage of goPackages) {
    const short = shortPackage(goPackage);
    const declared: GoPackage = readGoPackage(join(folderOf(goPackage)), short);
    for (const [name, fields] of declared.structs) {
      const model = modelName(goPackage, name);
      const component = components[model];
      models[model] = `${short}.${name}`;
      structs[`${short}.${name}`] = {
        fields: fields.map((field) => fieldStructure(field, component)),
        ...(component?.["x-kubernetes-map-type"] === "atomic" ? { atomic: true } : {}),
      };
    }
    for (const [name, type] of declared.named) {
      named[`${short}.${name}`] = type;
    }
  }
  return { structs, named, models, kinds: kindsOf(components, models) };
}

function kindsOf(components: Components, models: SchemaStructure["models"]): SchemaStructure["kinds"] {
  const kinds: SchemaStructure["kinds"] = {};
  for (const [model, component] of Object.entries(components)) {
    const names = (component["x-kubernetes-group-version-kind"] ?? []) as JsonObject[];
    const goType = models[model];
    for (const { group, version, kind } of names) {
      if (goType && (names.length === 1 || group === "")) {
        kinds[`${group}/${version}/${kind}`] = goType;
      }
    }
  }
  return kinds;
}
