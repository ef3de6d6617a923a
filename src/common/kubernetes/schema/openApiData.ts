import type { JsonObject } from "../objects.ts";

export interface OpenApiDocumentData {
  readonly info: JsonObject;
  /** Names of the components that the document repeats. */
  readonly components: readonly string[];
  readonly paths: JsonObject;
}

/** The OpenAPI v3 documents with every component once; documents by path, for example "apis/apps/v1". */
export interface OpenApiData {
  readonly components: Record<string, JsonObject>;
  readonly documents: Record<string, OpenApiDocumentData>;
}
