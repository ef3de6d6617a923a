import type * as v from "valibot";
import type { JsonObject } from "../common/kubernetes/objects.ts";
import { stepSchema } from "../lessons/schema.ts";

/** The JSON Schema of step.yaml for editors, made from the schema that parses it, so that they cannot differ. */
export function stepJsonSchema(): JsonObject {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "A step of a StatefulSet Dojo course",
    ...convert(stepSchema),
  };
}

type AnySchema = v.GenericSchema & Readonly<Record<string, unknown>>;

function convert(schema: v.GenericSchema): JsonObject {
  const parts: AnySchema = { ...schema };
  if (Array.isArray(parts.pipe)) {
    const [first, ...actions]: readonly (v.GenericSchema & Readonly<Record<string, unknown>>)[] = parts.pipe;
    return Object.assign(
      {},
      ...(first ? [convert(first)] : []),
      ...actions.map((action) => constraint(action)),
    );
  }
  switch (schema.type) {
    case "strict_object":
      return convertObject(entriesOf(parts));
    case "array":
      return { type: "array", items: convert(asSchema(parts.item)) };
    case "record":
      return { type: "object", additionalProperties: convert(asSchema(parts.value)) };
    case "union":
    case "variant":
      return { anyOf: schemasOf(parts.options).map(convert) };
    case "optional":
      return convert(asSchema(parts.wrapped));
    case "picklist":
      return { enum: Array.isArray(parts.options) ? [...parts.options] : [] };
    case "literal":
      return { const: String(parts.literal) };
    case "string":
    case "number":
    case "boolean":
      return { type: schema.type };
    default:
      throw new Error(`no JSON Schema is known for valibot's ${schema.type}`);
  }
}

function convertObject(entries: readonly (readonly [string, v.GenericSchema])[]): JsonObject {
  return {
    type: "object",
    properties: Object.fromEntries(entries.map(([key, entry]) => [key, convert(entry)])),
    required: entries.filter(([, entry]) => entry.type !== "optional").map(([key]) => key),
    additionalProperties: false,
  };
}

function constraint(action: Readonly<Record<string, unknown>>): JsonObject {
  const { type, requirement } = action;
  if (type === "regex" && requirement instanceof RegExp) {
    return { pattern: requirement.source };
  }
  if (type === "min_length" && typeof requirement === "number" && requirement > 1) {
    return { minItems: requirement };
  }
  return type === "min_value" && typeof requirement === "number" ? { minimum: requirement } : {};
}

function entriesOf(schema: AnySchema): readonly (readonly [string, v.GenericSchema])[] {
  const { entries } = schema;
  return typeof entries === "object" && entries !== null
    ? Object.entries(entries).map(([key, entry]) => [key, asSchema(entry)] as const)
    : [];
}

function schemasOf(value: unknown): readonly v.GenericSchema[] {
  return Array.isArray(value) ? value.map(asSchema) : [];
}

function asSchema(value: unknown): v.GenericSchema {
  if (!isSchema(value)) {
    throw new Error("not a schema");
  }
  return value;
}

function isSchema(value: unknown): value is v.GenericSchema {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "schema";
}
