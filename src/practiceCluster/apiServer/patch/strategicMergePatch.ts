import { isObject, jsonEqual } from "../../../common/kubernetes/jsonValues.ts";
import type { Json, JsonObject } from "../../../common/kubernetes/objects.ts";
import type { ApiField, ApiType, StructType } from "../../../common/kubernetes/schema/types.ts";
import { ApiError } from "../../api/apiError.ts";
import { goMapText } from "./goMapText.ts";
import { mergeInOrder, sortedBy } from "./listOrder.ts";

/*
 * Strategic merge patches as k8s.io/apimachinery/pkg/util/strategicpatch applies them: lists merge by
 * the key that the schema names; the directives $patch, $retainKeys, $setElementOrder/… and
 * $deleteFromPrimitiveList/… are obeyed.
 */

const patchDirective = "$patch";
const retainKeys = "$retainKeys";
const setElementOrder = "$setElementOrder/";
const deleteFromPrimitiveList = "$deleteFromPrimitiveList/";

function badRequest(message: string): ApiError {
  return new ApiError(400, "BadRequest", message);
}

/** An error that the server does not map to a reason of its own. */
function internal(message: string): ApiError {
  return new ApiError(500, "", message);
}

function missingMergeKey(element: JsonObject, mergeKey: string): ApiError {
  return internal(`map: ${goMapText(element)} does not contain declared merge key: ${mergeKey}`);
}

function fieldOf(type: ApiType | undefined, key: string): ApiField | undefined {
  return type?.kind === "struct" ? type.fields.get(key) : undefined;
}

function typeBelow(type: ApiType | undefined, key: string): ApiType | undefined {
  return type?.kind === "map" ? type.value : fieldOf(type, key)?.apiType;
}

function mergesLists(field: ApiField | undefined): boolean {
  return field?.patchStrategy?.split(",").includes("merge") ?? false;
}

/** Applies `patch` to an object of `type` and returns the result; neither argument is changed. Throws ApiError. */
export function strategicMergePatch(type: StructType, current: JsonObject, patch: JsonObject): JsonObject {
  return mergeMaps(type, structuredClone(current), structuredClone(patch));
}

function mergeMaps(type: ApiType | undefined, original: JsonObject, patch: JsonObject): JsonObject {
  const directive = patch[patchDirective];
  if (directive !== undefined) {
    return followDirective(directive, patch);
  }
  keepRetainedKeys(original, patch);
  mergeOrderedLists(type, original, patch);
  for (const [key, value] of Object.entries(patch)) {
    mergeEntry(type, original, key, value);
  }
  return original;
}

function followDirective(directive: Json, patch: JsonObject): JsonObject {
  if (directive === "replace") {
    delete patch[patchDirective];
    return patch;
  }
  if (directive === "delete") {
    return {};
  }
  throw internal(`unknown patch type: ${directive} in map: ${goMapText(patch)}`);
}

function keepRetainedKeys(original: JsonObject, patch: JsonObject): void {
  const retained = patch[retainKeys];
  if (retained === undefined) {
    return;
  }
  delete patch[retainKeys];
  const isDirective = (key: string) =>
    key.startsWith(setElementOrder) || key.startsWith(deleteFromPrimitiveList);
  const changed = Object.keys(patch).filter((key) => patch[key] !== null && !isDirective(key));
  if (!Array.isArray(retained) || changed.some((key) => !retained.includes(key))) {
    throw badRequest("invalid patch format of retainKeys");
  }
  for (const key of Object.keys(original)) {
    if (!retained.includes(key)) {
      delete original[key];
    }
  }
}

function mergeEntry(type: ApiType | undefined, original: JsonObject, key: string, value: Json): void {
  if (key.startsWith(deleteFromPrimitiveList)) {
    deletePrimitives(original, key.slice(deleteFromPrimitiveList.length), value);
    return;
  }
  const current = original[key];
  if (value === null) {
    delete original[key];
  } else if (isObject(value) && isObject(current)) {
    original[key] = mergeMapField(fieldOf(type, key), typeBelow(type, key), current, value);
  } else if (Array.isArray(value) && Array.isArray(current)) {
    original[key] = mergeListField(fieldOf(type, key), current, value);
  } else {
    setWithoutDirectives(original, key, value);
  }
}

function mergeMapField(
  field: ApiField | undefined,
  type: ApiType | undefined,
  current: JsonObject,
  patch: JsonObject,
): JsonObject {
  return field?.patchStrategy?.split(",").includes("replace") ? patch : mergeMaps(type, current, patch);
}

function deletePrimitives(original: JsonObject, key: string, removed: Json): void {
  const current = original[key];
  if (Array.isArray(current) && Array.isArray(removed)) {
    original[key] = current.filter((item) => !removed.includes(item));
  }
}

function setWithoutDirectives(original: JsonObject, key: string, value: Json): void {
  const cleaned = withoutDirectives(value);
  if (cleaned === undefined) {
    delete original[key];
  } else {
    original[key] = cleaned;
  }
}

