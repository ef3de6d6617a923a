import { typeOfKind } from "../../common/kubernetes/schema/index.ts";
import type { ApiType } from "../../common/kubernetes/schema/types.ts";
import type { ManifestObject } from "../source/manifestObject.ts";

const deepest = 6;

/** Where else in an object of this kind a field `name` exists, nearest to the top first: `spec.template.spec`. At most three. */
export function fieldsNamed(object: ManifestObject, name: string): readonly string[] {
  const { apiVersion, kind } = object;
  const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
  const type = typeOfKind(group, apiVersion.slice(apiVersion.indexOf("/") + 1), kind);
  if (!type || object.document.objects.length === 0) {
    return [];
  }
  const found: string[] = [];
  let level: readonly (readonly [string, ApiType])[] = [["", type]];
  for (let depth = 0; depth < deepest && found.length < 3; depth++) {
    const next: (readonly [string, ApiType])[] = [];
    for (const [path, each] of level) {
      const struct = each.kind === "list" ? each.element : each;
      if (struct.kind !== "struct") {
        continue;
      }
      for (const [key, field] of struct.fields) {
        if (key === name && path !== "") {
          found.push(path);
        }
        if (path !== "" || key === "spec") {
          next.push([path === "" ? key : `${path}.${key}`, field.apiType]);
        }
      }
    }
    level = next;
  }
  return found.slice(0, 3);
}
