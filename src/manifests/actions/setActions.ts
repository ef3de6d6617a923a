import { meanings } from "../hover/meanings/index.ts";
import { firstOrdinal, shorten } from "../hover/meanings/names.ts";
import { liveSet } from "../rules/liveSet.ts";
import { claimTemplates, replicasOf, templateLabels } from "../rules/podTemplate.ts";
import type { ManifestObject } from "../source/manifestObject.ts";
import { Scene } from "../workspace/scene.ts";
import type { KubectlAction } from "./action.ts";

function inNamespace(object: ManifestObject): readonly string[] {
  return object.namespace === undefined ? [] : ["-n", object.namespace];
}

/** `kubectl scale`, with what it makes or deletes and what stays. */
export function scaleAction(set: ManifestObject, replicas: number, scene: Scene): KubectlAction {
  const kind = set.kind.toLowerCase();
  return {
    args: ["scale", `${kind}/${set.name}`, `--replicas=${replicas}`, ...inNamespace(set)],
    canTry: true,
    effect: scaleEffect(set, replicas, scene),
  };
}

function scaleEffect(set: ManifestObject, wanted: number, scene: Scene) {
  const have = liveSet(set, scene)?.spec?.replicas ?? replicasOf(set);
  const ordinals = Array.from({ length: Math.abs(wanted - have) }, (_, index) => index);
  const start = firstOrdinal(set);
  const isSet = set.kind === "StatefulSet";
  if (wanted === have || !isSet) {
    return {
      ja: `${have} → ${wanted}`,
      en: `${have} → ${wanted}`,
    };
  }
  const names = ordinals.map((index) =>
    wanted > have ? `${set.name}-${start + have + index}` : `${set.name}-${start + have - 1 - index}`,
  );
  const claims = names.flatMap((pod) => claimTemplates(set).map(({ name }) => `${name}-${pod}`));
  const isLost = set.text(["spec", "persistentVolumeClaimRetentionPolicy", "whenScaled"]) === "Delete";
  if (wanted > have) {
    return {
      ja: `${have} → ${wanted}: ${shorten(names)} を作ります。${claims.length > 0 ? `PVC ${shorten(claims)} は、残っていればデータごと再利用します。` : ""}`,
      en: `${have} → ${wanted}: makes ${shorten(names)}.${claims.length > 0 ? ` The claims ${shorten(claims)} are used again, with their data, where they exist.` : ""}`,
    };
  }
  return {
    ja: `${have} → ${wanted}: ${shorten(names)} をこの順に削除します。${claims.length > 0 ? `PVC ${shorten(claims)} は${isLost ? "データごと削除されます" : "残ります"}。` : ""}`,
    en: `${have} → ${wanted}: deletes ${shorten(names)}, in this order.${claims.length > 0 ? ` The claims ${shorten(claims)} ${isLost ? "are deleted with their data" : "stay"}.` : ""}`,
  };
}

/** `kubectl patch` of the partition, naming the Pods that a changed template then reaches, in order. */
export function partitionAction(set: ManifestObject, partition: number): KubectlAction {
  const patch = { spec: { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition } } } };
  const start = firstOrdinal(set);
  const reached = Array.from({ length: Math.max(0, replicasOf(set) - partition) }, (_, index) => index).map(
    (index) => `${set.name}-${start + replicasOf(set) - 1 - index}`,
  );
  return {
    args: [
      "patch",
      `statefulset/${set.name}`,
      "--type=merge",
      "-p",
      JSON.stringify(patch),
      ...inNamespace(set),
    ],
    canTry: true,
    effect:
      reached.length > 0
        ? {
            ja: `新しいテンプレートになるのは ${shorten(reached)}(この順)です。${partition > 0 ? `序数 ${start + partition} より小さい Pod は古いままです。` : ""}`,
            en: `The template reaches ${shorten(reached)}, in this order.${partition > 0 ? ` Pods below ordinal ${start + partition} stay as they are.` : ""}`,
          }
        : { ja: "どの Pod も更新されなくなります。", en: "No Pod will be updated any more." },
  };
}

/** `kubectl rollout restart`: every Pod is made anew, in the order of an update. */
export function restartAction(workload: ManifestObject): KubectlAction {
  const kind = workload.kind.toLowerCase();
  const strategy = meanings.find(({ field }) => field === "spec.updateStrategy.type");
  return {
    args: ["rollout", "restart", `${kind}/${workload.name}`, ...inNamespace(workload)],
    canTry: false,
    effect:
      workload.kind === "StatefulSet" && strategy
        ? (strategy.say(workload, new Scene([]), ["spec", "updateStrategy", "type"]) ?? everyPod)
        : everyPod,
  };
}

const everyPod = { ja: "すべての Pod を作り直します。", en: "Every Pod is made anew." };

/** `kubectl delete`, with what stays behind. */
export function deleteAction(object: ManifestObject): KubectlAction {
  const claims = claimTemplates(object).map(({ name }) => `${name}-${object.name}-N`);
  const goes = object.text(["spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted"]) === "Delete";
  const stays =
    claims.length === 0
      ? undefined
      : goes
        ? {
            ja: `Pod と PVC(${claims.join(", ")})が、データごと削除されます。`,
            en: `Deletes the Pods and the claims (${claims.join(", ")}) with their data.`,
          }
        : {
            ja: `Pod は削除されますが、PVC(${claims.join(", ")})とそのデータは残ります。`,
            en: `Deletes the Pods. The claims (${claims.join(", ")}) and their data stay.`,
          };
  return {
    args: ["delete", `${object.kind.toLowerCase()}/${object.name}`, ...inNamespace(object)],
    canTry: true,
    effect: stays ?? {
      ja: `${object.kind} ${object.name} を削除します。`,
      en: `Deletes ${object.kind} ${object.name}.`,
    },
  };
}

/** Questions that change nothing. */
export function rolloutStatusAction(workload: ManifestObject): KubectlAction {
  const name = `${workload.kind.toLowerCase()}/${workload.name}`;
  return { args: ["rollout", "status", name, "--timeout=60s", ...inNamespace(workload)], canTry: false };
}

export function claimsAction(set: ManifestObject): KubectlAction {
  const selector = Object.entries(templateLabels(set)).map(([key, value]) => `${key}=${value}`);
  return { args: ["get", "pvc", "-l", selector.join(","), "-o", "wide", ...inNamespace(set)], canTry: false };
}

export function applyAction(file: string): KubectlAction {
  return {
    args: ["apply", "-f", file],
    canTry: true,
    effect: { ja: `${file} を適用します。`, en: `Applies ${file}.` },
  };
}

export function diffAction(file: string): KubectlAction {
  return { args: ["diff", "-f", file], canTry: false };
}
