import { objectIn } from "../defaults/fill.ts";
import type { Json, JsonObject } from "../objects.ts";
import type { Problems } from "./problems.ts";
import { textOf } from "./values.ts";

const types = ["array", "boolean", "integer", "number", "object", "string"];
const unsupported: Readonly<Record<string, string>> = {
  id: "id is not supported",
  additionalItems: "additionalItems is not supported",
  patternProperties: "patternProperties is not supported",
  definitions: "definitions is not supported",
  dependencies: "dependencies is not supported",
  $ref: "$ref is not supported",
};

type Level = "root" | "field" | "item";

/** What keeps a schema from being structural (apiextensions' ValidateStructural and its schema's own rules). */
export function validateCustomSchema(
  problems: Problems,
  path: string,
  schema: JsonObject,
  level: Level = "root",
): void {
  validateType(problems, path, schema, level);
  for (const [field, message] of Object.entries(unsupported)) {
    if (schema[field] !== undefined) {
      problems.forbidden(`${path}.${field}`, message);
    }
  }
  if (textOf(schema.pattern) !== "") {
    validatePattern(problems, path, textOf(schema.pattern));
  }
  const isObjectSchema = schema.properties !== undefined && schema.additionalProperties !== undefined;
  if (isObjectSchema) {
    problems.forbidden(
      `${path}.additionalProperties`,
      "additionalProperties and properties are mutual exclusive",
    );
  }
  if (schema.type === "array" && schema.items === undefined) {
    problems.required(`${path}.items`, "must be specified");
  }
  validateChildren(problems, path, schema);
}

function validateType(problems: Problems, path: string, schema: JsonObject, level: Level): void {
  const type = textOf(schema.type);
  if (type === "") {
    const isFree =
      schema["x-kubernetes-int-or-string"] === true ||
      schema["x-kubernetes-preserve-unknown-fields"] === true;
    if (level === "root") {
      problems.required(`${path}.type`, "must not be empty at the root");
    } else if (!isFree) {
      const what = level === "item" ? "specified array items" : "specified object fields";
      problems.required(`${path}.type`, `must not be empty for ${what}`);
    }
  } else if (!types.includes(type)) {
    problems.notSupported(`${path}.type`, type, types);
  } else if (level === "root" && type !== "object") {
    problems.invalid(`${path}.type`, type, "must be object at the root");
  }
}

function validatePattern(problems: Problems, path: string, pattern: string): void {
  try {
    new RegExp(pattern, "u");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `must be a valid regular expression, but isn't: ${why}`;
    problems.invalid(`${path}.pattern`, pattern, message);
  }
}

function validateChildren(problems: Problems, path: string, schema: JsonObject): void {
  for (const [name, child] of Object.entries(objectIn(schema, "properties") ?? {})) {
    if (isSchema(child)) {
      validateCustomSchema(problems, `${path}.properties[${name}]`, child, "field");
    }
  }
  if (isSchema(schema.items)) {
    validateCustomSchema(problems, `${path}.items`, schema.items, "item");
  }
  if (isSchema(schema.additionalProperties)) {
    validateCustomSchema(problems, `${path}.additionalProperties`, schema.additionalProperties, "field");
  }
}

function isSchema(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
