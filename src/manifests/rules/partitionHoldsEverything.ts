import { removeField } from "../findings/edits.ts";
import { fixBy } from "../findings/report.ts";
import { replicasOf } from "./podTemplate.ts";
import type { Rule, RuleExamples } from "./rule.ts";

const path = ["spec", "updateStrategy", "rollingUpdate", "partition"];

/** A partition of at least the number of replicas: no Pod is ever updated. */
export const partitionHoldsEverything: Rule = {
  id: "partition-holds-everything",
  severity: "warning",
  kinds: ["StatefulSet"],
  title: { ja: "すべての Pod を止める partition", en: "Partition that holds every Pod back" },
  why: {
    ja: "更新されるのは、序数が partition 以上の Pod だけです。partition が replicas 以上なら、テンプレートを変えても 1 つも更新されません。",
    en: "Only Pods whose ordinal is at least the partition are updated. With a partition of replicas or more, a change of the template updates none.",
  },
  lesson: "6.4",
  *check(object) {
    const partition = object.number(path);
    const replicas = replicasOf(object);
    if (partition === undefined || partition === 0 || replicas === 0 || partition < replicas) {
      return;
    }
    yield {
      path,
      message: {
        ja: `partition ${partition} は replicas ${replicas} 以上なので、テンプレートを変えてもどの Pod も更新されません。カナリアにするなら ${replicas - 1} にします。`,
        en: `partition ${partition} is not below replicas ${replicas}: a changed template updates no Pod. For a canary use ${replicas - 1}.`,
      },
      fixes: [fixBy({ ja: "partition を外す", en: "Remove the partition" }, removeField(object, path))],
    };
  },
};

const set = (partition: string, replicas = 3) => `kind: StatefulSet
apiVersion: apps/v1
metadata: {name: db}
spec:
  replicas: ${replicas}
  updateStrategy:
    type: RollingUpdate
    rollingUpdate:
      maxUnavailable: 1
${partition}  serviceName: db
`;

export const examples: RuleExamples = {
  valid: [set("      partition: 2\n"), set("      partition: 0\n"), set("      partition: 5\n", 0)],
  invalid: [{ yaml: set("      partition: 3\n"), marks: ["3"], fixed: set("") }],
};
