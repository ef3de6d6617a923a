import { type Document, isMap, isNode, isPair, isScalar, isSeq, type Node, type Pair } from "yaml";
import type { Json, JsonObject } from "../../common/kubernetes/objects.ts";
import type { FieldPath } from "./fieldPath.ts";
import { ManifestObject } from "./manifestObject.ts";
import { mostAliases, parseYamlDocument } from "./parseYaml.ts";

/** A stretch of text: offsets into the document's own text, `end` not included. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A mistake in the YAML itself. */
export interface SyntaxProblem extends Span {
  readonly message: string;
}

/**
 * One YAML document. It knows nothing of where it stands in its file, so an unchanged document is kept
 * when another one is edited. Reading is lazy: a document that is only passed by costs nothing.
 */
export class ManifestDocument {
  readonly text: string;
  #yaml: Document.Parsed | undefined;
  #problems: readonly SyntaxProblem[] | undefined;
  #value: Json | undefined;
  #objects: readonly ManifestObject[] | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** Whether a template engine will fill it in: what it says now is not what the server will see. */
  get isTemplate(): boolean {
    return this.text.includes("{{");
  }

  get yaml(): Document.Parsed {
    this.#yaml ??= parseYamlDocument(this.text);
    return this.#yaml;
  }

  /** What makes it no YAML; empty for a template, which is not YAML yet. */
  get problems(): readonly SyntaxProblem[] {
    this.#read();
    return this.#problems ?? [];
  }

  /** The Kubernetes objects in it: one, those of a List, or none. */
  get objects(): readonly ManifestObject[] {
    this.#objects ??= this.#findObjects();
    return this.#objects;
  }

  /** The value node at `path`; undefined where nothing is. */
  node(path: FieldPath): Node | undefined {
    const node: unknown = path.length === 0 ? this.yaml.contents : this.yaml.getIn(path, true);
    return isNode(node) ? node : undefined;
  }

  /** Where the value at `path` stands, or the key of the nearest parent that is there. */
  valueSpan(path: FieldPath): Span {
    const node = this.node(path);
    if (node?.range && (isScalar(node) || path.length === 0)) {
      return {
        start: node.range[0],
        end: Math.min(Math.max(node.range[1], node.range[0] + 1), this.text.length),
      };
    }
    return this.keySpan(path);
  }

  /** Where the key that leads to `path` stands: the last one that exists. */
  keySpan(path: FieldPath): Span {
    for (let length = path.length; length > 0; length--) {
      const span = this.#ownKeySpan(path.slice(0, length));
      if (span) {
        return span;
      }
    }
    const start = this.yaml.contents?.range?.[0] ?? 0;
    return { start, end: this.#endOnLine(start, this.text.length) };
  }

  /** The path of the field whose key or value stands at `offset`, and which of the two it is. */
  pathAt(offset: number): { readonly path: FieldPath; readonly on: "key" | "value" } | undefined {
    const path: (string | number)[] = [];
    let node: unknown = this.yaml.contents;
    for (;;) {
      if (isMap(node)) {
        const pair = node.items.find((item) => spanOfPair(item, offset));
        if (!pair || !isScalar(pair.key)) {
          return path.length > 0 ? { path, on: "value" } : undefined;
        }
        path.push(String(pair.key.value));
        if (contains(pair.key, offset)) {
          return { path, on: "key" };
        }
        node = pair.value;
      } else if (isSeq(node)) {
        const index = node.items.findIndex((item) => isNode(item) && contains(item, offset));
        if (index < 0) {
          return path.length > 0 ? { path, on: "value" } : undefined;
        }
        path.push(index);
        node = node.items[index];
      } else {
        return path.length > 0 ? { path, on: "value" } : undefined;
      }
    }
  }

  /** The pair that holds the field at `path`; undefined for list items and fields that are not there. */
  pair(path: FieldPath): Pair | undefined {
    const key = path.at(-1);
    const parent = this.node(path.slice(0, -1));
    if (typeof key !== "string" || !isMap(parent)) {
      return undefined;
    }
    return parent.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
  }

  #ownKeySpan(path: FieldPath): Span | undefined {
    const key = this.pair(path)?.key;
    if (isScalar(key) && key.range) {
      return { start: key.range[0], end: key.range[1] };
    }
    const item = typeof path.at(-1) === "number" ? this.node(path) : undefined;
    if (!item?.range) {
      return undefined;
    }
    return { start: item.range[0], end: this.#endOnLine(item.range[0], item.range[1]) };
  }

  /** `end`, but no farther than the line of `start`, and at least one character where the text has one. */
  #endOnLine(start: number, end: number): number {
    const lineEnd = this.text.indexOf("\n", start);
    const clipped = Math.max(start + 1, lineEnd < 0 ? end : Math.min(end, lineEnd));
    return Math.min(clipped, this.text.length);
  }

  #read(): void {
    if (this.#problems) {
      return;
    }
    if (this.isTemplate) {
      this.#problems = [];
      return;
    }
    const { errors } = this.yaml;
    const problems = errors.map(({ pos, message }) => ({
      start: pos[0],
      // the parser marks one character; a word is easier to see
      end: Math.max(
        this.#endOnLine(pos[0], pos[1]),
        pos[0] + (/^[^\s:#]+/.exec(this.text.slice(pos[0]))?.[0].length ?? 0),
      ),
      message,
    }));
    try {
      this.#value = errors.length > 0 ? undefined : (this.yaml.toJS({ maxAliasCount: mostAliases }) as Json);
    } catch (error) {
      // the reader refuses only what no server would take either: aliases without end
      problems.push({ start: 0, end: 1, message: error instanceof Error ? error.message : String(error) });
    }
    this.#problems = problems;
  }

  #findObjects(): readonly ManifestObject[] {
    this.#read();
    const value = this.#value;
    if (!isJsonObject(value)) {
      return [];
    }
    if (value.kind === "List" && Array.isArray(value.items)) {
      return value.items.flatMap((item, index) =>
        isJsonObject(item) ? [new ManifestObject(this, ["items", index], item)] : [],
      );
    }
    const looksLikeObject = typeof value.kind === "string" || typeof value.apiVersion === "string";
    return looksLikeObject ? [new ManifestObject(this, [], value)] : [];
  }
}

function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function contains(node: unknown, offset: number): boolean {
  return isNode(node) && !!node.range && node.range[0] <= offset && offset <= node.range[1];
}

function spanOfPair(item: unknown, offset: number): boolean {
  return isPair(item) && (contains(item.key, offset) || contains(item.value, offset));
}
