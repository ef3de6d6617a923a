import type { LocalizedText } from "../../common/language.ts";
import { firstOrdinal } from "../hover/meanings/names.ts";
import { liveSet } from "../rules/liveSet.ts";
import { replicasOf } from "../rules/podTemplate.ts";
import type { Span } from "../source/manifestDocument.ts";
import type { ManifestObject } from "../source/manifestObject.ts";
import type { Scene } from "../workspace/scene.ts";
import { isReady } from "./podState.ts";

/** What a lens does when it is clicked; undefined for one that only tells. */
export type LensAction =
  | "apply"
  | "diff"
  | "scale"
  | "partition"
  | "rolloutStatus"
  | "restart"
  | "claims"
  | "delete";

export interface Lens extends Span {
  readonly title: LocalizedText;
  readonly action: LensAction | undefined;
  readonly object: ManifestObject;
}

const workloads = new Set(["StatefulSet", "Deployment"]);

/** The lenses above one object and above those of its fields that can be set. */
export function lensesOf(object: ManifestObject, scene: Scene): readonly Lens[] {
  const top = object.keySpan(["kind"]);
  const at = (span: Span, title: LocalizedText, action?: LensAction): Lens => ({
    ...span,
    title,
    action,
    object,
  });
  const isSet = object.kind === "StatefulSet" && object.isBuiltIn;
  const strip = isSet ? stripOf(object, scene) : undefined;
  const lenses = [
    ...(strip ? [at(top, strip)] : []),
    at(top, { ja: "適用", en: "apply" }, "apply"),
    at(top, { ja: "差分", en: "diff" }, "diff"),
  ];
  if (workloads.has(object.kind) && object.isBuiltIn) {
    lenses.push(
      at(top, { ja: "ロールアウトの状況", en: "rollout status" }, "rolloutStatus"),
      at(top, { ja: "再起動", en: "restart" }, "restart"),
      at(object.keySpan(["spec", "replicas"]), { ja: "スケール…", en: "scale…" }, "scale"),
    );
  }
  if (isSet) {
    lenses.push(
      at(top, { ja: "PVC を見る", en: "claims" }, "claims"),
      at(
        object.keySpan(["spec", "updateStrategy"]),
        { ja: "partition を設定…", en: "set partition…" },
        "partition",
      ),
    );
  }
  return [...lenses, at(top, { ja: "削除…", en: "delete…" }, "delete"), ...drift(object, scene, at)];
}

/** One cell for each ordinal: `db-0 ● db-1 ◐ db-2 ○`; undefined where the cluster has no such set. */
function stripOf(set: ManifestObject, scene: Scene): LocalizedText | undefined {
  const live = liveSet(set, scene);
  if (!live || !scene.live) {
    return undefined;
  }
  const namespace = set.namespace ?? scene.live.namespace;
  const start = firstOrdinal(set);
  const count = Math.min(live.spec?.replicas ?? 0, 12);
  const cells = Array.from({ length: count }, (_, index) => {
    const pod = scene.live?.get("v1", "Pod", namespace, `${set.name}-${start + index}`);
    const isNew = pod?.metadata?.labels?.["controller-revision-hash"] === live.status?.updateRevision;
    return `${start + index}${pod ? (isReady(pod) ? "●" : "◐") : "○"}${pod && !isNew ? "↺" : ""}`;
  });
  const more = (live.spec?.replicas ?? 0) > count ? " …" : "";
  const ready = live.status?.readyReplicas ?? 0;
  const text = `${cells.join(" ")}${more}`;
  return {
    ja: `${text}  ${ready}/${live.spec?.replicas ?? 0} Ready`,
    en: `${text}  ${ready}/${live.spec?.replicas ?? 0} Ready`,
  };
}

/** Where file and cluster differ in what is changed by hand most often. */
function drift(
  object: ManifestObject,
  scene: Scene,
  at: (span: Span, title: LocalizedText) => Lens,
): readonly Lens[] {
  const live = object.kind === "StatefulSet" ? liveSet(object, scene)?.spec : undefined;
  if (!live) {
    return [];
  }
  const partition = ["spec", "updateStrategy", "rollingUpdate", "partition"];
  const pairs = [
    { path: ["spec", "replicas"], file: replicasOf(object), cluster: live.replicas ?? 1 },
    {
      path: partition,
      file: object.number(partition) ?? 0,
      cluster: live.updateStrategy?.rollingUpdate?.partition ?? 0,
    },
  ];
  return pairs
    .filter(({ file, cluster }) => file !== cluster)
    .map(({ path, file, cluster }) =>
      at(object.keySpan(path), {
        ja: `⚠ ファイル ${file}・クラスタ ${cluster}`,
        en: `⚠ file ${file}, cluster ${cluster}`,
      }),
    );
}
