import { workloadOf } from "../../rules/budgetBlocksDrain.ts";
import { replicasOf } from "../../rules/podTemplate.ts";
import type { ManifestObject } from "../../source/manifestObject.ts";
import type { Scene } from "../../workspace/scene.ts";
import type { Meaning } from "./meaning.ts";

/** How many Pods may be evicted at a time; undefined where the workload is not at hand. */
function allowed(
  budget: ManifestObject,
  scene: Scene,
): { readonly name: string; readonly of: number; readonly at: number } | undefined {
  const workload = workloadOf(budget, scene);
  if (!workload) {
    return undefined;
  }
  const of = replicasOf(workload);
  const minAvailable = count(budget.get(["spec", "minAvailable"]), of);
  const maxUnavailable = count(budget.get(["spec", "maxUnavailable"]), of);
  const at = minAvailable === undefined ? (maxUnavailable ?? 0) : of - minAvailable;
  return { name: workload.name, of, at: Math.max(0, at) };
}

/** A number, or a percentage of `of` rounded up, as the disruption controller does. */
function count(value: unknown, of: number): number | undefined {
  if (typeof value === "number") {
    return value;
  }
  const percent = typeof value === "string" ? /^(\d+)%$/.exec(value)?.[1] : undefined;
  return percent === undefined ? undefined : Math.ceil((Number(percent) * of) / 100);
}

const say: Meaning["say"] = (budget, scene) => {
  const now = allowed(budget, scene);
  return now
    ? {
        ja: `${now.name} の ${now.of} 個がすべて健全なら、同時に追い出せるのは ${now.at} 個です。守るのは Eviction(drain など)だけで、更新・スケール・kubectl delete・障害は止めません。`,
        en: `With all ${now.of} Pods of ${now.name} healthy, ${now.at} may be evicted at a time. It guards against evictions (drain) only, not against updates, scaling, kubectl delete or crashes.`,
      }
    : {
        ja: "Eviction(drain など)のときに守られる数です。更新・スケール・kubectl delete・障害は止めません。",
        en: "What evictions (drain) must leave. It does not hold back updates, scaling, kubectl delete or crashes.",
      };
};

export const budgets: readonly Meaning[] = [
  { kinds: ["PodDisruptionBudget"], field: "spec.minAvailable", lesson: "9.2", say },
  { kinds: ["PodDisruptionBudget"], field: "spec.maxUnavailable", lesson: "9.2", say },
];
