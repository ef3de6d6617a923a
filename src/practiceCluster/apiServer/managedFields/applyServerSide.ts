import { typeOfResource } from "../../../common/kubernetes/decoding/canonicalize.ts";
import { applyDefaults } from "../../../common/kubernetes/defaults/index.ts";
import { isObject, jsonEqual } from "../../../common/kubernetes/jsonValues.ts";
import type { Json, JsonObject, KubernetesObject } from "../../../common/kubernetes/objects.ts";
import { ApiError } from "../../api/apiError.ts";
import type { Resource } from "../../api/resource.ts";
import { apiVersionOf } from "../../api/resource.ts";
import { decodeObject } from "../schema/decode.ts";
import { conflictError } from "./conflicts.ts";
import { fieldOwnersFromLastApplied, refreshLastApplied } from "./lastApplied.ts";
import type { Manager, Managers } from "./managers.ts";
import { managerKey, readManagers, writeManagers } from "./managers.ts";
import type { MergeType } from "./mergeTypes.ts";
import { mergeTypeOf } from "./mergeTypes.ts";
import { mergeObjects } from "./mergeValues.ts";
import { withoutReset, withoutUnowned } from "./metadataFields.ts";
import { changedFields, conflictsWith, setFields, takeFromOthers } from "./ownership.ts";
import { pruneFields } from "./prune.ts";
import { emptyObject, recordUpdate, timeText, withoutManagedFields } from "./recordUpdate.ts";
import { fieldSetOf } from "./toFieldSet.ts";
import { requireTyped } from "./typedConfiguration.ts";

export interface ServerSideApply {
  readonly resource: Resource;
  /** The stored object; undefined when the apply creates it. */
  readonly current: KubernetesObject | undefined;
  /** The applied configuration as it was sent: not decoded, so that it holds only what the manager set. */
  readonly applied: Json;
  readonly manager: string;
  readonly force: boolean;
  readonly subresource?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

interface Merge {
  readonly type: MergeType;
  readonly live: JsonObject;
  readonly applied: JsonObject;
  readonly writer: Omit<Manager, "fields">;
  readonly managers: Managers;
}

function requireConfiguration({ resource, applied }: ServerSideApply): JsonObject {
  if (!isObject(applied)) {
    throw new ApiError(400, "BadRequest", "error decoding YAML: object has to be a mapping");
  }
  const version = String(applied.apiVersion ?? "");
  if (version !== apiVersionOf(resource)) {
    const versions = `Specified patch version: ${version}, expected: ${apiVersionOf(resource)}`;
    const message = `Incorrect version specified in apply patch. ${versions}`;
    throw new ApiError(400, "BadRequest", message);
  }
  if (isObject(applied.metadata) && applied.metadata.managedFields) {
    throw new ApiError(400, "BadRequest", "metadata.managedFields must be nil");
  }
  return applied;
}

/** The managers of the live object; what it held before the first apply belongs to "before-first-apply". */
function liveManagers({ resource, current, now }: ServerSideApply): Managers {
  const managers = readManagers(current?.metadata?.managedFields ?? []) ?? new Map();
  if (managers.size > 0 || !current) {
    return managers;
  }
  const updated = withoutManagedFields(current) as KubernetesObject;
  recordUpdate({ resource, old: undefined, updated, manager: "before-first-apply", now });
  return readManagers(updated.metadata?.managedFields ?? []) ?? managers;
}

/**
 * Applies a configuration server-side (structured-merge-diff): fields that the manager no longer names
 * are removed where nobody else owns them, fields of others are a 409 with causes unless `force`.
 * Returns the decoded, defaulted object with its managed fields, not yet validated. Throws ApiError.
 */
export function applyServerSide(apply: ServerSideApply): KubernetesObject {
  const { resource, current } = apply;
  const applied = requireConfiguration(apply);
  const schema = typeOfResource(resource);
  if (schema) {
    requireTyped(resource, schema, applied);
  }
  const merge: Merge = {
    type: mergeTypeOf(schema),
    live: current ? withoutManagedFields(current) : emptyObject(resource),
    applied,
    managers: liveManagers(apply),
    writer: {
      name: apply.manager,
      operation: "Apply",
      apiVersion: apiVersionOf(resource),
      subresource: apply.subresource ?? "",
      time: timeText(apply.now),
    },
  };
  const merged = mergeAndPrune(merge);
  resolveConflicts(apply, merge, merged);
  return finish(apply, merge, merged);
}

function mergeAndPrune({ type, live, applied, writer, managers }: Merge): JsonObject {
  const key = managerKey(writer);
  const before = managers.get(key);
  const owned = withoutReset(fieldSetOf(type, applied), writer.subresource);
  managers.set(key, { ...writer, time: before?.time ?? writer.time, fields: owned });
  return pruneFields(type, mergeObjects(type, live, applied), managers, before?.fields);
}

function resolveConflicts(apply: ServerSideApply, merge: Merge, merged: JsonObject): void {
  const { type, live, managers, writer } = merge;
  const key = managerKey(writer);
  const changed = changedFields({ type, before: live, after: merged, subresource: writer.subresource });
  const conflicts = conflictsWith(managers, changed, key);
  const allowed = apply.manager === "kubectl" ? fieldOwnersFromLastApplied(type, apply.current) : undefined;
  const refused = conflicts
    .map(({ manager, fields }) => ({ manager, fields: allowed ? fields.difference(allowed) : fields }))
    .filter(({ fields }) => !fields.isEmpty());
  if (!apply.force && refused.length > 0) {
    throw conflictError(refused);
  }
  takeFromOthers(managers, changed, key);
}

function finish(apply: ServerSideApply, merge: Merge, merged: JsonObject): KubernetesObject {
  const { managers, writer, live } = merge;
  const { object } = decodeObject(apply.resource, merged, "Ignore");
  applyDefaults(apply.resource, object);
  const own = managers.get(managerKey(writer));
  if (own) {
    const time = apply.current && jsonEqual(withoutManagedFields(object), live) ? own.time : writer.time;
    setFields(managers, { ...own, time }, withoutUnowned(own.fields));
  }
  if (apply.manager === "kubectl") {
    refreshLastApplied(object, merge.applied);
  }
  object.metadata = { ...object.metadata, managedFields: writeManagers(managers) };
  return object;
}
