import { isObject } from "../../../common/kubernetes/jsonValues.ts";
import type { Json, JsonObject } from "../../../common/kubernetes/objects.ts";
import type { ApiType, StructType } from "../../../common/kubernetes/schema/types.ts";
import { ApiError } from "../../api/apiError.ts";
import type { Resource } from "../../api/resource.ts";
import { apiVersionOf } from "../../api/resource.ts";
import { mergeTypeOf } from "./mergeTypes.ts";
import { itemElement, pathText } from "./pathElement.ts";

/**
 * Refuses an applied configuration that does not fit the schema, with the words of
 * structured-merge-diff: unknown fields and values of a wrong type.
 */
export function requireTyped(resource: Resource, type: StructType, applied: JsonObject): void {
  const problems: string[] = [];
  checkStruct(problems, type, [], applied);
  if (problems.length === 0) {
    return;
  }
  const { namespace, name } = isObject(applied.metadata) ? applied.metadata : {};
  const object = `${namespace ?? ""}/${name ?? ""}; ${apiVersionOf(resource)}, Kind=${resource.kind}`;
  const text =
    problems.length === 1 ? problems[0] : `errors:\n${problems.map((line) => `  ${line}`).join("\n")}`;
  throw new ApiError(500, "", `failed to create typed patch object (${object}): ${text}`);
}

function check(problems: string[], type: ApiType, path: readonly string[], value: Json): void {
  if (value === null) {
    return;
  }
  if (type.kind === "struct") {
    checkStruct(problems, type, path, value);
  } else if (type.kind === "map") {
    checkMap(problems, type.value, path, value);
  } else if (type.kind === "list") {
    checkList(problems, type.element, path, value);
  } else if (type.kind === "scalar") {
    checkScalar(problems, type.scalar, path, value);
  }
}

function expected(problems: string[], path: readonly string[], wanted: string, value: Json): false {
  problems.push(`${pathText(path)}: expected ${wanted}, got ${valueText(value)}`);
  return false;
}

function valueText(value: Json): string {
  return typeof value === "object"
    ? `&{${JSON.stringify(value)}}`
    : `&value.valueUnstructured{Value:${JSON.stringify(value)}}`;
}

function checkStruct(problems: string[], type: StructType, path: readonly string[], value: Json): void {
  if (!isObject(value)) {
    expected(problems, path, "map", value);
    return;
  }
  for (const [key, child] of Object.entries(value)) {
    const childPath = [...path, `f:${key}`];
    const field = type.fields.get(key);
    if (!field) {
      problems.push(`${pathText(childPath)}: field not declared in schema`);
    } else if (field.apiType.kind === "list" && field.listType === "map" && Array.isArray(child)) {
      checkKeyedList(problems, type, key, childPath, child);
    } else {
      check(problems, field.apiType, childPath, child);
    }
  }
}

function checkKeyedList(
  problems: string[],
  type: StructType,
  key: string,
  path: readonly string[],
  list: readonly Json[],
): void {
  const merge = mergeTypeOf(type);
  const listType = merge.kind === "map" ? merge.typeOf(key) : undefined;
  const apiType = type.fields.get(key)?.apiType;
  if (listType?.kind !== "list" || apiType?.kind !== "list") {
    return;
  }
  const seen = new Set<string>();
  for (const item of list) {
    const element = itemElement(listType, item);
    if (seen.has(element)) {
      problems.push(`${pathText(path)}: duplicate entries for key ${pathText([element])}`);
    }
    seen.add(element);
    check(problems, apiType.element, [...path, element], item);
  }
}

function checkMap(problems: string[], valueType: ApiType, path: readonly string[], value: Json): void {
  if (!isObject(value)) {
    expected(problems, path, "map", value);
    return;
  }
  for (const [key, child] of Object.entries(value)) {
    check(problems, valueType, [...path, `f:${key}`], child);
  }
}

function checkList(problems: string[], element: ApiType, path: readonly string[], value: Json): void {
  if (!Array.isArray(value)) {
    expected(problems, path, "list", value);
    return;
  }
  for (const item of value) {
    check(problems, element, path, item);
  }
}

function checkScalar(problems: string[], scalar: string, path: readonly string[], value: Json): void {
  const wanted =
    { string: "string", bytes: "string", boolean: "boolean" }[scalar] ?? "numeric (int or float)";
  const found = typeof value === "number" ? "numeric (int or float)" : typeof value;
  if (found !== wanted) {
    expected(problems, path, wanted, value);
  }
}
