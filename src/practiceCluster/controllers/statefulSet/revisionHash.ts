import type { Json } from "../../../common/kubernetes/objects.ts";
import { goJson } from "../../../common/kubernetes/validation/problems.ts";
import { safeText } from "../kit/templateHash.ts";

/**
 * The hash of a revision's data in its name (HashControllerRevision of pkg/controller/history): FNV-1 of the bytes of
 * the patch as Go marshals a map, and of the collision count; the decimal digits in letters that form no words.
 */
export function revisionHash(data: Json, collisionCount: number): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(goMapJson(data) + String(collisionCount))) {
    hash = Math.imul(hash, 0x01000193) >>> 0;
    hash = (hash ^ byte) >>> 0;
  }
  return safeText(hash);
}

/** JSON with sorted keys, and with <, > and & escaped, as encoding/json writes maps. */
function goMapJson(data: Json): string {
  return goJson(data).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The same value with the keys of every object in order, as it is stored and sent. */
export function sorted(value: Json): Json {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key] ?? null)]),
  );
}
