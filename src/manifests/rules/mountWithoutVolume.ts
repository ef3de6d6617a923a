import { replaceValue } from "../findings/edits.ts";
import { nearestName } from "../findings/nearestName.ts";
import { fixBy } from "../findings/report.ts";
import { allContainerPaths, claimTemplates, podSpecPath, workloadKinds } from "./podTemplate.ts";
import type { Rule, RuleExamples } from "./rule.ts";

/** A volumeMount whose name is neither a volume nor a claim template: the API server refuses the object. */
export const mountWithoutVolume: Rule = {
  id: "mount-without-volume",
  severity: "error",
  kinds: [...workloadKinds, "Pod", "Job", "CronJob"],
  title: { ja: "存在しないボリュームのマウント", en: "Mount of a volume that is not there" },
  why: {
    ja: "volumeMounts の name は、同じ Pod の volumes か、StatefulSet の volumeClaimTemplates の名前でなければなりません。",
    en: "The name of a volumeMount must be one of the Pod's volumes or, in a StatefulSet, of its volumeClaimTemplates.",
  },
  lesson: "3.1",
  *check(object) {
    const volumes = object
      .items([...podSpecPath(object), "volumes"])
      .map((path) => object.text([...path, "name"]));
    const names = new Set(
      [...volumes, ...claimTemplates(object).map(({ name }) => name)].filter((name) => name !== undefined),
    );
    for (const container of allContainerPaths(object)) {
      for (const mount of object.items([...container, "volumeMounts"])) {
        const path = [...mount, "name"];
        const name = object.text(path);
        if (name === undefined || names.has(name)) {
          continue;
        }
        const near = nearestName(name, names) ?? (names.size === 1 ? [...names][0] : undefined);
        yield {
          path,
          message: {
            ja: `${name} というボリュームもクレームテンプレートもありません。${near ? `${near} のことですか?` : ""}`,
            en: `There is no volume or claim template ${name}.${near ? ` Did you mean ${near}?` : ""}`,
          },
          fixes: near
            ? [fixBy({ ja: `${near} に変える`, en: `Change to ${near}` }, replaceValue(object, path, near))]
            : [],
        };
      }
    }
  },
};

const set = (mount: string) => `kind: StatefulSet
apiVersion: apps/v1
metadata: {name: db}
spec:
  template:
    spec:
      containers:
      - name: db
        volumeMounts:
        - name: ${mount} # the disk
          mountPath: /data
      volumes:
      - name: config
        emptyDir: {}
  volumeClaimTemplates:
  - metadata: {name: data}
`;

export const examples: RuleExamples = {
  valid: [set("data"), set("config")],
  invalid: [{ yaml: set("date"), marks: ["date"], fixed: set("data") }],
};
