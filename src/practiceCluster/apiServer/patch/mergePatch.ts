import { isObject } from "../../../common/kubernetes/jsonValues.ts";
import type { Json, JsonObject } from "../../../common/kubernetes/objects.ts";

/** Applies a JSON merge patch (RFC 7386) and returns the result; neither argument is changed. */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) {
    return structuredClone(patch);
  }
  const result = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) {
      delete result[key];
    } else {
      result[key] = mergePatch(result[key], value);
    }
  }
  return sortedByKey(result);
}

/** Objects that were merged come out with sorted keys, as the server's library writes them. */
function sortedByKey(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}
