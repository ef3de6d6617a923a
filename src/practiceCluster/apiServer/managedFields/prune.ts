import type { JsonObject } from "../../../common/kubernetes/objects.ts";
import { FieldSet } from "./fieldSet.ts";
import type { Managers } from "./managers.ts";
import type { MergeType } from "./mergeTypes.ts";
import { removeFields } from "./mergeValues.ts";
import { fieldSetOf, withNamedFields } from "./toFieldSet.ts";

/**
 * Removes what the manager applied last time and no longer does, but keeps what another manager (or the
 * new configuration) owns, and what merely hung below a removed field without belonging to it.
 */
export function pruneFields(
  type: MergeType,
  merged: JsonObject,
  managers: Managers,
  last: FieldSet | undefined,
): JsonObject {
  if (!last || last.isEmpty()) {
    return merged;
  }
  const named = (set: FieldSet) => withNamedFields(type, set);
  const mergedFields = named(fieldSetOf(type, merged));
  const lastFields = named(last);
  let owned = new FieldSet();
  for (const { fields } of managers.values()) {
    owned = owned.union(fields);
  }
  const withoutLast = removeFields(type, merged, lastFields);
  const kept = named(fieldSetOf(type, withoutLast)).union(named(owned));
  const pruned = removeFields(type, merged, mergedFields.difference(kept));
  const dangling = mergedFields.difference(named(fieldSetOf(type, pruned))).intersection(lastFields);
  return removeFields(type, merged, dangling);
}
