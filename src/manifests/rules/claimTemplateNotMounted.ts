import { allContainerPaths, claimTemplates } from "./podTemplate.ts";
import type { Rule, RuleExamples } from "./rule.ts";

/** A claim template that no container mounts: a disk is made for each Pod, and nothing is written to it. */
export const claimTemplateNotMounted: Rule = {
  id: "claim-template-not-mounted",
  severity: "warning",
  kinds: ["StatefulSet"],
  title: {
    ja: "どのコンテナにもマウントされない volumeClaimTemplates",
    en: "Claim template that no container mounts",
  },
  why: {
    ja: "クレームはテンプレートごと・Pod ごとに作られますが、volumeMounts で名前を挙げないかぎりコンテナからは見えません。アプリケーションはコンテナの書き込み層に保存し、Pod が消えるとデータも消えます。",
    en: "A claim is made for each template and each Pod, but a container sees it only if its volumeMounts name it. The application then writes to the container's own layer, and loses its data with the Pod.",
  },
  lesson: "3.1",
  *check(object) {
    const mounted = new Set(
      allContainerPaths(object).flatMap((container) =>
        ["volumeMounts", "volumeDevices"].flatMap((list) =>
          object.items([...container, list]).map((mount) => object.text([...mount, "name"])),
        ),
      ),
    );
    for (const { name, path } of claimTemplates(object)) {
      if (name !== "" && !mounted.has(name)) {
        yield {
          path: [...path, "metadata", "name"],
          message: {
            ja: `クレームテンプレート ${name} はどのコンテナにもマウントされていません。Pod ごとに PVC は作られますが、使われません。`,
            en: `No container mounts the claim template ${name}: a claim is made for each Pod, and nothing uses it.`,
          },
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
        - {name: ${mount}, mountPath: /data}
  volumeClaimTemplates:
  - metadata: {name: data}
`;

export const examples: RuleExamples = {
  valid: [set("data"), set("data").replace("containers", "initContainers")],
  invalid: [{ yaml: set("disk"), marks: ["data"] }],
};
