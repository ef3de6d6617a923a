import type { JsonObject } from "../../../common/kubernetes/objects.ts";

/**
 * A set of field paths as managed fields write it. Path elements are in the form of FieldsV1: "f:name"
 * (a field or map key), "k:{…}" (a list element by its keys), "v:…" (an element of a set).
 */
export class FieldSet {
  readonly members = new Set<string>();
  readonly children = new Map<string, FieldSet>();

  /** Reads the JSON form; "." stands for the path itself. */
  static fromFieldsV1(fields: JsonObject): FieldSet {
    const set = new FieldSet();
    for (const [element, below] of Object.entries(fields)) {
      if (element === ".") {
        continue;
      }
      const entries = below as JsonObject;
      const child = FieldSet.fromFieldsV1(entries);
      if (child.isEmpty() || "." in entries) {
        set.members.add(element);
      }
      if (!child.isEmpty()) {
        set.children.set(element, child);
      }
    }
    return set;
  }

  toFieldsV1(): JsonObject {
    const result: JsonObject = {};
    for (const element of [...new Set([...this.members, ...this.children.keys()])].sort()) {
      const below = this.children.get(element)?.toFieldsV1() ?? {};
      const both = this.members.has(element) && Object.keys(below).length > 0;
      result[element] = both ? { ".": {}, ...below } : below;
    }
    return result;
  }

  isEmpty(): boolean {
    return this.members.size === 0 && [...this.children.values()].every((child) => child.isEmpty());
  }

  has(path: readonly string[]): boolean {
    const [first = "", ...rest] = path;
    return rest.length === 0 ? this.members.has(first) : (this.children.get(first)?.has(rest) ?? false);
  }

  insert(path: readonly string[]): void {
    let set: FieldSet = this;
    for (const element of path.slice(0, -1)) {
      set = set.child(element);
    }
    const last = path.at(-1);
    if (last !== undefined) {
      set.members.add(last);
    }
  }

  /** The set below an element, made where there is none. */
  child(element: string): FieldSet {
    let child = this.children.get(element);
    if (!child) {
      child = new FieldSet();
      this.children.set(element, child);
    }
    return child;
  }

  union(other: FieldSet): FieldSet {
    return this.#combine(other, (mine, theirs) => mine || theirs);
  }

  intersection(other: FieldSet): FieldSet {
    return this.#combine(other, (mine, theirs) => mine && theirs);
  }

  difference(other: FieldSet): FieldSet {
    return this.#combine(other, (mine, theirs) => mine && !theirs);
  }

  #combine(other: FieldSet, keep: (mine: boolean, theirs: boolean) => boolean): FieldSet {
    const result = new FieldSet();
    for (const element of new Set([...this.members, ...other.members])) {
      if (keep(this.members.has(element), other.members.has(element))) {
        result.members.add(element);
      }
    }
    for (const element of new Set([...this.children.keys(), ...other.children.keys()])) {
      const mine = this.children.get(element) ?? empty;
      const child = mine.#combine(other.children.get(element) ?? empty, keep);
      if (!child.isEmpty()) {
        result.children.set(element, child);
      }
    }
    return result;
  }

  /** The set without whatever lies at or below `path`. */
  without(path: readonly string[]): FieldSet {
    const [first = "", ...rest] = path;
    const result = this.union(empty);
    if (rest.length === 0) {
      result.members.delete(first);
      result.children.delete(first);
      return result;
    }
    const child = result.children.get(first)?.without(rest);
    if (child?.isEmpty()) {
      result.children.delete(first);
    } else if (child) {
      result.children.set(first, child);
    }
    return result;
  }

  /** Every path of the set, members before what lies below them. */
  *paths(prefix: readonly string[] = []): Generator<readonly string[]> {
    for (const element of [...new Set([...this.members, ...this.children.keys()])].sort()) {
      const path = [...prefix, element];
      if (this.members.has(element)) {
        yield path;
      }
      yield* this.children.get(element)?.paths(path) ?? [];
    }
  }
}

const empty = new FieldSet();
