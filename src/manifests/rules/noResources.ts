import { containerPaths } from "./podTemplate.ts";
import type { Rule, RuleExamples } from "./rule.ts";

/** A set whose containers ask for nothing: BestEffort, the first to be evicted. */
export const noResources: Rule = {
  id: "no-resource-requests",
  severity: "info",
  kinds: ["StatefulSet"],
  title: { ja: "リソース要求のない StatefulSet", en: "StatefulSet without resource requests" },
  why: {
    ja: "requests も limits もない Pod の QoS は BestEffort です。ノードのメモリーが足りなくなると最初に退避され、スケジューラーは空きがあるかを考えずに配置します。",
    en: "A Pod without requests and limits is BestEffort: the first to be evicted when its node runs short, and placed by a scheduler that does not ask whether it fits.",
  },
  lesson: "10.1",
  *check(object) {
    const isSized = object.get(["spec", "template", "spec", "resources"]) !== undefined;
    for (const container of isSized ? [] : containerPaths(object)) {
      const [requests, limits] = ["requests", "limits"].map((key) =>
        object.object([...container, "resources", key]),
      );
      if (Object.keys({ ...requests, ...limits }).length === 0) {
        yield {
          path: [...container, "name"],
          message: {
            ja: "resources.requests がありません。ノードが混むと最初に退避されます(BestEffort)。",
            en: "There are no resources.requests: on a crowded node this Pod is the first to be evicted (BestEffort).",
          },
        };
      }
    }
  },
};

const set = (more: string) => `kind: StatefulSet
apiVersion: apps/v1
metadata: {name: db}
spec:
  template:
    spec:
      containers:
      - name: main
${more}`;

export const examples: RuleExamples = {
  valid: [
    set("        resources: {requests: {cpu: 100m}}\n"),
    set("        resources: {limits: {memory: 1Gi}}\n"),
  ],
  invalid: [
    { yaml: set(""), marks: ["main"] },
    { yaml: set("        resources: {}\n"), marks: ["main"] },
  ],
};
