import type { JsonObject } from "../../common/kubernetes/objects.ts";
import { liveSet } from "./liveSet.ts";
import { containerPaths, parseImage } from "./podTemplate.ts";
import type { Rule, RuleExamples } from "./rule.ts";

/** Databases whose files another major version cannot read. */
const keepsFormat = new Set(["postgres", "mysql", "mariadb", "mongo"]);

/** A database's image that goes to another major version while its data stays. */
export const majorVersionChange: Rule = {
  id: "major-version-change",
  severity: "warning",
  kinds: ["StatefulSet"],
  title: { ja: "データベースのメジャーバージョン変更", en: "Change of a database's major version" },
  why: {
    ja: "新しいメジャーバージョンのサーバーは古いデータファイルを開けず、起動に失敗します。更新は最後の序数で止まったままになります。新しい StatefulSet にダンプとリストアで移すか、製品のアップグレード手順を使います。",
    en: "A server of another major version does not open the old data files: it fails to start, and the rollout stops at the last ordinal. Migrate by dump and restore into a new set, or by the product's own upgrade.",
  },
  lesson: "7.4",
  *check(object, scene) {
    const containers = (liveSet(object, scene)?.spec?.template?.spec as JsonObject | undefined)?.containers;
    const running = Array.isArray(containers) ? (containers as JsonObject[]) : [];
    for (const path of containerPaths(object)) {
      const wanted = parseImage(object.text([...path, "image"]) ?? "");
      const old = running.find(({ name }) => name === object.text([...path, "name"]))?.image;
      const now = parseImage(typeof old === "string" ? old : "");
      const [from, to] = [majorOf(now.tag), majorOf(wanted.tag)];
      if (keepsFormat.has(wanted.name) && now.name === wanted.name && from && to && from !== to) {
        yield {
          path: [...path, "image"],
          message: {
            ja: `${wanted.name} ${from} のデータは ${to} では開けません。このまま更新すると最後の序数の Pod が起動に失敗して止まります。`,
            en: `${wanted.name} ${to} cannot open the data of ${from}: the rollout will stop at the last ordinal, which fails to start.`,
          },
        };
      }
    }
  },
};

function majorOf(tag: string | undefined): string | undefined {
  return /^v?(\d+)(?:[.-]|$)/.exec(tag ?? "")?.[1];
}

const set = (image: string) => `kind: StatefulSet
apiVersion: apps/v1
metadata: {name: db, namespace: default}
spec:
  template:
    spec:
      containers:
      - name: db
        image: ${image}
`;
const live = [
  {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "db", namespace: "default" },
    spec: { template: { spec: { containers: [{ name: "db", image: "postgres:15.3" }] } } },
  },
];

export const examples: RuleExamples = {
  valid: [set("postgres:16")],
  invalid: [
    { yaml: set("postgres:16"), live, marks: ["postgres:16"] },
    { yaml: set("postgres:15.4"), live, marks: [] },
  ],
};
