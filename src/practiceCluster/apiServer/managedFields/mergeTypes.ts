import type { Json } from "../../../common/kubernetes/objects.ts";
import type { ApiField, ApiType, StructType } from "../../../common/kubernetes/schema/types.ts";

export interface MergeMap {
  readonly kind: "map";
  /** Whether the key is a declared field (not one of a free map). */
  isField(key: string): boolean;
  typeOf(key: string): MergeType;
}

export interface MergeList {
  readonly kind: "list";
  readonly relation: "map" | "set";
  readonly keys: readonly string[];
  /** The schema's default of a key that an item leaves out. */
  defaultOf(key: string): Json | undefined;
  readonly element: MergeType;
}

/** How server-side apply merges a value: a leaf is owned as a whole; "deduced" is decided by the value. */
export type MergeType = { readonly kind: "leaf" } | { readonly kind: "deduced" } | MergeMap | MergeList;

const leaf: MergeType = { kind: "leaf" };
const deduced: MergeType = { kind: "deduced" };
const deducedMap: MergeMap = { kind: "map", isField: () => false, typeOf: () => deduced };

const structs = new WeakMap<StructType, MergeType>();
const fields = new WeakMap<ApiField, MergeType>();

/** The merge type of objects of a kind; custom resources are merged by what their values look like. */
export function mergeTypeOf(type: StructType | undefined): MergeType {
  return type ? mergeStruct(type) : deduced;
}

function mergeStruct(type: StructType): MergeType {
  if (type.atomic) {
    return leaf;
  }
  let merge = structs.get(type);
  if (!merge) {
    merge = {
      kind: "map",
      isField: (key) => type.fields.has(key),
      typeOf: (key) => mergeField(type.fields.get(key)),
    };
    structs.set(type, merge);
  }
  return merge;
}

function mergeField(field: ApiField | undefined): MergeType {
  if (!field) {
    return deduced;
  }
  let merge = fields.get(field);
  if (!merge) {
    merge = makeField(field);
    fields.set(field, merge);
  }
  return merge;
}

function makeField(field: ApiField): MergeType {
  const { apiType } = field;
  if (field.mapType === "atomic") {
    return leaf;
  }
  return apiType.kind === "list" ? makeList(field, apiType.element) : mergeValue(apiType);
}

function mergeValue(type: ApiType): MergeType {
  switch (type.kind) {
    case "struct":
      return mergeStruct(type);
    case "map":
      return { kind: "map", isField: () => false, typeOf: () => mergeValue(type.value) };
    case "special":
      return type.special === "any" ? deduced : leaf;
    default:
      return leaf;
  }
}

function makeList(field: ApiField, element: ApiType): MergeType {
  if (field.listType !== "map" && field.listType !== "set") {
    return leaf;
  }
  const defaults = element.kind === "struct" ? element.fields : undefined;
  return {
    kind: "list",
    relation: field.listType,
    keys: field.listMapKeys ?? [],
    defaultOf: (key) => defaults?.get(key)?.default,
    element: mergeValue(element),
  };
}

/** The merge type with "deduced" decided: maps merge, everything else is a leaf. */
export function deduce(type: MergeType, ...values: readonly (Json | undefined)[]): MergeType {
  if (type.kind !== "deduced") {
    return type;
  }
  const isMap = values.some((value) => typeof value === "object" && value !== null && !Array.isArray(value));
  return isMap ? deducedMap : leaf;
}
