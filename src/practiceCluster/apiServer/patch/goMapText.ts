import type { Json } from "../../../common/kubernetes/objects.ts";

/** A JSON value as Go's fmt prints its map form: map[a:1 b:[x y]], keys sorted. */
export function goMapText(value: Json): string {
  if (value === null) {
    return "<nil>";
  }
  if (Array.isArray(value)) {
    return `[${value.map(goMapText).join(" ")}]`;
  }
  if (typeof value === "object") {
    const entries = Object.keys(value).sort();
    return `map[${entries.map((key) => `${key}:${goMapText(value[key] ?? null)}`).join(" ")}]`;
  }
  return String(value);
}
