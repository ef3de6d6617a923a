import { isBuiltInKind } from "../../common/kubernetes/builtInResources.ts";
import type { Json, JsonObject } from "../../common/kubernetes/objects.ts";
import type { FieldPath } from "./fieldPath.ts";
import type { ManifestDocument, Span } from "./manifestDocument.ts";

/** One Kubernetes object of a document: the whole document, or an item of a List. Paths are the object's own. */
export class ManifestObject {
  readonly document: ManifestDocument;
  /** Where the object lies in its document. */
  readonly base: FieldPath;
  readonly value: JsonObject;

  constructor(document: ManifestDocument, base: FieldPath, value: JsonObject) {
    this.document = document;
    this.base = base;
    this.value = value;
  }

  /** "" where it is missing. */
  get apiVersion(): string {
    return this.text(["apiVersion"]) ?? "";
  }

  get kind(): string {
    return this.text(["kind"]) ?? "";
  }

  /** Whether the kind is Kubernetes' own, not a custom resource's of the same name. */
  get isBuiltIn(): boolean {
    return isBuiltInKind(this.apiVersion, this.kind);
  }

  get name(): string {
    return this.text(["metadata", "name"]) ?? "";
  }

  /** As written; undefined where the manifest leaves it to whoever applies it. */
  get namespace(): string | undefined {
    return this.text(["metadata", "namespace"]);
  }

  get(path: FieldPath): Json | undefined {
    let value: Json | undefined = this.value;
    for (const part of path) {
      if (Array.isArray(value)) {
        value = typeof part === "number" ? value[part] : undefined;
      } else if (typeof value === "object" && value !== null) {
        value = Object.hasOwn(value, part) ? value[part] : undefined;
      } else {
        return undefined;
      }
    }
    return value;
  }

  /** The text at `path`; undefined for anything else. */
  text(path: FieldPath): string | undefined {
    const value = this.get(path);
    return typeof value === "string" ? value : undefined;
  }

  number(path: FieldPath): number | undefined {
    const value = this.get(path);
    return typeof value === "number" ? value : undefined;
  }

  object(path: FieldPath): JsonObject | undefined {
    const value = this.get(path);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  }

  /** The list at `path`; empty where there is none. */
  list(path: FieldPath): readonly Json[] {
    const value = this.get(path);
    return Array.isArray(value) ? value : [];
  }

  /** The paths of the items of the list at `path`. */
  items(path: FieldPath): readonly FieldPath[] {
    return this.list(path).map((_, index) => [...path, index]);
  }

  /** The texts of a map of texts, such as labels; whatever is no text is left out. */
  texts(path: FieldPath): Readonly<Record<string, string>> {
    const entries = Object.entries(this.object(path) ?? {});
    return Object.fromEntries(
      entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
    );
  }

  valueSpan(path: FieldPath): Span {
    return this.document.valueSpan([...this.base, ...path]);
  }

  keySpan(path: FieldPath): Span {
    return this.document.keySpan([...this.base, ...path]);
  }
}
