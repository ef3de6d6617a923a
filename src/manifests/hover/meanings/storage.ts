import { claimTemplates, replicasOf } from "../../rules/podTemplate.ts";
import type { ManifestObject } from "../../source/manifestObject.ts";
import type { Meaning } from "./meaning.ts";
import { claimNames, firstOrdinal, shorten } from "./names.ts";

function allClaims(set: ManifestObject): string {
  const start = firstOrdinal(set);
  return shorten(
    Array.from({ length: replicasOf(set) }, (_, index) => claimNames(set, start + index)).flat(),
  );
}

const templates: Meaning = {
  kinds: ["StatefulSet"],
  field: "spec.volumeClaimTemplates",
  lesson: "3.1",
  say: (set) => ({
    ja: `Pod ごとに PVC を作ります: ${allClaims(set)}。Pod を作り直しても同じ PVC を使い、スケールダウンや削除では(既定では)残ります。テンプレートは後から変えられません。`,
    en: `Makes a claim for each Pod: ${allClaims(set)}. A Pod that is made anew uses the same one; scaling down and deleting leave them (by default). The templates cannot be changed later.`,
  }),
};

const templateName: Meaning = {
  kinds: ["StatefulSet"],
  field: "spec.volumeClaimTemplates.metadata.name",
  lesson: "3.1",
  say: (set) => ({
    ja: `PVC の名前の先頭になります: ${allClaims(set)}。volumeMounts からもこの名前で参照します。`,
    en: `The beginning of the claims' names: ${allClaims(set)}. volumeMounts refer to it by this name.`,
  }),
};

const size: Meaning = {
  kinds: ["StatefulSet"],
  field: "spec.volumeClaimTemplates.spec.resources.requests.storage",
  lesson: "3.6",
  say(set, _scene, path) {
    const amount = String(set.get(path) ?? "");
    const count = replicasOf(set) * Math.max(1, claimTemplates(set).length > 0 ? 1 : 0);
    return {
      ja: `Pod ごとに ${amount}、いまの replicas では ${count} 個です。後から変えられません。広げるときは PVC を 1 つずつ、StorageClass が許す場合に変更します。`,
      en: `${amount} for each Pod, ${count} of them with these replicas. It cannot be changed later; a claim is grown by itself, where its StorageClass allows it.`,
    };
  },
};

const whenDeleted: Meaning = {
  kinds: ["StatefulSet"],
  field: "spec.persistentVolumeClaimRetentionPolicy.whenDeleted",
  lesson: "5.7",
  say: (set, _scene, path) =>
    set.text(path) === "Delete"
      ? {
          ja: `StatefulSet を削除すると ${allClaims(set)} も、データごと削除されます。`,
          en: `Deleting the set deletes ${allClaims(set)} too, with their data.`,
        }
      : {
          ja: `StatefulSet を削除しても ${allClaims(set)} は残ります。`,
          en: `Deleting the set leaves ${allClaims(set)}.`,
        },
};

const whenScaled: Meaning = {
  kinds: ["StatefulSet"],
  field: "spec.persistentVolumeClaimRetentionPolicy.whenScaled",
  lesson: "5.7",
  say: (set, _scene, path) =>
    set.text(path) === "Delete"
      ? {
          ja: "スケールダウンで消える Pod の PVC は、データごと削除されます。",
          en: "The claims of Pods that go when scaling down are deleted with their data.",
        }
      : {
          ja: "スケールダウンしても PVC は残り、もう一度スケールアップすると同じデータで戻ります。",
          en: "Scaling down leaves the claims; scaling up again brings the same data back.",
        },
};

const storageClass: Meaning = {
  kinds: ["StatefulSet", "PersistentVolumeClaim"],
  field: "spec.storageClassName",
  lesson: "3.4",
  say: (claim, scene, path) => className(claim.text(path) ?? "", scene.live !== undefined, scene),
};

const templateClass: Meaning = { ...storageClass, field: "spec.volumeClaimTemplates.spec.storageClassName" };

function className(name: string, isLive: boolean, scene: Parameters<Meaning["say"]>[1]) {
  const found = scene.live
    ?.list("storage.k8s.io/v1", "StorageClass")
    .find(({ metadata }) => metadata?.name === name) as
    | { readonly volumeBindingMode?: string; readonly provisioner?: string; readonly reclaimPolicy?: string }
    | undefined;
  if (!isLive || !found) {
    return undefined;
  }
  return {
    ja: `プロビジョナーは ${found.provisioner}。${found.volumeBindingMode === "WaitForFirstConsumer" ? "PVC は、使う Pod がスケジュールされるまで Pending のままで正常です。" : "PVC はすぐにボリュームと結び付きます。"}PVC を削除するとディスクは${found.reclaimPolicy === "Delete" ? "消えます" : "残ります"}。`,
    en: `Provisioned by ${found.provisioner}. ${found.volumeBindingMode === "WaitForFirstConsumer" ? "A claim stays Pending, as it should, until a Pod that uses it is scheduled." : "A claim is bound at once."} Deleting the claim ${found.reclaimPolicy === "Delete" ? "deletes" : "keeps"} the disk.`,
  };
}

export const storage: readonly Meaning[] = [
  templates,
  templateName,
  size,
  whenDeleted,
  whenScaled,
  storageClass,
  templateClass,
];
