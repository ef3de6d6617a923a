import type { Json, JsonObject } from "../../../../common/kubernetes/objects.ts";
import { isObject, type StructuralSchema, valueSchema } from "./structuralSchema.ts";

const objectFields = ["apiVersion", "kind", "metadata"];

/**
 * Removes from an object in place what its schema does not name, and returns the paths of what was removed
 * (apiextensions' pruning). What stands below x-kubernetes-preserve-unknown-fields stays.
 */
export function prune(schema: StructuralSchema, object: JsonObject): string[] {
  const removed: string[] = [];
  pruneObject(removed, schema, object, "", true);
  return removed;
}

function pruneValue(removed: string[], schema: StructuralSchema, value: Json, path: string): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      pruneValue(removed, schema.items ?? {}, item, `${path}[${index}]`);
    }
  } else if (isObject(value)) {
    pruneObject(removed, schema, value, path, schema["x-kubernetes-embedded-resource"] === true);
  }
}

function pruneObject(
  removed: string[],
  schema: StructuralSchema,
  object: JsonObject,
  path: string,
  isResource: boolean,
): void {
  const keepsUnknown = schema["x-kubernetes-preserve-unknown-fields"] === true;
  for (const [key, value] of Object.entries(object)) {
    if (isResource && objectFields.includes(key)) {
      continue;
    }
    const at = path === "" ? key : `${path}.${key}`;
    const known = schema.properties?.[key] ?? valueSchema(schema);
    if (known) {
      pruneValue(removed, known, value, at);
    } else if (!keepsUnknown && schema.additionalProperties !== true) {
      delete object[key];
      removed.push(at);
    }
  }
}
