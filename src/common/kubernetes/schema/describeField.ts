import type { Json, JsonObject } from "../objects.ts";
import { loadOpenApi } from "./loadData.ts";

/** What the published OpenAPI schema says of one field. */
export interface FieldDescription {
  /** `integer`, `[]Container`, `map[string]string`, `PodSpec`. */
  readonly type: string;
  /** The API's own words (English). */
  readonly description: string;
  readonly default: Json | undefined;
  /** The values that are allowed, where the schema lists them. */
  readonly values: readonly string[];
  readonly isRequired: boolean;
  /** Names of the fields below it, with their first sentences; empty for a leaf. */
  readonly children: readonly FieldSummary[];
}

export interface FieldSummary {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly isRequired: boolean;
}

let kinds: Map<string, JsonObject> | undefined;

/** Describes the field at `path` (names only; indexes are left out) of a kind. Undefined where the schema has none. */
export function describeField(
  apiVersion: string,
  kind: string,
  path: readonly string[],
): FieldDescription | undefined {
  const root = componentOfKind(apiVersion, kind);
  let schema: JsonObject | undefined = root;
  let field: JsonObject = root ?? {};
  let isRequired = false;
  for (const name of path) {
    const parent: JsonObject | undefined = schema && itemOf(schema);
    const next: JsonObject | undefined =
      parent && (propertiesOf(parent)[name] ?? asObject(parent.additionalProperties));
    if (!parent || !next) {
      return undefined;
    }
    isRequired = requiredOf(parent).includes(name);
    field = next;
    schema = resolve(next);
  }
  return schema ? describe(field, schema, isRequired) : undefined;
}

function describe(field: JsonObject, schema: JsonObject, isRequired: boolean): FieldDescription {
  const element = elementOf(schema);
  const required = requiredOf(element);
  const values = Array.isArray(field.enum) ? field.enum : Array.isArray(schema.enum) ? schema.enum : [];
  return {
    type: typeName(field),
    description: String(field.description ?? schema.description ?? ""),
    default: field.default,
    values: values.map(String),
    isRequired,
    children: Object.entries(propertiesOf(element)).map(([name, child]) => ({
      name,
      type: typeName(child),
      description: String(child.description ?? ""),
      isRequired: required.includes(name),
    })),
  };
}

function componentOfKind(apiVersion: string, kind: string): JsonObject | undefined {
  kinds ??= indexOfKinds();
  return kinds.get(`${apiVersion}/${kind}`);
}

function indexOfKinds(): Map<string, JsonObject> {
  const index = new Map<string, JsonObject>();
  for (const component of Object.values(loadOpenApi().components)) {
    const named = component["x-kubernetes-group-version-kind"];
    for (const each of Array.isArray(named) ? named : []) {
      const { group, version, kind } = asObject(each) ?? {};
      index.set(`${group ? `${group}/` : ""}${version}/${kind}`, component);
    }
  }
  return index;
}

/** The schema behind a reference; itself where it is none. */
function resolve(schema: JsonObject): JsonObject {
  const reference = schema.$ref ?? asObject(Array.isArray(schema.allOf) ? schema.allOf[0] : undefined)?.$ref;
  if (typeof reference !== "string") {
    return schema;
  }
  return loadOpenApi().components[reference.slice(reference.lastIndexOf("/") + 1)] ?? schema;
}

/** Of a list its items' schema, else the schema. */
function itemOf(schema: JsonObject): JsonObject {
  const items = asObject(schema.items);
  return items ? resolve(items) : schema;
}

/** Of a list its items' schema, of a map its values', else the schema. */
function elementOf(schema: JsonObject): JsonObject {
  const items = asObject(schema.items);
  if (items) {
    return resolve(items);
  }
  const values = asObject(schema.additionalProperties);
  return values && !schema.properties ? resolve(values) : schema;
}

function typeName(schema: JsonObject): string {
  const reference = schema.$ref ?? asObject(Array.isArray(schema.allOf) ? schema.allOf[0] : undefined)?.$ref;
  if (typeof reference === "string") {
    const name = reference.slice(reference.lastIndexOf(".") + 1);
    return name;
  }
  const items = asObject(schema.items);
  if (items) {
    return `[]${typeName(items)}`;
  }
  const values = asObject(schema.additionalProperties);
  return values ? `map[string]${typeName(values)}` : String(schema.type ?? "object");
}

function propertiesOf(schema: JsonObject): Readonly<Record<string, JsonObject>> {
  return (asObject(schema.properties) ?? {}) as Record<string, JsonObject>;
}

function requiredOf(schema: JsonObject): readonly string[] {
  return Array.isArray(schema.required) ? schema.required.map(String) : [];
}

function asObject(value: Json | undefined): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
}
