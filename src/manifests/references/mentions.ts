import type { Json } from "../../common/kubernetes/objects.ts";
import { allContainerPaths, claimTemplates, podSpecPath } from "../rules/podTemplate.ts";
import type { FieldPath } from "../source/fieldPath.ts";
import type { ManifestObject } from "../source/manifestObject.ts";
import { namingFieldOf } from "./namedFields.ts";

/** Something with a name: an object of the cluster, or a volume, which only its own object knows. */
export interface NamedThing {
  readonly kind: string;
  readonly name: string;
  /** The namespace as written ("" where none is, and for what has none), or the object that a volume is of. */
  readonly within: string | ManifestObject;
}

/** A place where a thing's name is written. */
export interface Mention {
  readonly thing: NamedThing;
  readonly object: ManifestObject;
  readonly path: FieldPath;
  /** Whether the thing is made here rather than referred to. */
  readonly isDefinition: boolean;
}

/** Kinds that belong to no namespace, of those that manifests name. */
const clusterWide = new Set(["StorageClass", "PersistentVolume", "Namespace", "PriorityClass"]);

/** Kinds whose fields are the learner's own texts. */
const withoutReferences = new Set(["ConfigMap", "Secret"]);

const known = new WeakMap<ManifestObject, readonly Mention[]>();

/** Every place in `object` where its own name, another object's, or one of its volumes' stands. */
export function mentionsIn(object: ManifestObject): readonly Mention[] {
  const mentions = known.get(object) ?? findMentions(object);
  known.set(object, mentions);
  return mentions;
}

/** Whether both are the same thing. */
export function isSameThing(one: NamedThing, other: NamedThing): boolean {
  return one.kind === other.kind && one.name === other.name && one.within === other.within;
}

function findMentions(object: ManifestObject): readonly Mention[] {
  if (!object.isBuiltIn) {
    return [];
  }
  const own = ["metadata", "name"];
  return [
    ...mention(object, object.kind, own, true),
    ...volumeMentions(object),
    ...scaleTarget(object),
    ...(withoutReferences.has(object.kind) ? [] : references(object, object.value, [])),
  ];
}

function mention(
  object: ManifestObject,
  kind: string,
  path: FieldPath,
  isDefinition: boolean,
): readonly Mention[] {
  const name = object.text(path);
  const within = clusterWide.has(kind) ? "" : (object.namespace ?? "");
  return name ? [{ thing: { kind, name, within }, object, path, isDefinition }] : [];
}

/** Volumes and claim templates, and where containers mount them. */
function volumeMentions(object: ManifestObject): readonly Mention[] {
  const made = [
    ...claimTemplates(object).map(({ path }) => [...path, "metadata", "name"]),
    ...object.items([...podSpecPath(object), "volumes"]).map((path) => [...path, "name"]),
  ];
  const used = allContainerPaths(object).flatMap((container) =>
    ["volumeMounts", "volumeDevices"].flatMap((list) =>
      object.items([...container, list]).map((path) => [...path, "name"]),
    ),
  );
  const at = (isDefinition: boolean) => (path: FieldPath) => {
    const name = object.text(path);
    return name ? [{ thing: { kind: "Volume", name, within: object }, object, path, isDefinition }] : [];
  };
  return [...made.flatMap(at(true)), ...used.flatMap(at(false))];
}

/** What an autoscaler scales: its kind is a field of its own. */
function scaleTarget(object: ManifestObject): readonly Mention[] {
  const target = ["spec", "scaleTargetRef"];
  const kind = object.text([...target, "kind"]);
  return kind ? mention(object, kind, [...target, "name"], false) : [];
}

function references(object: ManifestObject, value: Json, path: FieldPath): readonly Mention[] {
  if (typeof value === "string") {
    const field = namingFieldOf(path.filter((part) => typeof part === "string"));
    return field ? mention(object, field.kind, path, false) : [];
  }
  if (typeof value !== "object" || value === null || path[0] === "metadata") {
    return [];
  }
  return Array.isArray(value)
    ? value.flatMap((item, index) => references(object, item, [...path, index]))
    : Object.entries(value).flatMap(([key, item]) => references(object, item, [...path, key]));
}
