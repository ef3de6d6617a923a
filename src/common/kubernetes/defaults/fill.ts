import type { Json, JsonObject } from "../objects.ts";

/** Sets what is absent; explicit zero values stay (fields that Go holds as pointers). */
export function fillAbsent(object: JsonObject, values: Readonly<Record<string, Json>>): void {
  for (const [key, value] of Object.entries(values)) {
    object[key] ??= value;
  }
}

/** Sets what is absent, empty or zero (fields that Go holds as plain values). */
export function fillEmpty(object: JsonObject, values: Readonly<Record<string, Json>>): void {
  for (const [key, value] of Object.entries(values)) {
    object[key] ||= value;
  }
}

/** The object at `key`, made where there is none. */
export function objectAt(object: JsonObject, key: string): JsonObject {
  object[key] ??= {};
  return object[key] as JsonObject;
}

/** The object at `key`; undefined where there is none. */
export function objectIn(object: JsonObject | undefined, key: string): JsonObject | undefined {
  const value = object?.[key];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
}

/** The objects of the list at `key`. */
export function objectsIn(object: JsonObject | undefined, key: string): JsonObject[] {
  const value = object?.[key];
  return Array.isArray(value) ? (value as JsonObject[]) : [];
}
