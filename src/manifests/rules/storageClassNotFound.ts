import { replaceValue } from "../findings/edits.ts";
import { nearestName } from "../findings/nearestName.ts";
import { fixBy } from "../findings/report.ts";
import type { FieldPath } from "../source/fieldPath.ts";
import type { ManifestObject } from "../source/manifestObject.ts";
import { claimTemplates } from "./podTemplate.ts";
import type { Rule, RuleExamples } from "./rule.ts";

/** A StorageClass that the cluster does not have and no manifest makes: the claim stays Pending. */
export const storageClassNotFound: Rule = {
  id: "storage-class-not-found",
  severity: "warning",
  kinds: ["StatefulSet", "PersistentVolumeClaim"],
  title: { ja: "クラスタにない StorageClass", en: "StorageClass that the cluster does not have" },
  why: {
    ja: "StorageClass がなければ PVC は Pending のまま、Pod も起動しません。volumeClaimTemplates は後から変えられないので、apply する前に名前を確かめます。",
    en: "Without its StorageClass a claim stays Pending, and so does the Pod. A claim template cannot be changed later: look at the name before you apply.",
  },
  lesson: "3.4",
  *check(object, scene) {
    if (!scene.live) {
      return;
    }
    const known = [
      ...scene.live.list("storage.k8s.io/v1", "StorageClass").map(({ metadata }) => metadata?.name ?? ""),
      ...scene.objects.filter(({ kind }) => kind === "StorageClass").map(({ name }) => name),
    ];
    for (const path of classPaths(object)) {
      const name = object.text(path);
      if (!name || known.includes(name)) {
        continue;
      }
      const near = nearestName(name, known);
      yield {
        path,
        message: {
          ja: `StorageClass ${name} はクラスタにありません。PVC は Pending のままになります。あるのは ${known.join(", ") || "(なし)"} です。`,
          en: `The cluster has no StorageClass ${name}: the claim will stay Pending. It has: ${known.join(", ") || "none"}.`,
        },
        fixes: near
          ? [fixBy({ ja: `${near} に変える`, en: `Change to ${near}` }, replaceValue(object, path, near))]
          : [],
      };
    }
  },
};

function classPaths(object: ManifestObject): readonly FieldPath[] {
  return object.kind === "StatefulSet"
    ? claimTemplates(object).map(({ path }) => [...path, "spec", "storageClassName"])
    : [["spec", "storageClassName"]];
}

const claim = (name: string) => `kind: PersistentVolumeClaim
apiVersion: v1
metadata: {name: data}
spec:
  storageClassName: ${name}
`;
const live = [{ apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name: "standard" } }];

export const examples: RuleExamples = {
  valid: [claim("fast-ssd")],
  invalid: [
    { yaml: claim("standrad"), live, marks: ["standrad"], fixed: claim("standard") },
    { yaml: claim("standard"), live, marks: [] },
  ],
};
