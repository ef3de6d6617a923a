import { builtInResource } from "../../common/kubernetes/builtInResources.ts";
import { applyDefaults } from "../../common/kubernetes/defaults/index.ts";
import type { Json, ManagedFieldsEntry } from "../../common/kubernetes/objects.ts";
import { describeField } from "../../common/kubernetes/schema/describeField.ts";
import { typeOfKind } from "../../common/kubernetes/schema/index.ts";
import type { LocalizedText } from "../../common/language.ts";
import type { FieldPath } from "../source/fieldPath.ts";
import { fieldOfPath, startsWith } from "../source/fieldPath.ts";
import type { ManifestDocument, Span } from "../source/manifestDocument.ts";
import type { ManifestObject } from "../source/manifestObject.ts";
import type { Scene } from "../workspace/scene.ts";
import { meanings } from "./meanings/index.ts";

/** What is shown over a field. Every part but the heading may be missing. */
export interface FieldHover extends Span {
  /** `spec.replicas` */
  readonly field: string;
  readonly type: string;
  readonly isRequired: boolean;
  /** What the server fills in where the field is left out, as YAML. */
  readonly default: string | undefined;
  readonly values: readonly string[];
  /** What it will do here. */
  readonly meaning: LocalizedText | undefined;
  /** The lesson that teaches it. */
  readonly lesson: string | undefined;
  /** The API's own description. */
  readonly description: string;
  /** The cluster's value and who manages it. */
  readonly live: { readonly value: string; readonly managers: readonly string[] } | undefined;
}

/** What to show over the character at `offset` of a document; undefined where no known field is. */
export function hoverAt(document: ManifestDocument, offset: number, scene: Scene): FieldHover | undefined {
  const at = document.isTemplate || document.problems.length > 0 ? undefined : document.pathAt(offset);
  const object = at && document.objects.find(({ base }) => startsWith(at.path, base));
  if (!at || !object) {
    return undefined;
  }
  const path = at.path.slice(object.base.length);
  const description = describeField(object.apiVersion, object.kind, names(path));
  if (!description || path.length === 0) {
    return undefined;
  }
  const field = fieldOfPath(path);
  const meaning = meanings.find((each) => each.kinds.includes(object.kind) && each.field === field);
  return {
    ...(at.on === "key" ? object.keySpan(path) : object.valueSpan(path)),
    field,
    type: description.type,
    isRequired: description.isRequired,
    default: defaultOf(object, path),
    values: description.values,
    meaning: meaning?.say(object, scene, path),
    lesson: meaning?.lesson,
    description: description.description,
    live: liveValue(object, path, scene),
  };
}

function names(path: FieldPath): readonly string[] {
  return path.filter((part): part is string => typeof part === "string");
}

/** The default as the server's own defaulting gives it, by leaving the field out of this very object. */
function defaultOf(object: ManifestObject, path: FieldPath): string | undefined {
  const resource = builtInResource(object.apiVersion, object.kind);
  if (!resource || !typeOfKind(resource.group, resource.version, resource.kind)) {
    return undefined;
  }
  const bare = structuredClone(object.value);
  remove(bare, path);
  try {
    applyDefaults(resource, bare);
  } catch {
    // an object that is still being written may lack what defaulting builds on
    return undefined;
  }
  const value = valueAt(bare, path);
  return value === undefined || value === null ? undefined : inline(value);
}

function remove(value: Json, path: FieldPath): void {
  const parent = valueAt(value, path.slice(0, -1));
  const key = path.at(-1);
  if (typeof parent === "object" && parent !== null && !Array.isArray(parent) && typeof key === "string") {
    delete parent[key];
  }
}

function valueAt(value: Json | undefined, path: FieldPath): Json | undefined {
  return path.reduce<Json | undefined>((current, part) => {
    if (Array.isArray(current)) {
      return typeof part === "number" ? current[part] : undefined;
    }
    return typeof current === "object" && current !== null ? current[part] : undefined;
  }, value);
}

function inline(value: Json): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function liveValue(object: ManifestObject, path: FieldPath, scene: Scene): FieldHover["live"] {
  const live = scene.liveOf(object);
  const value = live && valueAt(live as unknown as Json, path);
  if (!live || value === undefined || value === null || object.kind === "Secret") {
    // a Secret's values are nobody's to show
    return undefined;
  }
  const managers = (live.metadata?.managedFields ?? [])
    .filter((entry) => owns(entry, path))
    .map(({ manager, subresource }) => (subresource ? `${manager} (${subresource})` : (manager ?? "")));
  return { value: inline(value), managers: [...new Set(managers)] };
}

/** Whether an entry's fieldsV1 has the field: names as `f:name`; list items by their keys are taken as one. */
function owns(entry: ManagedFieldsEntry, path: FieldPath): boolean {
  let fields = entry.fieldsV1 as Readonly<Record<string, unknown>> | undefined;
  for (const part of path) {
    if (typeof part === "number") {
      const item = Object.keys(fields ?? {}).filter((key) => key.startsWith("k:") || key.startsWith("v:"))[
        part
      ];
      fields = item === undefined ? undefined : (fields?.[item] as Readonly<Record<string, unknown>>);
    } else {
      fields = fields?.[`f:${part}`] as Readonly<Record<string, unknown>> | undefined;
    }
    if (!fields) {
      return false;
    }
  }
  return true;
}
