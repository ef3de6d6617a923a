import { claimTemplates, replicasOf } from "../../rules/podTemplate.ts";
import type { ManifestObject } from "../../source/manifestObject.ts";

/** The first ordinal of a set: 0, or what ordinals.start says. */
export function firstOrdinal(set: ManifestObject): number {
  return set.number(["spec", "ordinals", "start"]) ?? 0;
}

/** `db-0, db-1, db-2`; a long row is shortened in its middle. */
export function podNames(set: ManifestObject, from: number, count: number): string {
  const names = Array.from(
    { length: Math.min(count, 1000) },
    (_, index) => `${set.name || "NAME"}-${from + index}`,
  );
  return shorten(names);
}

/** The names of all the set's Pods, ascending. */
export function allPodNames(set: ManifestObject): string {
  return podNames(set, firstOrdinal(set), replicasOf(set));
}

/** The names of a Pod's claims: `data-db-0`. */
export function claimNames(set: ManifestObject, ordinal: number): readonly string[] {
  return claimTemplates(set).map(({ name }) => `${name}-${set.name || "NAME"}-${ordinal}`);
}

export function shorten(names: readonly string[]): string {
  return names.length <= 4 ? names.join(", ") : `${names.slice(0, 2).join(", ")}, …, ${names.at(-1)}`;
}
