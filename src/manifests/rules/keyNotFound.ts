import { replaceValue } from "../findings/edits.ts";
import { nearestName } from "../findings/nearestName.ts";
import { fixBy } from "../findings/report.ts";
import type { FieldPath } from "../source/fieldPath.ts";
import type { ManifestObject } from "../source/manifestObject.ts";
import type { Scene } from "../workspace/scene.ts";
import { allContainerPaths, workloadKinds } from "./podTemplate.ts";
import type { Rule, RuleExamples } from "./rule.ts";

const sources = [
  { field: "secretKeyRef", kind: "Secret" },
  { field: "configMapKeyRef", kind: "ConfigMap" },
] as const;

/** A key that the named ConfigMap or Secret, which is at hand, does not have: the container cannot be made. */
export const keyNotFound: Rule = {
  id: "key-not-found",
  severity: "warning",
  kinds: [...workloadKinds, "Pod", "Job", "CronJob"],
  title: { ja: "ConfigMap・Secret にないキー", en: "Key that the ConfigMap or Secret does not have" },
  why: {
    ja: "env が指すキーがないと、コンテナは CreateContainerConfigError のまま作られません。OrderedReady の StatefulSet では後の序数も作られません。",
    en: "Without the key that env names, the container stays in CreateContainerConfigError; in an OrderedReady set the later ordinals are not made either.",
  },
  lesson: "1.2",
  *check(object, scene) {
    for (const container of allContainerPaths(object)) {
      for (const variable of object.items([...container, "env"])) {
        for (const { field, kind } of sources) {
          const reference = [...variable, "valueFrom", field];
          const remark =
            object.object(reference) && object.get([...reference, "optional"]) !== true
              ? missingKey(object, scene, reference, kind)
              : undefined;
          if (remark) {
            yield remark;
          }
        }
      }
    }
  },
};

function missingKey(
  object: ManifestObject,
  scene: Scene,
  reference: FieldPath,
  kind: "Secret" | "ConfigMap",
) {
  const [name, key] = [object.text([...reference, "name"]), object.text([...reference, "key"])];
  const keys = name === undefined ? undefined : keysOf(kind, name, object, scene);
  if (!keys || key === undefined || keys.includes(key)) {
    return undefined;
  }
  const near = nearestName(key, keys) ?? (keys.length === 1 ? keys[0] : undefined);
  const path = [...reference, "key"];
  return {
    path,
    message: {
      ja: `${kind} ${name} に ${key} というキーはありません。あるのは ${keys.join(", ") || "(なし)"} です。`,
      en: `${kind} ${name} has no key ${key}. It has: ${keys.join(", ") || "none"}.`,
    },
    fixes: near
      ? [fixBy({ ja: `${near} に変える`, en: `Change to ${near}` }, replaceValue(object, path, near))]
      : [],
  };
}

/** The keys of the manifest or the cluster's object; undefined where neither is at hand. */
export function keysOf(
  kind: "Secret" | "ConfigMap",
  name: string,
  beside: ManifestObject,
  scene: Scene,
): readonly string[] | undefined {
  const manifest = scene.neighbour(kind, name, beside);
  const live = manifest?.value ?? scene.liveNeighbour("v1", kind, name, beside);
  if (!live) {
    return undefined;
  }
  const fields = ["data", "stringData", "binaryData"] as const;
  return fields.flatMap((field) => Object.keys((live as Record<string, unknown>)[field] ?? {}));
}

const two = (key: string) => `kind: StatefulSet
apiVersion: apps/v1
metadata: {name: db}
spec:
  template:
    spec:
      containers:
      - name: db
        env:
        - name: POSTGRES_PASSWORD
          valueFrom:
            secretKeyRef:
              name: db
              key: ${key}
---
kind: Secret
apiVersion: v1
metadata: {name: db}
stringData:
  password: example
`;

export const examples: RuleExamples = {
  valid: [
    two("password"),
    two("pass").replace("metadata: {name: db}\nstringData", "metadata: {name: other}\nstringData"),
  ],
  invalid: [{ yaml: two("pasword"), marks: ["pasword"], fixed: two("password") }],
};
