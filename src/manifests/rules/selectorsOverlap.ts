import type { ManifestObject } from "../source/manifestObject.ts";
import { selects, templateLabels } from "./podTemplate.ts";
import type { Rule, RuleExamples } from "./rule.ts";

const owners = ["StatefulSet", "Deployment", "ReplicaSet", "DaemonSet"];

/** Two workloads of one namespace whose selectors match each other's Pods. */
export const selectorsOverlap: Rule = {
  id: "selectors-overlap",
  severity: "warning",
  kinds: owners,
  title: { ja: "ほかのワークロードと重なる selector", en: "Selector that matches another workload's Pods" },
  why: {
    ja: "コントローラーは selector で自分の Pod を探します。所有者参照があるので奪い合いにはなりませんが、Service や PDB は両方の Pod を選び、孤児になった Pod は相手に引き取られることがあります。",
    en: "A controller finds its Pods by its selector. Owner references keep two of them from fighting, but Services and budgets pick both kinds of Pods, and an orphaned Pod may be adopted by the other one.",
  },
  *check(object, scene) {
    const selector = object.texts(["spec", "selector", "matchLabels"]);
    if (object.list(["spec", "selector", "matchExpressions"]).length > 0) {
      return;
    }
    const others = owners.flatMap((kind) => scene.neighbours(kind, object));
    const clash = others.find(
      (other) => other !== object && !isSame(other, object) && selects(selector, templateLabels(other)),
    );
    if (clash) {
      yield {
        path: ["spec", "selector"],
        on: "key",
        message: {
          ja: `この selector は ${clash.kind} ${clash.name} の Pod にも合います。ワークロードごとに異なるラベルを付けてください。`,
          en: `This selector also matches the Pods of ${clash.kind} ${clash.name}. Give each workload a label of its own.`,
        },
      };
    }
  },
};

/** The same object in two files (an overlay, a copy) is no clash. */
function isSame(one: ManifestObject, other: ManifestObject): boolean {
  return one.kind === other.kind && one.name === other.name;
}

const two = (label: string) => `kind: StatefulSet
apiVersion: apps/v1
metadata: {name: db}
spec:
  selector:
    matchLabels: {app: db}
  template:
    metadata:
      labels: {app: db}
---
kind: Deployment
apiVersion: apps/v1
metadata: {name: web}
spec:
  selector:
    matchLabels: {app: ${label}, tier: front}
  template:
    metadata:
      labels: {app: ${label}, tier: front}
`;

export const examples: RuleExamples = {
  valid: [two("web")],
  invalid: [{ yaml: two("db"), marks: ["selector"] }],
};
