import type { Json, JsonObject, KubernetesObject } from "../../../common/kubernetes/objects.ts";
import { createdAtColumn, nameColumn } from "../resources/columns.ts";
import type { Column, ResourceDefinition } from "../resources/definition.ts";

/** What each row carries of its object: `includeObject` of the request. */
export type IncludeObject = "Metadata" | "Object" | "None";

/** A resource's objects as a meta/v1 Table, with the server's own columns. */
export function tableOf(
  definition: ResourceDefinition,
  objects: readonly KubernetesObject[],
  listMetadata: JsonObject,
  include: IncludeObject,
  now: number,
): JsonObject {
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata: listMetadata,
    columnDefinitions: columnsOf(definition).map(columnDefinition),
    rows: objects.map((object) => row(definition, object, include, now)),
  };
}

/** A watch event's Table: the columns come with the first event only. */
export function tableRowOf(
  definition: ResourceDefinition,
  object: KubernetesObject,
  include: IncludeObject,
  now: number,
  withColumns: boolean,
): JsonObject {
  const table = tableOf(
    definition,
    [object],
    { resourceVersion: object.metadata?.resourceVersion ?? "" },
    include,
    now,
  );
  return withColumns ? table : { ...table, columnDefinitions: null };
}

/** A bookmark's Table: there is no object that the columns could tell of, only how far the watch has come. */
export function bookmarkTableOf(
  definition: ResourceDefinition,
  bookmark: KubernetesObject,
  include: IncludeObject,
  withColumns: boolean,
): JsonObject {
  const columns = columnsOf(definition).map((column) => ({ ...column, cell: () => "" }));
  return tableRowOf({ ...definition, columns }, bookmark, include, 0, withColumns);
}

/** The object as meta/v1 PartialObjectMetadata. */
export function partialMetadataOf(object: KubernetesObject): JsonObject {
  return {
    kind: "PartialObjectMetadata",
    apiVersion: "meta.k8s.io/v1",
    metadata: (object.metadata ?? {}) as JsonObject,
  };
}

function columnsOf(definition: ResourceDefinition): readonly Column<KubernetesObject>[] {
  return definition.columns ?? [nameColumn, createdAtColumn];
}

function columnDefinition({
  name,
  type,
  format = "",
  description,
  priority = 0,
}: Column<KubernetesObject>): Json {
  return {
    name,
    type,
    format,
    description: typeof description === "string" ? description : description(),
    priority,
  };
}

function row(
  definition: ResourceDefinition,
  object: KubernetesObject,
  include: IncludeObject,
  now: number,
): Json {
  const cells = columnsOf(definition).map(({ cell }) => cell(object, now));
  switch (include) {
    case "None":
      return { cells };
    case "Object":
      return { cells, object: object as JsonObject };
    case "Metadata":
      return { cells, object: partialMetadataOf(object) };
  }
}
