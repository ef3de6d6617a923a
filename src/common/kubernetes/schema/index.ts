import { loadStructure } from "./loadData.ts";
import type { StructType } from "./types.ts";
import { ApiTypes } from "./types.ts";

let types: ApiTypes | undefined;

/** The types of the Kubernetes API, read at the first call. */
export function apiTypes(): ApiTypes {
  types ??= new ApiTypes(loadStructure());
  return types;
}

/** The type of a kind's objects; undefined for a kind that is not built in (a custom resource). */
export function typeOfKind(group: string, version: string, kind: string): StructType | undefined {
  return apiTypes().ofKind(group, version, kind);
}
