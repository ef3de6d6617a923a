import { workloadOf } from "./budgetBlocksDrain.ts";
import { replicasOf } from "./podTemplate.ts";
import type { Rule, RuleExamples } from "./rule.ts";

/** A budget that lets so many Pods of a set go that the rest is no majority. */
export const budgetBelowQuorum: Rule = {
  id: "budget-below-quorum",
  severity: "info",
  kinds: ["PodDisruptionBudget"],
  title: { ja: "過半数を割り込む PDB", en: "Budget below a majority" },
  why: {
    ja: "多数決で動くシステム(etcd、ZooKeeper、Raft を使うデータベースなど)は、過半数が生きていなければ書き込めません。PDB が守るのは数だけなので、過半数を残す値にします。",
    en: "Systems that decide by majority (etcd, ZooKeeper, databases on Raft) cannot write without one. A budget counts Pods and knows nothing else, so make it leave a majority.",
  },
  lesson: "9.2",
  *check(object, scene) {
    const set = workloadOf(object, scene);
    if (set?.kind !== "StatefulSet" || replicasOf(set) < 3) {
      return;
    }
    const replicas = replicasOf(set);
    const majority = Math.floor(replicas / 2) + 1;
    const minAvailable = object.number(["spec", "minAvailable"]);
    const maxUnavailable = object.number(["spec", "maxUnavailable"]);
    const remaining = minAvailable ?? (maxUnavailable === undefined ? undefined : replicas - maxUnavailable);
    if (remaining !== undefined && remaining < majority) {
      yield {
        path: ["spec", minAvailable === undefined ? "maxUnavailable" : "minAvailable"],
        message: {
          ja: `${replicas} 個のうち ${remaining} 個しか残らなくてもよいことになります。過半数は ${majority} です。`,
          en: `This lets ${set.name} go down to ${remaining} of ${replicas} Pods; a majority is ${majority}.`,
        },
      };
    }
  },
};

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
  valid: [two("minAvailable: 2"), two("maxUnavailable: 1"), two("minAvailable: 1", 2)],
  invalid: [
    { yaml: two("minAvailable: 1"), marks: ["1"] },
    { yaml: two("maxUnavailable: 3", 5), marks: ["3"] },
  ],
};
