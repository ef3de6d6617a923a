import { isObject } from "../../../common/kubernetes/jsonValues.ts";
import type { Json, JsonObject } from "../../../common/kubernetes/objects.ts";
import { FieldSet } from "./fieldSet.ts";
import type { MergeType } from "./mergeTypes.ts";
import { deduce } from "./mergeTypes.ts";
import { fieldElement, itemElement } from "./pathElement.ts";

/** The fields that an applied configuration names: what its manager will own. */
export function fieldSetOf(type: MergeType, object: JsonObject): FieldSet {
  const set = new FieldSet();
  collect(set, type, [], object);
  return set;
}

function collect(set: FieldSet, declared: MergeType, path: readonly string[], value: Json): void {
  const type = deduce(declared, value);
  if (type.kind === "map") {
    for (const [key, child] of Object.entries(isObject(value) ? value : {})) {
      const childPath = [...path, fieldElement(key)];
      collect(set, type.typeOf(key), childPath, child);
      if (!type.isField(key) || isEmptyValue(child)) {
        set.insert(childPath);
      }
    }
  } else if (type.kind === "list") {
    for (const item of Array.isArray(value) ? value : []) {
      const childPath = [...path, itemElement(type, item)];
      collect(set, type.element, childPath, item);
      set.insert(childPath);
    }
  } else {
    set.insert(path);
  }
}

function isEmptyValue(value: Json): boolean {
  return value === null || (isObject(value) && Object.keys(value).length === 0);
}

/** The set with the declared fields that merely have something below them as members too. */
export function withNamedFields(type: MergeType, set: FieldSet): FieldSet {
  const result = new FieldSet();
  for (const member of set.members) {
    result.members.add(member);
  }
  for (const [element, child] of set.children) {
    const name = element.slice(2);
    const isField = element.startsWith("f:") && type.kind === "map";
    if (isField && type.isField(name)) {
      result.members.add(element);
    }
    result.children.set(element, withNamedFields(typeBelow(type, element), child));
  }
  return result;
}

function typeBelow(type: MergeType, element: string): MergeType {
  if (type.kind === "map" && element.startsWith("f:")) {
    return type.typeOf(element.slice(2));
  }
  return type.kind === "list" && element.startsWith("k:") ? type.element : { kind: "leaf" };
}
