import { removeField } from "../findings/edits.ts";
import { fixBy } from "../findings/report.ts";
import { podSpecPath } from "./podTemplate.ts";
import type { Rule, RuleExamples } from "./rule.ts";

/** terminationGracePeriodSeconds: 0 in a set: the object may go before the process has ended. */
export const noGracePeriod: Rule = {
  id: "no-grace-period",
  severity: "warning",
  kinds: ["StatefulSet"],
  title: { ja: "猶予期間が 0 の StatefulSet", en: "StatefulSet without a grace period" },
  why: {
    ja: "0 秒では API サーバーが Pod をすぐに消し、kubelet がプロセスの終了を確かめる前に同じ名前の Pod が作られます。同じディスクに 2 つのプロセスが書き込むおそれがあり、データベースは正常に停止できません。",
    en: "With 0 seconds the API server removes the Pod at once, and a Pod of the same name is made before the kubelet knows that the process has ended: two may write to one disk, and a database cannot stop cleanly.",
  },
  lesson: "7.6",
  *check(object) {
    const path = [...podSpecPath(object), "terminationGracePeriodSeconds"];
    if (object.number(path) === 0) {
      yield {
        path,
        message: {
          ja: "猶予期間 0 では、前のプロセスが終わる前に同じ名前の Pod が作られることがあります。",
          en: "Without a grace period the next Pod of this name may start before the process of the last one has ended.",
        },
        fixes: [
          fixBy(
            { ja: "外して既定の 30 秒に戻す", en: "Remove it: the default is 30 seconds" },
            removeField(object, path),
          ),
        ],
      };
    }
  },
};

const set = (line: string) => `kind: StatefulSet
apiVersion: apps/v1
metadata: {name: db}
spec:
  template:
    spec:
      # ends gently
${line}      containers: []
`;

export const examples: RuleExamples = {
  valid: [set(""), set("      terminationGracePeriodSeconds: 10\n")],
  invalid: [{ yaml: set("      terminationGracePeriodSeconds: 0\n"), marks: ["0"], fixed: set("") }],
};
