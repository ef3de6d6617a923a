import { jsonEqual } from "../jsonValues.ts";
import type { JsonObject } from "../objects.ts";
import { internalForm } from "./internalForm.ts";
import { unifiedDiff } from "./unifiedDiff.ts";

/**
 * What differs between two specs, as the server prints it: a unified difference of their inside forms.
 * Undefined where they are equal.
 */
export function immutableSpecDiff(type: string, before: JsonObject, after: JsonObject): string | undefined {
  const old = internalForm(type, before);
  const changed = internalForm(type, after);
  return jsonEqual(old, changed)
    ? undefined
    : unifiedDiff(JSON.stringify(old, undefined, 1), JSON.stringify(changed, undefined, 1));
}
