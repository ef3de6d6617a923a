import { selects, templateLabels, workloadKinds } from "../rules/podTemplate.ts";
import { type FieldPath, startsWith } from "../source/fieldPath.ts";
import type { ManifestObject } from "../source/manifestObject.ts";
import type { Scene } from "../workspace/scene.ts";

/** A field of an object: where a selector or a template's labels stand. */
export interface FieldPlace {
  readonly object: ManifestObject;
  readonly path: FieldPath;
}

const labelsPath = ["spec", "template", "metadata", "labels"];
const workloads: ReadonlySet<string> = new Set(workloadKinds);

/** Where an object of that kind picks Pods by labels. */
function selectorPath({ kind, isBuiltIn }: ManifestObject): FieldPath | undefined {
  if (!isBuiltIn) {
    return undefined;
  }
  switch (kind) {
    case "Service":
      return ["spec", "selector"];
    case "NetworkPolicy":
      return ["spec", "podSelector", "matchLabels"];
    case "PodDisruptionBudget":
      return ["spec", "selector", "matchLabels"];
    default:
      return workloads.has(kind) ? ["spec", "selector", "matchLabels"] : undefined;
  }
}

/** The labels of the workloads whose Pods the selector at `path` picks; undefined where no selector is. */
export function labelsPickedAt(
  object: ManifestObject,
  path: FieldPath,
  scene: Scene,
): readonly FieldPlace[] | undefined {
  const selector = selectorPath(object);
  const isInSelector =
    selector !== undefined && startsWith(path, selector.slice(0, Math.max(2, path.length)));
  if (!isInSelector) {
    return undefined;
  }
  const wanted = object.texts(selector);
  // a workload keeps only the Pods of its own template, whoever else has such labels
  const candidates = workloads.has(object.kind) ? [object] : around(object, scene, [...workloads]);
  return candidates
    .filter((workload) => selects(wanted, templateLabels(workload)))
    .map((workload) => ({ object: workload, path: labelsPath }));
}

/** The selectors that pick the Pods whose labels stand at `path`; undefined where no template's labels are. */
export function selectorsPickingAt(
  object: ManifestObject,
  path: FieldPath,
  scene: Scene,
): readonly FieldPlace[] | undefined {
  if (!workloads.has(object.kind) || !startsWith(path, labelsPath)) {
    return undefined;
  }
  const labels = templateLabels(object);
  const others = around(object, scene, ["Service", "PodDisruptionBudget", "NetworkPolicy"]);
  return [object, ...others].flatMap((each) => {
    const selector = selectorPath(each);
    return selector && selects(each.texts(selector), labels) ? [{ object: each, path: selector }] : [];
  });
}

function around(object: ManifestObject, scene: Scene, kinds: readonly string[]): readonly ManifestObject[] {
  return kinds.flatMap((kind) => scene.neighbours(kind, object));
}
