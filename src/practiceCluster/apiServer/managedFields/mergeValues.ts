import { isObject } from "../../../common/kubernetes/jsonValues.ts";
import type { Json, JsonObject } from "../../../common/kubernetes/objects.ts";
import type { FieldSet } from "./fieldSet.ts";
import type { MergeList, MergeMap, MergeType } from "./mergeTypes.ts";
import { deduce } from "./mergeTypes.ts";
import { fieldElement, itemElement } from "./pathElement.ts";

/** Merges an applied configuration into the live object: maps and keyed lists merge, leaves are replaced. */
export function mergeObjects(type: MergeType, live: JsonObject, applied: JsonObject): JsonObject {
  return merge(type, live, applied) as JsonObject;
}

function merge(declared: MergeType, live: Json | undefined, applied: Json): Json {
  const type = deduce(declared, live, applied);
  if (type.kind === "map" && isObject(applied)) {
    return mergeMaps(type, isObject(live) ? live : {}, applied);
  }
  if (type.kind === "list" && Array.isArray(applied)) {
    return mergeLists(type, Array.isArray(live) ? live : [], applied);
  }
  return applied;
}

function mergeMaps(type: MergeMap, live: JsonObject, applied: JsonObject): JsonObject {
  const result: JsonObject = { ...live };
  for (const [key, value] of Object.entries(applied)) {
    result[key] = merge(type.typeOf(key), live[key], value);
  }
  return result;
}

/** The applied order wins; items that only the live list has keep their place before what followed them. */
function mergeLists(type: MergeList, live: readonly Json[], applied: readonly Json[]): Json[] {
  const keyOf = (item: Json) => itemElement(type, item);
  const liveKeys = live.map(keyOf);
  const appliedKeys = new Set(applied.map(keyOf));
  const result: Json[] = [];
  let next = 0;
  const takeLiveOnly = (end: number) => {
    for (; next < end; next += 1) {
      if (!appliedKeys.has(liveKeys[next] ?? "")) {
        result.push(live[next] as Json);
      }
    }
  };
  for (const item of applied) {
    const place = liveKeys.indexOf(keyOf(item));
    takeLiveOnly(place >= 0 ? place : endOfLiveOnly(liveKeys, appliedKeys, next));
    result.push(merge(type.element, place >= 0 ? live[place] : undefined, item));
    next = Math.max(next, place + 1);
  }
  takeLiveOnly(live.length);
  return result;
}

function endOfLiveOnly(liveKeys: readonly string[], applied: ReadonlySet<string>, from: number): number {
  const shared = liveKeys.findIndex((key, index) => index >= from && applied.has(key));
  return shared < 0 ? liveKeys.length : shared;
}

/** The object without the fields of `removed`; containers that become empty stay. */
export function removeFields(type: MergeType, object: JsonObject, removed: FieldSet): JsonObject {
  return remove(type, object, removed) as JsonObject;
}

function remove(declared: MergeType, value: Json, removed: FieldSet): Json {
  const type = deduce(declared, value);
  if (type.kind === "map" && isObject(value)) {
    return removeFromMap(type, value, removed);
  }
  return type.kind === "list" && Array.isArray(value) ? removeFromList(type, value, removed) : value;
}

function removeFromMap(type: MergeMap, value: JsonObject, removed: FieldSet): JsonObject {
  const result: JsonObject = {};
  for (const [key, child] of Object.entries(value)) {
    const element = fieldElement(key);
    if (!removed.members.has(element)) {
      const below = removed.children.get(element);
      result[key] = below ? remove(type.typeOf(key), child, below) : child;
    }
  }
  return result;
}

function removeFromList(type: MergeList, value: readonly Json[], removed: FieldSet): Json[] {
  const result: Json[] = [];
  for (const item of value) {
    const element = itemElement(type, item);
    if (!removed.members.has(element)) {
      const below = removed.children.get(element);
      result.push(below ? remove(type.element, item, below) : item);
    }
  }
  return result;
}
