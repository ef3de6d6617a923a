import { replaceValue } from "../findings/edits.ts";
import { fixBy } from "../findings/report.ts";
import { selects, templateLabels } from "./podTemplate.ts";
import type { Rule, RuleExamples } from "./rule.ts";
import { governingService } from "./serviceOfSet.ts";

/**
 * A serviceName that no Service has. Said only where it is certain: a Service for these Pods is at hand
 * under another name, or the cluster is known and has none.
 */
export const serviceNotFound: Rule = {
  id: "service-not-found",
  severity: "warning",
  kinds: ["StatefulSet"],
  title: { ja: "serviceName の Service がない", en: "serviceName that no Service has" },
  why: {
    ja: "Pod の DNS 名(set-0.サービス名.名前空間.svc)は、serviceName と同じ名前の Service があって初めて解決できます。API サーバーは存在を確かめないので、Pod は Ready になっても名前だけが引けません。",
    en: "A Pod's DNS name (set-0.service.namespace.svc) resolves only if there is a Service of the name in serviceName. The API server does not look for it, so the Pods get Ready and only their names are missing.",
  },
  lesson: "2.6",
  *check(object, scene) {
    const path = ["spec", "serviceName"];
    const name = object.text(path);
    if (!name || governingService(object, scene)) {
      return;
    }
    const labels = templateLabels(object);
    const candidates = scene
      .neighbours("Service", object)
      .filter((service) => selects(service.texts(["spec", "selector"]), labels));
    const headless = candidates.find((service) => service.text(["spec", "clusterIP"]) === "None");
    const meant = (headless ?? candidates[0])?.name;
    if (!meant && !scene.live) {
      return;
    }
    yield {
      path,
      message: {
        ja: `${name} という Service がありません。Pod の DNS 名は解決できません。${meant ? `この Pod を選ぶ Service は ${meant} です。` : ""}`,
        en: `There is no Service ${name}, so the Pods' DNS names will not resolve.${meant ? ` The Service that selects these Pods is ${meant}.` : ""}`,
      },
      fixes: meant
        ? [fixBy({ ja: `${meant} に変える`, en: `Change to ${meant}` }, replaceValue(object, path, meant))]
        : [],
    };
  },
};

const set = (serviceName: string) => `kind: StatefulSet
apiVersion: apps/v1
metadata: {name: db}
spec:
  serviceName: ${serviceName}
  template:
    metadata:
      labels: {app: db}
`;
const service = `---
kind: Service
apiVersion: v1
metadata: {name: db-headless}
spec:
  clusterIP: None
  selector: {app: db}
`;

export const examples: RuleExamples = {
  valid: [
    set("db-headless") + service,
    set("elsewhere"),
    `${set("other")}${service.replace("app: db", "app: web")}`,
  ],
  invalid: [{ yaml: set("db") + service, marks: ["db"], fixed: set("db-headless") + service }],
};
