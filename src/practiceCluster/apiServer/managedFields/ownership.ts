import type { JsonObject } from "../../../common/kubernetes/objects.ts";
import type { Comparison } from "./compare.ts";
import { compareObjects } from "./compare.ts";
import type { Conflict } from "./conflicts.ts";
import type { FieldSet } from "./fieldSet.ts";
import type { Manager, Managers } from "./managers.ts";
import { managerKey } from "./managers.ts";
import type { MergeType } from "./mergeTypes.ts";
import { withoutReset } from "./metadataFields.ts";

/** A write as managed fields see it. */
export interface OwnershipChange {
  readonly type: MergeType;
  readonly before: JsonObject;
  readonly after: JsonObject;
  readonly subresource: string;
}

/** What the write changed, without the fields that it cannot change. */
export function changedFields({ type, before, after, subresource }: OwnershipChange): Comparison {
  const { added, removed, modified } = compareObjects(type, before, after);
  return {
    added: withoutReset(added, subresource),
    removed: withoutReset(removed, subresource),
    modified: withoutReset(modified, subresource),
  };
}

/** The other managers whose fields the write changes. */
export function conflictsWith(
  managers: Managers,
  changed: Comparison,
  writer: string | undefined,
): Conflict[] {
  const wanted = changed.modified.union(changed.added);
  const conflicts: Conflict[] = [];
  for (const [key, manager] of managers) {
    const fields = manager.fields.intersection(wanted);
    if (key !== writer && !fields.isEmpty()) {
      conflicts.push({ manager, fields });
    }
  }
  return conflicts;
}

/** Takes changed and removed fields away from the other managers; who owns nothing any more disappears. */
export function takeFromOthers(managers: Managers, changed: Comparison, writer: string | undefined): void {
  const lost = changed.modified.union(changed.added).union(changed.removed);
  for (const [key, manager] of managers) {
    if (key === writer || manager.fields.intersection(lost).isEmpty()) {
      continue;
    }
    setFields(managers, manager, manager.fields.difference(lost));
  }
}

/** Sets what a manager owns; nothing removes it. */
export function setFields(managers: Managers, manager: Omit<Manager, "fields">, fields: FieldSet): void {
  if (fields.isEmpty()) {
    managers.delete(managerKey(manager));
  } else {
    managers.set(managerKey(manager), { ...manager, fields });
  }
}
