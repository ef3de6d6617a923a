import type { Json, JsonObject } from "../../../common/kubernetes/objects.ts";
import type { MergeList } from "./mergeTypes.ts";

export function fieldElement(name: string): string {
  return `f:${name}`;
}

/** The path element of a list's item: by its keys, or by its value in a set. */
export function itemElement(list: MergeList, item: Json): string {
  if (list.relation === "set" || typeof item !== "object" || item === null || Array.isArray(item)) {
    return `v:${JSON.stringify(item)}`;
  }
  const keys: JsonObject = {};
  for (const key of [...list.keys].sort()) {
    const value = item[key] ?? list.defaultOf(key);
    if (value !== undefined) {
      keys[key] = value;
    }
  }
  return `k:${JSON.stringify(keys)}`;
}

/** A path as conflicts print it: .spec.containers[name="main"].image */
export function pathText(path: readonly string[]): string {
  return path.map(elementText).join("");
}

function elementText(element: string): string {
  const value = element.slice(2);
  if (element.startsWith("f:")) {
    return `.${value}`;
  }
  if (element.startsWith("v:")) {
    return `[=${value}]`;
  }
  const keys = Object.entries(JSON.parse(value) as JsonObject);
  return `[${keys.map(([key, text]) => `${key}=${JSON.stringify(text)}`).join(",")}]`;
}
