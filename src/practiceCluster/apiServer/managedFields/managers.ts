import type { JsonObject, ManagedFieldsEntry } from "../../../common/kubernetes/objects.ts";
import { FieldSet } from "./fieldSet.ts";

export type Operation = "Apply" | "Update";

/** Who owns which fields; appliers are one manager whatever version they use. */
export interface Manager {
  readonly name: string;
  readonly operation: Operation;
  readonly apiVersion: string;
  readonly subresource: string;
  readonly time: string | undefined;
  readonly fields: FieldSet;
}

export type Managers = Map<string, Manager>;

/** What makes two entries the same manager. */
export function managerKey(manager: Omit<Manager, "fields" | "time">): string {
  const version = manager.operation === "Apply" ? "" : manager.apiVersion;
  return JSON.stringify([manager.name, manager.operation, version, manager.subresource]);
}

/** Reads metadata.managedFields; undefined where an entry is malformed. */
export function readManagers(entries: readonly ManagedFieldsEntry[]): Managers | undefined {
  const managers: Managers = new Map();
  for (const entry of entries) {
    const { operation, apiVersion, fieldsType } = entry;
    if ((operation !== "Apply" && operation !== "Update") || !apiVersion || fieldsType !== "FieldsV1") {
      return undefined;
    }
    const manager: Manager = {
      name: entry.manager ?? "",
      operation,
      apiVersion,
      subresource: entry.subresource ?? "",
      time: entry.time,
      fields: FieldSet.fromFieldsV1((entry.fieldsV1 ?? {}) as JsonObject),
    };
    managers.set(managerKey(manager), manager);
  }
  return managers;
}

function compareText(first: string, second: string): number {
  return first < second ? -1 : first > second ? 1 : 0;
}

function compareManagers(first: Manager, second: Manager): number {
  return (
    compareText(first.operation, second.operation) ||
    compareText(first.time ?? "", second.time ?? "") ||
    compareText(first.name, second.name) ||
    compareText(first.apiVersion, second.apiVersion) ||
    compareText(first.subresource, second.subresource)
  );
}

/** Writes metadata.managedFields: appliers first, then by time. */
export function writeManagers(managers: Managers): ManagedFieldsEntry[] {
  return [...managers.values()].sort(compareManagers).map((manager) => ({
    manager: manager.name,
    operation: manager.operation,
    apiVersion: manager.apiVersion,
    ...(manager.time === undefined ? {} : { time: manager.time }),
    fieldsType: "FieldsV1",
    fieldsV1: manager.fields.toFieldsV1(),
    ...(manager.subresource === "" ? {} : { subresource: manager.subresource }),
  }));
}
