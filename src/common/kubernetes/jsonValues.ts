import { isDeepStrictEqual } from "node:util";
import type { Json, JsonObject } from "./objects.ts";

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether two JSON values are equal, whatever the order of their keys. */
export function jsonEqual(first: Json | undefined, second: Json | undefined): boolean {
  return isDeepStrictEqual(first, second);
}
