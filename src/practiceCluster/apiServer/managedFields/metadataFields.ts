import type { FieldSet } from "./fieldSet.ts";

/** Fields that nobody owns: the server sets them, or they name the object. */
const unownedPaths: readonly (readonly string[])[] = [
  ["f:apiVersion"],
  ["f:kind"],
  ...["name", "namespace", "creationTimestamp", "selfLink", "uid", "clusterName"].map(inMetadata),
  ...["generation", "managedFields", "resourceVersion"].map(inMetadata),
];

function inMetadata(name: string): readonly string[] {
  return ["f:metadata", `f:${name}`];
}

/** The set without what nobody owns. */
export function withoutUnowned(fields: FieldSet): FieldSet {
  let owned = fields;
  for (const path of unownedPaths) {
    if (owned.has(path) || owned.children.has(path[0] ?? "")) {
      owned = owned.without(path);
    }
  }
  owned.members.delete("f:metadata");
  return owned;
}

/** The set without the fields that a write to this subresource resets: status in the main resource, spec in status. */
export function withoutReset(fields: FieldSet, subresource: string): FieldSet {
  if (subresource === "status") {
    return fields.without(["f:spec"]);
  }
  return subresource === "" ? fields.without(["f:status"]) : fields;
}
