import type { Rule, RuleExamples } from "./rule.ts";

/** OnDelete: nothing is updated until somebody deletes Pods. */
export const updatesOnlyOnDelete: Rule = {
  id: "updates-only-on-delete",
  severity: "info",
  kinds: ["StatefulSet"],
  title: { ja: "OnDelete では自動で更新されない", en: "OnDelete updates nothing by itself" },
  why: {
    ja: "OnDelete の StatefulSet は、テンプレートを変えても Pod を置き換えません。Pod を自分で削除したときに、その Pod だけが新しいテンプレートで作られます。kubectl rollout status も使えません。",
    en: "With OnDelete a changed template replaces no Pod. Each one gets the new template when you delete it yourself, and kubectl rollout status refuses to answer.",
  },
  lesson: "6.7",
  *check(object) {
    if (object.text(["spec", "updateStrategy", "type"]) === "OnDelete") {
      yield {
        path: ["spec", "updateStrategy", "type"],
        message: {
          ja: "テンプレートを変えても、Pod は自分で削除するまで古いままです。",
          en: "After a change of the template the Pods stay as they are until you delete them yourself.",
        },
      };
    }
  },
};

const set = (type: string) => `kind: StatefulSet
apiVersion: apps/v1
metadata: {name: db}
spec:
  updateStrategy:
    type: ${type}
`;

export const examples: RuleExamples = {
  valid: [set("RollingUpdate")],
  invalid: [{ yaml: set("OnDelete"), marks: ["OnDelete"] }],
};
