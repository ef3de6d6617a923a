import type { Json } from "../../../../common/kubernetes/objects.ts";
import { isObject, type StructuralSchema, valueSchema } from "./structuralSchema.ts";

/** Sets in place what a value leaves out and its schema has a default for; null counts as left out unless it is allowed. */
export function fillSchemaDefaults(schema: StructuralSchema, value: Json): void {
  if (Array.isArray(value)) {
    for (const item of value) {
      fillSchemaDefaults(schema.items ?? {}, item);
    }
  } else if (isObject(value)) {
    for (const [key, property] of Object.entries(schema.properties ?? {})) {
      const isLeftOut = value[key] === undefined || (value[key] === null && !property.nullable);
      if (isLeftOut && property.default !== undefined) {
        value[key] = structuredClone(property.default);
      }
    }
    for (const [key, child] of Object.entries(value)) {
      const known = schema.properties?.[key] ?? valueSchema(schema);
      if (known) {
        fillSchemaDefaults(known, child);
      }
    }
  }
}
