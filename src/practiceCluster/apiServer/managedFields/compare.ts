import { isObject, jsonEqual } from "../../../common/kubernetes/jsonValues.ts";
import type { Json, JsonObject } from "../../../common/kubernetes/objects.ts";
import { FieldSet } from "./fieldSet.ts";
import type { MergeList, MergeMap, MergeType } from "./mergeTypes.ts";
import { deduce } from "./mergeTypes.ts";
import { fieldElement, itemElement } from "./pathElement.ts";

/** What changed between two objects, as sets of paths. */
export interface Comparison {
  readonly added: FieldSet;
  readonly removed: FieldSet;
  readonly modified: FieldSet;
}

/** Compares two objects of one type, as structured-merge-diff does for managed fields. */
export function compareObjects(type: MergeType, before: JsonObject, after: JsonObject): Comparison {
  const comparison = { added: new FieldSet(), removed: new FieldSet(), modified: new FieldSet() };
  compare(comparison, type, [], before, after);
  return comparison;
}

type Value = Json | undefined;

function compare(
  result: Comparison,
  declared: MergeType,
  path: readonly string[],
  before: Value,
  after: Value,
): void {
  const type = deduce(declared, before, after);
  if (type.kind === "map" && hasContent(before, after)) {
    compareMaps(result, type, path, before, after);
  } else if (type.kind === "list" && hasContent(before, after)) {
    compareLists(result, type, path, before, after);
  } else {
    compareLeaves(result, path, before, after);
    return;
  }
  if (before === undefined) {
    result.added.insert(path);
  } else if (after === undefined) {
    result.removed.insert(path);
  }
}

/** Two empty values are compared as leaves, which keeps empty and null apart. */
function hasContent(before: Value, after: Value): boolean {
  return [before, after].some(
    (value) => typeof value === "object" && value !== null && Object.keys(value).length > 0,
  );
}

function compareLeaves(result: Comparison, path: readonly string[], before: Value, after: Value): void {
  if (before === undefined) {
    result.added.insert(path);
  } else if (after === undefined) {
    result.removed.insert(path);
  } else if (!jsonEqual(before, after)) {
    result.modified.insert(path);
  }
}

function compareMaps(
  result: Comparison,
  type: MergeMap,
  path: readonly string[],
  before: Value,
  after: Value,
): void {
  const left = isObject(before) ? before : {};
  const right = isObject(after) ? after : {};
  for (const key of Object.keys(left)) {
    if (left[key] !== right[key] || !(key in right)) {
      compare(result, type.typeOf(key), [...path, fieldElement(key)], left[key], right[key]);
    }
  }
  for (const key of Object.keys(right)) {
    if (!(key in left)) {
      compare(result, type.typeOf(key), [...path, fieldElement(key)], undefined, right[key]);
    }
  }
}

function compareLists(
  result: Comparison,
  type: MergeList,
  path: readonly string[],
  before: Value,
  after: Value,
): void {
  const left = itemsByElement(type, before);
  const right = itemsByElement(type, after);
  for (const element of new Set([...left.keys(), ...right.keys()])) {
    compareItems(result, type, [...path, element], left.get(element) ?? [], right.get(element) ?? []);
  }
}

function itemsByElement(type: MergeList, list: Value): Map<string, Json[]> {
  const items = new Map<string, Json[]>();
  for (const item of Array.isArray(list) ? list : []) {
    const element = itemElement(type, item);
    items.set(element, [...(items.get(element) ?? []), item]);
  }
  return items;
}

/** Items with the same key are compared as one value where either side has several of them. */
function compareItems(
  result: Comparison,
  type: MergeList,
  path: readonly string[],
  left: readonly Json[],
  right: readonly Json[],
): void {
  if (left.length <= 1 && right.length <= 1) {
    compare(result, type.element, path, left[0], right[0]);
  } else if (left.length >= 2 && right.length >= 2) {
    compareLeaves(result, path, [...left], [...right]);
  } else if (left.length >= 2) {
    compareSingle(result, type, path, undefined, right[0]);
    result.removed.insert(path);
  } else {
    compareSingle(result, type, path, left[0], undefined);
    result.added.insert(path);
  }
}

function compareSingle(
  result: Comparison,
  type: MergeList,
  path: readonly string[],
  before: Value,
  after: Value,
): void {
  if (before !== undefined || after !== undefined) {
    compare(result, type.element, path, before, after);
  }
}
