import { canonicalStruct } from "../../../common/kubernetes/decoding/canonicalForm.ts";
import { typeOfResource } from "../../../common/kubernetes/decoding/canonicalize.ts";
import type { JsonObject, KubernetesObject, ManagedFieldsEntry } from "../../../common/kubernetes/objects.ts";
import type { Resource } from "../../api/resource.ts";
import { apiVersionOf } from "../../api/resource.ts";
import { capUpdateManagers } from "./capManagers.ts";
import type { Manager, Managers } from "./managers.ts";
import { managerKey, readManagers, writeManagers } from "./managers.ts";
import { mergeTypeOf } from "./mergeTypes.ts";
import { withoutUnowned } from "./metadataFields.ts";
import { changedFields, setFields, takeFromOthers } from "./ownership.ts";

export interface RecordedUpdate {
  readonly resource: Resource;
  /** The stored object; undefined when the write creates. */
  readonly old: KubernetesObject | undefined;
  /** The object as it will be stored: its metadata.managedFields is set. */
  readonly updated: KubernetesObject;
  readonly manager: string;
  /** "" or undefined for the resource itself. */
  readonly subresource?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A time as metadata writes it: whole seconds, UTC. */
export function timeText(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** An object of the resource before anything was set: what a creation is compared with. */
export function emptyObject(resource: Resource): JsonObject {
  const type = typeOfResource(resource);
  const named = { kind: resource.kind, apiVersion: apiVersionOf(resource) };
  return type ? canonicalStruct(type, named) : { ...named, metadata: {} };
}

/** The object without its managed fields, which are never compared. */
export function withoutManagedFields(object: KubernetesObject): JsonObject {
  const { managedFields: _, ...metadata } = object.metadata ?? {};
  return { ...(object as JsonObject), metadata: metadata as JsonObject };
}

function isReset(entries: readonly ManagedFieldsEntry[] | undefined): boolean {
  const [only] = entries ?? [];
  return entries !== undefined && (!only || (entries.length === 1 && Object.keys(only).length === 0));
}

/** The managers that the write starts from: those that it sends, else the stored ones. */
function managersBefore({ old, updated, subresource }: RecordedUpdate): Managers {
  const stored = () => readManagers(old?.metadata?.managedFields ?? []) ?? new Map();
  const sent = updated.metadata?.managedFields;
  if (subresource || sent === undefined) {
    return stored();
  }
  if (isReset(sent)) {
    return new Map();
  }
  const managers = readManagers(sent);
  return managers && managers.size > 0 ? managers : stored();
}

/**
 * Records in `updated.metadata.managedFields` which fields this create, update or patch changed, and
 * takes them from their former managers (apimachinery's FieldManager.Update).
 */
export function recordUpdate(update: RecordedUpdate): void {
  const { resource, old, updated, now } = update;
  const managers = managersBefore(update);
  if (old && managers.size === 0) {
    delete updated.metadata?.managedFields;
    return;
  }
  const subresource = update.subresource ?? "";
  const writer: Omit<Manager, "fields"> = {
    name: update.manager || "unknown",
    operation: "Update",
    apiVersion: apiVersionOf(resource),
    subresource,
    time: timeText(now),
  };
  const changed = changedFields({
    type: mergeTypeOf(typeOfResource(resource)),
    before: old ? withoutManagedFields(old) : emptyObject(resource),
    after: withoutManagedFields(updated),
    subresource,
  });
  takeFromOthers(managers, changed, undefined);
  const gained = withoutUnowned(changed.modified.union(changed.added));
  if (!gained.isEmpty()) {
    const owned = managers.get(managerKey(writer))?.fields;
    setFields(managers, writer, owned ? gained.union(owned) : gained);
  }
  capUpdateManagers(managers);
  updated.metadata = { ...updated.metadata, managedFields: writeManagers(managers) };
}