/** The value without directives and nulls; undefined where it is nothing but a directive to delete. */
function withoutDirectives(value: Json): Json | undefined {
  if (Array.isArray(value)) {
    return value.map(withoutDirectives).filter((item) => item !== undefined);
  }
  if (!isObject(value)) {
    return value;
  }
  if (value[patchDirective] === "delete") {
    return undefined;
  }
  const result: JsonObject = {};
  for (const [key, child] of Object.entries(value)) {
    const cleaned = key.startsWith("$") || child === null ? undefined : withoutDirectives(child);
    if (cleaned !== undefined) {
      result[key] = cleaned;
    }
  }
  return result;
}

/** Merges the lists for which the patch gives the order of their elements. */
function mergeOrderedLists(type: ApiType | undefined, original: JsonObject, patch: JsonObject): void {
  for (const [directive, order] of Object.entries(patch)) {
    if (!directive.startsWith(setElementOrder)) {
      continue;
    }
    const key = directive.slice(setElementOrder.length);
    delete patch[directive];
    if (!Array.isArray(order)) {
      throw badRequest("invalid patch format of setElementOrder list");
    }
    const field = fieldOf(type, key);
    const before = Array.isArray(original[key]) ? original[key] : [];
    const merged = mergedForOrder(field, original[key], patch[key]);
    if (merged) {
      original[key] = inOrder(merged, order, before, field?.patchMergeKey);
      delete patch[key];
    }
  }
}

function mergedForOrder(
  field: ApiField | undefined,
  original: Json | undefined,
  patch: Json | undefined,
): Json[] | undefined {
  if (Array.isArray(original) && Array.isArray(patch)) {
    return mergeListField(field, original, patch);
  }
  if (Array.isArray(patch)) {
    return withoutDirectives(patch) as Json[];
  }
  return Array.isArray(original) ? original : undefined;
}

function mergeListField(field: ApiField | undefined, original: Json[], patch: Json[]): Json[] {
  if (!mergesLists(field)) {
    return patch;
  }
  const element = field?.apiType.kind === "list" ? field.apiType.element : undefined;
  const objects = [...original, ...patch].some(isObject);
  return objects
    ? mergeObjectLists(element, field?.patchMergeKey, original, patch)
    : inOrder(uniqueValues([...original, ...patch]), patch, original, undefined);
}

function uniqueValues(values: Json[]): Json[] {
  return [...new Set(values)];
}

function mergeObjectLists(
  element: ApiType | undefined,
  mergeKey: string | undefined,
  original: Json[],
  patch: Json[],
): Json[] {
  if (!mergeKey) {
    throw internal("cannot merge lists without merge key");
  }
  const special = patch.filter(isObject).filter((item) => patchDirective in item);
  const plain = patch.filter(isObject).filter((item) => !(patchDirective in item));
  const replaces = special.some((item) => item[patchDirective] === "replace");
  const kept = replaces ? [] : withoutDeleted(original, special, mergeKey);
  const merged = [...kept];
  for (const item of plain) {
    const index = indexByKey(merged, item, mergeKey);
    const current = merged[index];
    if (isObject(current)) {
      merged[index] = mergeMaps(element, current, item);
    } else {
      merged.push(withoutDirectives(item) ?? {});
    }
  }
  return replaces ? merged : inOrder(merged, plain, kept, mergeKey);
}

function withoutDeleted(original: Json[], special: readonly JsonObject[], mergeKey: string): Json[] {
  let kept = original;
  for (const item of special) {
    if (item[patchDirective] !== "delete") {
      throw internal(`unknown patch type: ${item[patchDirective]} in map: ${goMapText(item)}`);
    }
    if (!(mergeKey in item)) {
      throw missingMergeKey(item, mergeKey);
    }
    kept = kept.filter((other) => !isObject(other) || !jsonEqual(other[mergeKey], item[mergeKey]));
  }
  return kept;
}

function indexByKey(list: readonly Json[], item: Json, mergeKey: string | undefined): number {
  if (mergeKey === undefined || !isObject(item)) {
    return list.indexOf(item);
  }
  if (!(mergeKey in item)) {
    throw missingMergeKey(item, mergeKey);
  }
  return list.findIndex((other) => isObject(other) && jsonEqual(other[mergeKey], item[mergeKey]));
}

/** Items that the patch names in its order, the server's own in theirs, the two interleaved by the server's order. */
function inOrder(
  merged: readonly Json[],
  patchOrder: readonly Json[],
  serverOrder: readonly Json[],
  mergeKey: string | undefined,
): Json[] {
  const place = (order: readonly Json[]) => (item: Json) => indexByKey(order, item, mergeKey);
  const inPatch = place(patchOrder);
  const named = merged.filter((item) => inPatch(item) >= 0);
  const serverOnly = merged.filter((item) => inPatch(item) < 0);
  return mergeInOrder(sortedBy(serverOnly, place(serverOrder)), sortedBy(named, inPatch), place(serverOrder));
}
