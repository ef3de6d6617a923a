import { removeField } from "../findings/edits.ts";
import { fixBy } from "../findings/report.ts";
import { liveSet } from "./liveSet.ts";
import { replicasOf } from "./podTemplate.ts";
import type { Rule, RuleExamples } from "./rule.ts";

const path = ["spec", "updateStrategy", "rollingUpdate", "partition"];

/** A partition that is still there although the canaries run well: the rest stays on the old revision. */
export const canaryLeftBehind: Rule = {
  id: "canary-left-behind",
  severity: "info",
  kinds: ["StatefulSet"],
  title: { ja: "残ったままの partition", en: "Partition left behind after a canary" },
  why: {
    ja: "partition より小さい序数の Pod は古いリビジョンのままで、作り直されても古いまま起動します。カナリアを確かめたら partition を 0 に戻して更新を完了させます。",
    en: "Pods below the partition stay on the old revision, even when they are made anew. Once the canaries are good, set the partition to 0 to finish the rollout.",
  },
  lesson: "6.6",
  *check(object, scene) {
    const partition = object.number(path) ?? 0;
    const { status } = liveSet(object, scene) ?? {};
    const canaries = replicasOf(object) - partition;
    const isSplit = status?.updateRevision !== undefined && status.currentRevision !== status.updateRevision;
    if (partition === 0 || canaries <= 0 || !isSplit || (status.updatedReplicas ?? 0) < canaries) {
      return;
    }
    if ((status.readyReplicas ?? 0) < replicasOf(object)) {
      return;
    }
    yield {
      path,
      message: {
        ja: `序数 ${partition} 以上の ${canaries} 個は新しいリビジョンで Ready です。残りの ${partition} 個は partition を 0 にするまで古いままです。`,
        en: `The ${canaries} Pod(s) from ordinal ${partition} on are Ready on the new revision. The other ${partition} stay old until the partition is 0.`,
      },
      fixes: [
        fixBy(
          { ja: "partition を外して更新を完了する", en: "Remove the partition and finish" },
          removeField(object, path),
        ),
      ],
    };
  },
};

const yaml = `kind: StatefulSet
apiVersion: apps/v1
metadata: {name: db, namespace: default}
spec:
  replicas: 3
  updateStrategy:
    rollingUpdate:
      partition: 2
`;
const live = (updated: number) => [
  {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "db", namespace: "default" },
    status: { currentRevision: "db-1", updateRevision: "db-2", updatedReplicas: updated, readyReplicas: 3 },
  },
];

export const examples: RuleExamples = {
  valid: [yaml],
  invalid: [
    { yaml, live: live(1), marks: ["2"] },
    { yaml, live: live(0), marks: [] },
  ],
};
