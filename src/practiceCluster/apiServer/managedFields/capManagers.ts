import type { Manager, Managers } from "./managers.ts";
import { managerKey } from "./managers.ts";

const mostUpdateManagers = 10;
const bucketName = "ancient-changes";

/** Merges the oldest entries of updates of one version into one, so that there are never more than ten. */
export function capUpdateManagers(managers: Managers): void {
  const updaters = [...managers.values()].filter(({ operation }) => operation === "Update");
  let surplus = updaters.length - mostUpdateManagers;
  if (surplus <= 0) {
    return;
  }
  updaters.sort((a, b) => ((a.time ?? "") < (b.time ?? "") ? -1 : 1));
  const oldest = new Map<string, Manager>();
  for (const manager of updaters) {
    const first = oldest.get(manager.apiVersion);
    if (surplus <= 0) {
      return;
    }
    if (!first) {
      oldest.set(manager.apiVersion, manager);
      continue;
    }
    const bucket: Manager = {
      ...manager,
      name: bucketName,
      subresource: "",
      fields: manager.fields.union(first.fields),
    };
    managers.delete(managerKey(first));
    managers.delete(managerKey(manager));
    managers.set(managerKey(bucket), bucket);
    oldest.set(manager.apiVersion, bucket);
    surplus -= 1;
  }
}
