import type { ManifestObject } from "../source/manifestObject.ts";
import type { Scene } from "../workspace/scene.ts";
import { replicasOf, selects, templateLabels } from "./podTemplate.ts";
import type { Rule, RuleExamples } from "./rule.ts";

/** A budget under which no Pod may ever be evicted: every drain of its nodes hangs. */
export const budgetBlocksDrain: Rule = {
  id: "budget-blocks-drain",
  severity: "warning",
  kinds: ["PodDisruptionBudget"],
  title: { ja: "drain を必ず止める PDB", en: "Budget that blocks every drain" },
  why: {
    ja: "kubectl drain は Eviction API で Pod を追い出し、PDB が許すまで待ちます。許される中断が常に 0 なら、ノードの更新はいつまでも終わりません。",
    en: "kubectl drain evicts Pods and waits until their budget allows it. With a budget that never allows a disruption, no node can be emptied.",
  },
  lesson: "9.4",
  *check(object, scene) {
    const maxUnavailable = object.get(["spec", "maxUnavailable"]);
    if (maxUnavailable === 0 || maxUnavailable === "0%") {
      yield {
        path: ["spec", "maxUnavailable"],
        message: {
          ja: "maxUnavailable が 0 なので、この PDB の Pod は 1 つも追い出せず、drain が終わりません。",
          en: "maxUnavailable 0 lets no Pod be evicted: a drain of their nodes never ends.",
        },
      };
    }
    const minAvailable = object.get(["spec", "minAvailable"]);
    if (minAvailable === "100%") {
      yield { path: ["spec", "minAvailable"], message: neverAllows("100%", undefined) };
    }
    const set = workloadOf(object, scene);
    if (set && typeof minAvailable === "number" && minAvailable >= replicasOf(set) && replicasOf(set) > 0) {
      yield { path: ["spec", "minAvailable"], message: neverAllows(String(minAvailable), set) };
    }
  },
};

function neverAllows(value: string, set: ManifestObject | undefined) {
  const of = set ? ` ${set.kind} ${set.name} (replicas ${replicasOf(set)})` : "";
  return {
    ja: `minAvailable ${value} は${of ? `${of} の` : ""}すべての Pod を必要とするので、1 つも追い出せず、drain が終わりません。`,
    en: `minAvailable ${value} needs all Pods${of ? ` of${of}` : ""}: none can be evicted, and a drain never ends.`,
  };
}

/** The workload whose Pods the budget selects, where it is at hand. */
export function workloadOf(budget: ManifestObject, scene: Scene): ManifestObject | undefined {
  const selector = budget.texts(["spec", "selector", "matchLabels"]);
  return ["StatefulSet", "Deployment"]
    .flatMap((kind) => scene.neighbours(kind, budget))
    .find((workload) => selects(selector, templateLabels(workload)));
}

const two = (budget: string, replicas = 3) => `kind: StatefulSet
apiVersion: apps/v1
metadata: {name: db}
spec:
  replicas: ${replicas}
  template:
    metadata:
      labels: {app: db}
---
kind: PodDisruptionBudget
apiVersion: policy/v1
metadata: {name: db}
spec:
  ${budget}
  selector:
    matchLabels: {app: db}
`;

export const examples: RuleExamples = {
  valid: [two("minAvailable: 2"), two("maxUnavailable: 1"), two("minAvailable: 50%")],
  invalid: [
    { yaml: two("minAvailable: 3"), marks: ["3"] },
    { yaml: two("maxUnavailable: 0"), marks: ["0"] },
    { yaml: two("minAvailable: 100%"), marks: ["100%"] },
  ],
};
