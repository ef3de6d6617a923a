import type { Rule, RuleExamples } from "./rule.ts";
import { governingService } from "./serviceOfSet.ts";

/** A set's Service with a cluster IP: its name leads to any Pod, and the Pods have no names of their own. */
export const serviceHasClusterIp: Rule = {
  id: "service-has-cluster-ip",
  severity: "warning",
  kinds: ["StatefulSet"],
  title: {
    ja: "serviceName の Service が headless ではない",
    en: "serviceName of a Service with a cluster IP",
  },
  why: {
    ja: "serviceName には clusterIP: None の Service を指定します。クラスタ IP を持つ Service の名前はその IP に解決され、どの Pod につながるかは選べません。Pod ごとの名前が引けるのは headless Service だけです。",
    en: "serviceName is for a Service with clusterIP: None. The name of a Service with a cluster IP leads to that address, and from there to any of the Pods; only a headless Service is meant to give every Pod a name of its own.",
  },
  lesson: "2.1",
  *check(object, scene) {
    const service = governingService(object, scene);
    if (!service || service.isHeadless) {
      return;
    }
    yield {
      path: ["spec", "serviceName"],
      message: {
        ja: `Service ${service.name} は headless ではありません(clusterIP: None がありません)。Pod ごとの DNS 名のための Service を指定してください。clusterIP は後から変えられないので、Service は作り直しになります。`,
        en: `The Service ${service.name} is not headless (it has no clusterIP: None). Name one that gives each Pod its own DNS name. clusterIP cannot be changed later: the Service has to be made anew.`,
      },
    };
  },
};

const manifests = (clusterIp: string) => `kind: StatefulSet
apiVersion: apps/v1
metadata: {name: db}
spec:
  serviceName: db
---
kind: Service
apiVersion: v1
metadata: {name: db}
spec:
  selector: {app: db}
${clusterIp}`;

export const examples: RuleExamples = {
  valid: [manifests("  clusterIP: None\n")],
  invalid: [{ yaml: manifests(""), marks: ["db"] }],
};
