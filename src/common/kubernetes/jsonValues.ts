import { isDeepStrictEqual } from "node:util";
import type { Json, JsonObject } from "./objects.ts";

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether two JSON values are equal, whatever the order of their keys. */
export function jsonEqual(first: Json | undefined, second: Json | undefined): boolean {
  return isDeepStrictEqual(first, second);
}

/**
 * Whether two values say the same as JSON: the order of keys does not matter, and a key whose value is undefined is not
 * there. What both have in common as the same object is not looked into.
 */
export function sameAsJson(first: unknown, second: unknown): boolean {
  if (first === second) {
    return true;
  }
  if (typeof first !== "object" || typeof second !== "object" || first === null || second === null) {
    return false;
  }
  if (Array.isArray(first) || Array.isArray(second)) {
    return Array.isArray(first) && Array.isArray(second) && sameItems(first, second);
  }
  return sameFields(first as Fields, second as Fields);
}

type Fields = Readonly<Record<string, unknown>>;

function sameItems(first: readonly unknown[], second: readonly unknown[]): boolean {
  return first.length === second.length && first.every((item, index) => sameAsJson(item, second[index]));
}

function sameFields(first: Fields, second: Fields): boolean {
  return (
    Object.keys(first).every((key) => sameAsJson(first[key], second[key])) &&
    Object.keys(second).every((key) => second[key] === undefined || first[key] !== undefined)
  );
}
