import { containerPaths, replicasOf } from "./podTemplate.ts";
import type { Rule, RuleExamples } from "./rule.ts";

/** An ordered set of several replicas without a readiness probe: order then means "started", not "ready". */
export const noReadinessProbe: Rule = {
  id: "no-readiness-probe",
  severity: "info",
  kinds: ["StatefulSet"],
  title: { ja: "readinessProbe のない StatefulSet", en: "StatefulSet without a readiness probe" },
  why: {
    ja: "readinessProbe がなければ、コンテナが起動した時点で Ready とみなされます。OrderedReady で「前の Pod の準備ができてから次へ」進むことも、壊れた更新が途中で止まることも期待できません。",
    en: "Without a readiness probe a container is Ready as soon as it runs. Then OrderedReady does not wait until a Pod can work, and a broken rollout is not held back.",
  },
  lesson: "4.3",
  *check(object) {
    const containers = containerPaths(object);
    const hasProbe = containers.some((container) =>
      ["readinessProbe", "startupProbe"].some((probe) => object.get([...container, probe]) !== undefined),
    );
    const [first] = containers;
    if (replicasOf(object) > 1 && first && !hasProbe) {
      yield {
        path: [...first, "name"],
        message: {
          ja: "readinessProbe がないので、コンテナが起動しただけで次の Pod に進みます。",
          en: "There is no readiness probe: the next Pod follows as soon as this one's container runs.",
        },
      };
    }
  },
};

const set = (more: string, replicas = 3) => `kind: StatefulSet
apiVersion: apps/v1
metadata: {name: db}
spec:
  replicas: ${replicas}
  template:
    spec:
      containers:
      - name: main
${more}`;

export const examples: RuleExamples = {
  valid: [set("        readinessProbe: {tcpSocket: {port: 80}}\n"), set("", 1)],
  invalid: [{ yaml: set(""), marks: ["main"] }],
};
