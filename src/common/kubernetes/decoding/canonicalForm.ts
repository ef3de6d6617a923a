import type { Json, JsonObject } from "../objects.ts";
import type { ApiField, ApiType, SpecialName, StructType } from "../schema/types.ts";

/**
 * The object as Go would write it: fields in the order of their declaration, zero values left out or
 * written as each field's JSON options say. So `resources: {}` and `status: {replicas: 0}` appear, and
 * `labels: {}` disappears, as on a real server. Shares unchanged leaves with `value`.
 */
export function canonicalStruct(type: StructType, value: JsonObject): JsonObject {
  const result: JsonObject = {};
  for (const [key, field] of type.fields) {
    const written = canonicalField(field, value[key]);
    if (written !== undefined) {
      result[key] = written;
    }
  }
  return result;
}

function canonicalField(field: ApiField, value: Json | undefined): Json | undefined {
  if (value === undefined || value === null) {
    return absentField(field);
  }
  const written = canonicalValue(field.apiType, value);
  if (field.pointer || field.omit === undefined) {
    return written;
  }
  return isLeftOut(field, written) ? undefined : written;
}

/** Zero as the options omitempty (structs never are) and omitzero understand it. */
function isLeftOut({ apiType, omit }: ApiField, value: Json): boolean {
  switch (apiType.kind) {
    case "struct":
      return omit === "zero" && Object.keys(value as JsonObject).length === 0;
    case "list":
    case "map":
      return Object.keys(value as JsonObject).length === 0;
    case "scalar":
      return value === "" || value === 0 || value === false;
    case "special":
      return false;
  }
}

/** What an absent field is written as: nothing, or Go's zero value. */
function absentField({ apiType, omit, pointer }: ApiField): Json | undefined {
  if (pointer || omit === "zero") {
    return omit ? undefined : null;
  }
  if (apiType.kind === "struct") {
    return canonicalStruct(apiType, {});
  }
  if (apiType.kind === "special") {
    return zeroSpecial(apiType.special, omit !== undefined);
  }
  return omit ? undefined : zeroValue(apiType);
}

function zeroValue(type: ApiType): Json {
  if (type.kind !== "scalar") {
    return null;
  }
  const zeros = { string: "", integer: 0, number: 0, boolean: false, bytes: null };
  return zeros[type.scalar];
}

/** Special types are structs in Go, so omitempty does not leave them out; raw JSON is a slice, so it does. */
function zeroSpecial(special: SpecialName, omitted: boolean): Json | undefined {
  const zeros = { quantity: "0", intOrString: 0, time: null, microTime: null, duration: "0s" };
  if (special === "any" || special === "boolOrSchema") {
    return omitted ? undefined : null;
  }
  return zeros[special];
}

function canonicalValue(type: ApiType, value: Json): Json {
  if (value === null || typeof value !== "object") {
    return value;
  }
  if (type.kind === "struct" && !Array.isArray(value)) {
    return canonicalStruct(type, value);
  }
  if (type.kind === "list" && Array.isArray(value) && isNested(type.element)) {
    return value.map((element) => canonicalValue(type.element, element));
  }
  if (type.kind === "map" && !Array.isArray(value)) {
    return canonicalMap(type.value, value);
  }
  return value;
}

function isNested(type: ApiType): boolean {
  return type.kind === "struct" || type.kind === "list" || type.kind === "map";
}

function canonicalMap(valueType: ApiType, value: JsonObject): JsonObject {
  const result: JsonObject = {};
  for (const key of Object.keys(value).sort()) {
    result[key] = canonicalValue(valueType, value[key] ?? null);
  }
  return result;
}
