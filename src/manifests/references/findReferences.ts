import { claimTemplates } from "../rules/podTemplate.ts";
import { startsWith } from "../source/fieldPath.ts";
import type { ManifestDocument } from "../source/manifestDocument.ts";
import type { ManifestObject } from "../source/manifestObject.ts";
import type { Scene } from "../workspace/scene.ts";
import { isSameThing, type Mention, mentionsIn, type NamedThing } from "./mentions.ts";
import { type FieldPlace, labelsPickedAt, selectorsPickingAt } from "./selectors.ts";

/** The name that stands at `offset` of a document; undefined where the text names nothing. */
export function mentionAt(document: ManifestDocument, offset: number): Mention | undefined {
  const place = placeAt(document, offset);
  return place && mentionsIn(place.object).find(({ path }) => isSamePath(path, place.path));
}

/** Where what stands at `offset` is made: a named thing's manifest, a volume, or the labels that a selector picks. */
export function definitionsAt(
  document: ManifestDocument,
  offset: number,
  scene: Scene,
): readonly FieldPlace[] {
  const mention = mentionAt(document, offset);
  if (mention) {
    return definitionsOf(mention.thing, scene, mention.object);
  }
  const place = placeAt(document, offset);
  return (place && labelsPickedAt(place.object, place.path, scene)) ?? [];
}

/**
 * Where what stands at `offset` is referred to, and with `withDefinition` also where it is made. Over the labels of
 * a template these are the selectors that pick its Pods.
 */
export function referencesAt(
  document: ManifestDocument,
  offset: number,
  scene: Scene,
  withDefinition: boolean,
): readonly FieldPlace[] {
  const mention = mentionAt(document, offset);
  if (mention) {
    const made = withDefinition ? definitionsOf(mention.thing, scene, mention.object) : [];
    return [...made, ...referencesTo(mention, scene)];
  }
  const place = placeAt(document, offset);
  return (place && selectorsPickingAt(place.object, place.path, scene)) ?? [];
}

/** Every place of the manifests where the thing's name is written, as its definition or not. */
export function mentionsOf(thing: NamedThing, scene: Scene, own: ManifestObject): readonly Mention[] {
  const objects = typeof thing.within === "string" ? scene.objects : [thing.within];
  return (objects.includes(own) ? objects : [own, ...objects])
    .flatMap((object) => mentionsIn(object))
    .filter((mention) => isSameThing(mention.thing, thing));
}

function definitionsOf(thing: NamedThing, scene: Scene, own: ManifestObject): readonly FieldPlace[] {
  const made = mentionsOf(thing, scene, own).filter(({ isDefinition }) => isDefinition);
  return thing.kind === "PersistentVolumeClaim" && made.length === 0
    ? scene.neighbours("StatefulSet", own).flatMap((set) => templateOfClaim(set, thing.name))
    : made;
}

function referencesTo({ thing, object, path }: Mention, scene: Scene): readonly FieldPlace[] {
  const used = mentionsOf(thing, scene, object).filter(({ isDefinition }) => !isDefinition);
  return thing.kind === "Volume" && path.includes("volumeClaimTemplates")
    ? [...used, ...claimsOfTemplate(object, thing.name, scene)]
    : used;
}

/** The template that a set makes the claim of that name from: `data-db-0` is `data` of the set `db`. */
function templateOfClaim(set: ManifestObject, claim: string): readonly FieldPlace[] {
  return claimTemplates(set)
    .filter(({ name }) => isClaimOf(claim, name, set.name))
    .map(({ path }) => ({ object: set, path: [...path, "metadata", "name"] }));
}

/** Where the manifests name claims that the set makes from its template. */
function claimsOfTemplate(set: ManifestObject, template: string, scene: Scene): readonly FieldPlace[] {
  return scene.objects
    .filter((object) => (object.namespace ?? "") === (set.namespace ?? ""))
    .flatMap((object) => mentionsIn(object))
    .filter(
      ({ thing }) => thing.kind === "PersistentVolumeClaim" && isClaimOf(thing.name, template, set.name),
    );
}

function isClaimOf(claim: string, template: string, set: string): boolean {
  const start = `${template}-${set}-`;
  return claim.startsWith(start) && /^\d+$/.test(claim.slice(start.length));
}

function placeAt(document: ManifestDocument, offset: number): FieldPlace | undefined {
  const at = document.pathAt(offset);
  const object = at && document.objects.find(({ base }) => startsWith(at.path, base));
  return object && { object, path: at.path.slice(object.base.length) };
}

function isSamePath(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((part, index) => part === other[index]);
}
