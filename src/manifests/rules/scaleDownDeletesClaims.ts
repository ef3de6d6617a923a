import { liveSet } from "./liveSet.ts";
import { replicasOf } from "./podTemplate.ts";
import type { Rule, RuleExamples } from "./rule.ts";

/** Fewer replicas than the cluster has, with whenScaled: Delete: the condemned Pods' data goes. */
export const scaleDownDeletesClaims: Rule = {
  id: "scale-down-deletes-claims",
  severity: "warning",
  kinds: ["StatefulSet"],
  title: { ja: "スケールダウンでデータが消える", en: "Scaling down deletes data" },
  why: {
    ja: "persistentVolumeClaimRetentionPolicy.whenScaled が Delete のとき、減らされる Pod の PVC は Pod と一緒に削除されます。reclaimPolicy が Delete の StorageClass ではディスクも消え、元に戻せません。",
    en: "With persistentVolumeClaimRetentionPolicy.whenScaled: Delete the claims of condemned Pods go with them, and with a StorageClass that reclaims by Delete so do the disks. There is no way back.",
  },
  lesson: "5.7",
  *check(object, scene) {
    const live = liveSet(object, scene);
    const wanted = replicasOf(object);
    const have = live?.spec?.replicas ?? 0;
    const path = ["spec", "persistentVolumeClaimRetentionPolicy", "whenScaled"];
    const templates = live?.spec?.volumeClaimTemplates ?? [];
    if (object.get(path) !== "Delete" || wanted >= have || templates.length === 0) {
      return;
    }
    const start = object.number(["spec", "ordinals", "start"]) ?? 0;
    const names = Array.from(
      { length: have - wanted },
      (_, index) => `${object.name}-${start + wanted + index}`,
    );
    yield {
      path: ["spec", "replicas"],
      message: {
        ja: `replicas を ${have} から ${wanted} に減らすと、${names.join(", ")} の PVC とデータが削除されます(whenScaled: Delete)。`,
        en: `Going from ${have} to ${wanted} replicas deletes the claims and data of ${names.join(", ")} (whenScaled: Delete).`,
      },
    };
  },
};

const set = (replicas: number, when: string) => `kind: StatefulSet
apiVersion: apps/v1
metadata: {name: db, namespace: default}
spec:
  replicas: ${replicas}
  persistentVolumeClaimRetentionPolicy:
    whenScaled: ${when}
`;
const live = [
  {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "db", namespace: "default" },
    spec: { replicas: 3, volumeClaimTemplates: [{ metadata: { name: "data" } }] },
  },
];

export const examples: RuleExamples = {
  valid: [set(1, "Delete")],
  invalid: [
    { yaml: set(1, "Delete"), live, marks: ["1"] },
    { yaml: set(1, "Retain"), live, marks: [] },
    { yaml: set(3, "Delete"), live, marks: [] },
  ],
};
