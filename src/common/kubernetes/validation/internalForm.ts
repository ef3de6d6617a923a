import { canonicalStruct } from "../decoding/canonicalForm.ts";
import { isObject } from "../jsonValues.ts";
import type { Json, JsonObject } from "../objects.ts";
import { apiTypes } from "../schema/index.ts";
import { loadInternalTypes } from "../schema/loadData.ts";
import type { FieldStructure } from "../schema/structure.ts";

/*
 * Messages that show a whole value print the API server's inside types: every field with its Go name,
 * those that are not set too. This file makes that form from the outside one.
 */

/** Fields that the inside PodSpec keeps in its SecurityContext. */
const hostFields = ["hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers"];

/** Fields whose inside name is not the outside one with a capital. */
const renamed: Readonly<Record<string, string>> = {
  DeprecatedServiceAccount: "serviceAccount",
};

/** The inside form of `value` as a type such as "core.PodSpec" or "apps.StatefulSetUpdateStrategy". */
export function internalForm(type: string, value: Json | undefined): Json {
  if (type.startsWith("*")) {
    return value === undefined || value === null ? null : internalForm(type.slice(1), value);
  }
  if (type.startsWith("[]")) {
    return Array.isArray(value) ? value.map((item) => internalForm(type.slice(2), item)) : null;
  }
  const mapped = /^map\[[^\]]*\](.*)$/.exec(type)?.[1];
  if (mapped !== undefined) {
    return internalMap(mapped, value);
  }
  const { structs, named } = loadInternalTypes();
  const struct = structs[type];
  if (struct) {
    return internalStruct(type, struct.fields, isObject(value) ? value : {});
  }
  const alias = named[type];
  return alias === undefined ? internalLeaf(type, value) : internalForm(alias, value);
}

function internalMap(valueType: string, value: Json | undefined): Json {
  if (!isObject(value)) {
    return null;
  }
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, internalForm(valueType, value[key])]));
}

function internalStruct(type: string, fields: readonly FieldStructure[], value: JsonObject): JsonObject {
  const result: JsonObject = {};
  for (const field of fields) {
    const source = type === "core.PodSpec" && field.go === "SecurityContext" ? withHostFields(value) : value;
    if (isEmbedded(field)) {
      Object.assign(result, internalForm(field.type, source));
    } else {
      result[field.json || field.go] = internalForm(field.type, outsideValue(source, field.go));
    }
  }
  return result;
}

function isEmbedded(field: FieldStructure): boolean {
  return field.go === "" && field.json === "";
}

function withHostFields(spec: JsonObject): JsonObject {
  const moved = hostFields.filter((key) => spec[key] !== undefined).map((key) => [key, spec[key]]);
  const context = isObject(spec.securityContext) ? spec.securityContext : {};
  return { ...spec, securityContext: { ...context, ...Object.fromEntries(moved) } };
}

/** The outside value of an inside field: the same name, but for its case. */
function outsideValue(value: JsonObject, goName: string): Json | undefined {
  const wanted = (renamed[goName] ?? goName).toLowerCase();
  const key = Object.keys(value).find((name) => name.toLowerCase() === wanted);
  return key === undefined ? undefined : value[key];
}

function internalLeaf(type: string, value: Json | undefined): Json {
  const shared = apiTypes().named(type);
  if (shared.kind === "struct") {
    return canonicalStruct(shared, isObject(value) ? value : {});
  }
  if (value !== undefined && value !== null) {
    return value;
  }
  if (shared.kind === "scalar") {
    const zeros = { string: "", integer: 0, number: 0, boolean: false, bytes: null };
    return zeros[shared.scalar];
  }
  if (shared.kind === "special" && shared.special === "quantity") {
    return "0";
  }
  return shared.kind === "special" && shared.special === "intOrString" ? 0 : null;
}
