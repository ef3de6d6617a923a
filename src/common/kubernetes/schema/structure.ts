import type { Json } from "../objects.ts";

/** One field of an API type. An empty `json` stands for an embedded struct, whose fields are inlined. */
export interface FieldStructure {
  /** Name in Go: it stands in messages that print a whole value. */
  readonly go: string;
  readonly json: string;
  /** Go type with short package names: "[]core/v1.Container", "*int32", "resource.Quantity". */
  readonly type: string;
  /** When JSON leaves the field out; absent: never. */
  readonly omit?: "empty" | "zero";
  /** Field number in protobuf bodies. */
  readonly proto?: number;
  readonly patchStrategy?: string;
  readonly patchMergeKey?: string;
  readonly listType?: string;
  readonly listMapKeys?: readonly string[];
  readonly mapType?: string;
  readonly default?: Json;
}

export interface StructStructure {
  readonly fields: readonly FieldStructure[];
  /** Server-side apply treats the struct as one value. */
  readonly atomic?: boolean;
}

/**
 * The API types without descriptions: fields in the order in which the server writes them, their Go
 * types, and their merge rules. Types are named by short Go package: "apps/v1.StatefulSet".
 */
export interface SchemaStructure {
  readonly structs: Record<string, StructStructure>;
  /** What named types that are not structs stand for: "core/v1.PodPhase" → "string". */
  readonly named: Record<string, string>;
  /** OpenAPI model name → type. */
  readonly models: Record<string, string>;
  /** "group/version/Kind" → type. */
  readonly kinds: Record<string, string>;
}
