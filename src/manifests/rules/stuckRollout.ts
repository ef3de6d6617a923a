import type { KubernetesObject } from "../../common/kubernetes/objects.ts";
import { liveSet } from "./liveSet.ts";
import type { Rule, RuleExamples } from "./rule.ts";

interface LivePod extends KubernetesObject {
  readonly status?: { readonly conditions?: readonly { readonly type?: string; readonly status?: string }[] };
}

const revisionLabel = "controller-revision-hash";

/** A broken rollout of an OrderedReady set: a new template alone does not get past the Pod that never gets ready. */
export const stuckRollout: Rule = {
  id: "stuck-rollout",
  severity: "warning",
  kinds: ["StatefulSet"],
  title: { ja: "壊れた更新で止まった StatefulSet", en: "Rollout held by a Pod that never gets ready" },
  why: {
    ja: "OrderedReady では、コントローラーは準備のできない Pod を待ち続け、テンプレートを直してもその Pod を置き換えません(kubernetes#67250)。直したあとで、止まっている Pod を自分で削除します。",
    en: "With OrderedReady the controller waits for the unready Pod and does not replace it when the template is mended (kubernetes#67250). After mending, delete that Pod yourself.",
  },
  lesson: "7.2",
  *check(object, scene) {
    const live = liveSet(object, scene);
    const { currentRevision, updateRevision } = live?.status ?? {};
    const isOrdered = live?.spec?.podManagementPolicy !== "Parallel";
    if (!live || !isOrdered || !updateRevision || currentRevision === updateRevision) {
      return;
    }
    const namespace = object.namespace ?? scene.live?.namespace;
    const stuck = (scene.live?.list("v1", "Pod", namespace) ?? []).find(
      (pod) =>
        pod.metadata?.ownerReferences?.some(
          ({ kind, name }) => kind === "StatefulSet" && name === object.name,
        ) &&
        pod.metadata.labels?.[revisionLabel] === updateRevision &&
        !isReady(pod),
    );
    const name = stuck?.metadata?.name;
    if (name) {
      yield {
        path: ["metadata", "name"],
        message: {
          ja: `更新は ${name} の準備待ちです。この Pod が起動できないなら、テンプレートを直して apply したあと kubectl delete pod ${name} で作り直させます。`,
          en: `The rollout waits for ${name}. If it cannot start: mend the template, apply, then run kubectl delete pod ${name} so that it is made anew.`,
        },
      };
    }
  },
};

function isReady(pod: LivePod): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
}

const yaml = `kind: StatefulSet
apiVersion: apps/v1
metadata: {name: db, namespace: default}
`;
const live = (policy: string, ready: string) => [
  {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "db", namespace: "default" },
    spec: { podManagementPolicy: policy },
    status: { currentRevision: "db-1", updateRevision: "db-2" },
  },
  {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: "db-2",
      namespace: "default",
      labels: { [revisionLabel]: "db-2" },
      ownerReferences: [{ kind: "StatefulSet", name: "db" }],
    },
    status: { conditions: [{ type: "Ready", status: ready }] },
  },
];

export const examples: RuleExamples = {
  valid: [yaml],
  invalid: [
    { yaml, live: live("OrderedReady", "False"), marks: ["db"] },
    { yaml, live: live("OrderedReady", "True"), marks: [] },
    { yaml, live: live("Parallel", "False"), marks: [] },
  ],
};
