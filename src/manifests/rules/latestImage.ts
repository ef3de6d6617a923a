import { allContainerPaths, parseImage, workloadKinds } from "./podTemplate.ts";
import type { Rule, RuleExamples } from "./rule.ts";

/** An image without a fixed version: a Pod that is made again may run another one. */
export const latestImage: Rule = {
  id: "image-not-fixed",
  severity: "warning",
  kinds: [...workloadKinds, "CronJob", "Job"],
  title: { ja: "バージョンを固定していないイメージ", en: "Image of no fixed version" },
  why: {
    ja: "latest は取得した時点のバージョンです。障害で作り直された Pod だけが新しいバージョンになり、データベースでは起動できないこともあります。StatefulSet は序数の大きい順に更新されるはずですが、その順序も守られません。",
    en: "latest is whatever was newest when the node pulled it. A Pod that is made again after a failure may be the only one with a new version, in no order and with no way back; a database may then refuse its own data.",
  },
  lesson: "6.1",
  *check(object) {
    for (const container of allContainerPaths(object)) {
      const path = [...container, "image"];
      const image = object.text(path);
      if (!image || isFilledInLater(image)) {
        continue;
      }
      const { tag, hasDigest, name } = parseImage(image);
      if (!hasDigest && (tag === undefined || tag === "latest")) {
        yield {
          path,
          message: {
            ja: `${name} のバージョンが固定されていません${tag === undefined ? "(タグがないので latest になります)" : ""}。タグを指定してください。`,
            en: `The version of ${name} is not fixed${tag === undefined ? " (no tag means latest)" : ""}. Name a tag.`,
          },
        };
      }
    }
  },
};

/** Whether a script will put the image in: a variable, or a placeholder (no repository has capitals or brackets). */
function isFilledInLater(image: string): boolean {
  const { repository } = parseImage(image);
  const path = repository.includes("/") ? repository.slice(repository.indexOf("/") + 1) : repository;
  return image.includes("$") || /[A-Z<>%[\]{}]/.test(path);
}

const set = (image: string) => `kind: StatefulSet
apiVersion: apps/v1
metadata: {name: db}
spec:
  template:
    spec:
      containers:
      - name: db
        image: ${image}
`;

export const examples: RuleExamples = {
  valid: [
    set("postgres:15"),
    set("IMAGE_PATH"),
    set("registry.example:5000/<image>"),
    set("$REGISTRY/ledger"),
    set("registry.example:5000/db/postgres:15.4"),
    set("postgres@sha256:0000000000000000000000000000000000000000000000000000000000000000"),
  ],
  invalid: [
    { yaml: set("postgres"), marks: ["postgres"] },
    { yaml: set("registry.example:5000/postgres"), marks: ["registry.example:5000/postgres"] },
    { yaml: set("Registry.example/ledger"), marks: ["Registry.example/ledger"] },
    { yaml: set("postgres:latest"), marks: ["postgres:latest"] },
  ],
};
