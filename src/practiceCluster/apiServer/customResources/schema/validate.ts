import { jsonEqual } from "../../../../common/kubernetes/jsonValues.ts";
import type { Json, JsonObject } from "../../../../common/kubernetes/objects.ts";
import { type FieldProblem, Problems } from "../../../../common/kubernetes/validation/problems.ts";
import { hasFormat } from "./formats.ts";
import { isObject, type StructuralSchema, valueSchema } from "./structuralSchema.ts";

/** What is wrong with a value by its schema, in the words of kube-openapi's validation. */
export function schemaProblems(schema: StructuralSchema, value: Json, path = ""): readonly FieldProblem[] {
  const problems = new Problems();
  if (!isOfType(schema, value)) {
    const found = JSON.stringify(typeName(value));
    const problem = `${path} in body must be of type ${wantedType(schema)}: ${found}`;
    problems.invalid(path, typeof value === "object" ? typeName(value) : value, problem);
    return problems.found;
  }
  checkEnum(problems, schema, value, path);
  const own = value === null ? [] : checkByKind(problems, schema, value, path);
  return [...problems.found, ...own, ...combinationProblems(schema, value, path)];
}

function checkByKind(
  problems: Problems,
  schema: StructuralSchema,
  value: Json,
  path: string,
): FieldProblem[] {
  if (typeof value === "string") {
    checkText(problems, schema, value, path);
  } else if (typeof value === "number") {
    checkNumber(problems, schema, value, path);
  } else if (Array.isArray(value)) {
    checkList(problems, schema, value, path);
    return value.flatMap((item, index) => schemaProblems(schema.items ?? {}, item, `${path}[${index}]`));
  } else if (isObject(value)) {
    checkObject(problems, schema, value, path);
    return Object.entries(value).flatMap(([key, child]) => {
      const known = schema.properties?.[key] ?? valueSchema(schema);
      return known ? schemaProblems(known, child, path === "" ? key : `${path}.${key}`) : [];
    });
  }
  return [];
}

function isOfType(schema: StructuralSchema, value: Json): boolean {
  if (value === null) {
    return schema.nullable === true || (schema.type === undefined && !schema["x-kubernetes-int-or-string"]);
  }
  if (schema["x-kubernetes-int-or-string"]) {
    return typeof value === "string" || Number.isInteger(value);
  }
  const found = typeName(value);
  return (
    schema.type === undefined || schema.type === found || (schema.type === "number" && found === "integer")
  );
}

function wantedType(schema: StructuralSchema): string {
  return schema["x-kubernetes-int-or-string"] ? "integer,string" : (schema.type ?? "");
}

function typeName(value: Json): string {
  if (value === null) {
    return "null";
  }
  if (Array.isArray(value)) {
    return "array";
  }
  return typeof value === "number" ? (Number.isInteger(value) ? "integer" : "number") : typeof value;
}

function checkEnum(problems: Problems, schema: StructuralSchema, value: Json, path: string): void {
  const isMissing = schema.enum !== undefined && !schema.enum.some((allowed) => jsonEqual(allowed, value));
  if (isMissing && !(value === null && schema.nullable)) {
    const names = (schema.enum ?? []).map((each) => (typeof each === "string" ? each : JSON.stringify(each)));
    problems.notSupported(path, value, names);
  }
}

function checkText(problems: Problems, schema: StructuralSchema, value: string, path: string): void {
  const length = [...value].length;
  if (schema.maxLength !== undefined && length > schema.maxLength) {
    problems.tooLong(path, schema.maxLength);
  }
  if (schema.minLength !== undefined && length < schema.minLength) {
    problems.invalid(path, value, `${path} in body should be at least ${schema.minLength} chars long`);
  }
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, "u").test(value)) {
    problems.invalid(path, value, `${path} in body should match '${schema.pattern}'`);
  }
  if (schema.format !== undefined && !hasFormat(schema.format, value)) {
    const text = `${path} in body must be of type ${schema.format}: ${JSON.stringify(value)}`;
    problems.invalid(path, value, text);
  }
}

function checkNumber(problems: Problems, schema: StructuralSchema, value: number, path: string): void {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum)) {
    const rule = exclusiveMaximum ? "less than" : "less than or equal to";
    problems.invalid(path, value, `${path} in body should be ${rule} ${maximum}`);
  }
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum)) {
    const rule = exclusiveMinimum ? "greater than" : "greater than or equal to";
    problems.invalid(path, value, `${path} in body should be ${rule} ${minimum}`);
  }
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) {
    problems.invalid(path, value, `${path} in body should be a multiple of ${multipleOf}`);
  }
}

function checkList(problems: Problems, schema: StructuralSchema, list: readonly Json[], path: string): void {
  if (schema.maxItems !== undefined && list.length > schema.maxItems) {
    problems.tooMany(path, list.length, schema.maxItems);
  }
  if (schema.minItems !== undefined && list.length < schema.minItems) {
    problems.invalid(path, list.length, `${path} in body should have at least ${schema.minItems} items`);
  }
  checkUnique(problems, schema, list, path);
}

/** Items of sets, and the keys of items of keyed lists, are unique. */
function checkUnique(
  problems: Problems,
  schema: StructuralSchema,
  list: readonly Json[],
  path: string,
): void {
  const listType = schema["x-kubernetes-list-type"];
  if (listType !== "set" && listType !== "map") {
    return;
  }
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  const seen = new Set<string>();
  for (const [index, item] of list.entries()) {
    const key: Json =
      listType === "map" && isObject(item)
        ? Object.fromEntries(keys.map((name) => [name, item[name] ?? null]))
        : item;
    const text = JSON.stringify(key);
    if (seen.has(text)) {
      problems.duplicate(`${path}[${index}]`, key);
    }
    seen.add(text);
  }
}

function checkObject(problems: Problems, schema: StructuralSchema, object: JsonObject, path: string): void {
  const count = Object.keys(object).length;
  if (schema.maxProperties !== undefined && count > schema.maxProperties) {
    problems.tooMany(path, count, schema.maxProperties);
  }
  if (schema.minProperties !== undefined && count < schema.minProperties) {
    const text = `${path} in body should have at least ${schema.minProperties} properties`;
    problems.invalid(path, count, text);
  }
  for (const name of schema.required ?? []) {
    if (object[name] === undefined) {
      problems.required(path === "" ? name : `${path}.${name}`);
    }
  }
}

function combinationProblems(schema: StructuralSchema, value: Json, path: string): readonly FieldProblem[] {
  const problems = new Problems();
  const name = path === "" ? "<nil>" : path;
  const fits = (each: StructuralSchema) => schemaProblems(each, value, path).length === 0;
  const printed = typeof value === "object" && value !== null ? "" : value;
  if (schema.anyOf && !schema.anyOf.some(fits)) {
    problems.invalid(name, printed, `${JSON.stringify(path)} must validate at least one schema (anyOf)`);
  }
  const fitting = (schema.oneOf ?? []).filter(fits).length;
  if (schema.oneOf && fitting !== 1) {
    const found = fitting === 0 ? "Found none valid" : `Found ${fitting} valid alternatives`;
    const rule = "must validate one and only one schema (oneOf)";
    problems.invalid(name, printed, `${JSON.stringify(path)} ${rule}. ${found}`);
  }
  if (schema.not && fits(schema.not)) {
    problems.invalid(name, printed, `${JSON.stringify(path)} must not validate the schema (not)`);
  }
  return [...(schema.allOf ?? []).flatMap((each) => schemaProblems(each, value, path)), ...problems.found];
}
