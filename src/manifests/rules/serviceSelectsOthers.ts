import { selects, templateLabels } from "./podTemplate.ts";
import type { Rule, RuleExamples } from "./rule.ts";
import { governingService } from "./serviceOfSet.ts";

/** A set's Service whose selector does not match the set's Pods. */
export const serviceSelectsOthers: Rule = {
  id: "service-selects-others",
  severity: "warning",
  kinds: ["StatefulSet"],
  title: {
    ja: "serviceName の Service がこの Pod を選ばない",
    en: "serviceName of a Service that selects other Pods",
  },
  why: {
    ja: "Service は selector に合う Pod のアドレスだけを EndpointSlice に載せます。合わなければ Pod は名前も宛先も持てません。",
    en: "A Service lists in its EndpointSlices the Pods that match its selector, and no others. Pods that do not match get no name and no traffic.",
  },
  lesson: "2.2",
  *check(object, scene) {
    const service = governingService(object, scene);
    const labels = templateLabels(object);
    // without a selector somebody else writes the endpoints, which is allowed
    if (!service || Object.keys(service.selector).length === 0 || selects(service.selector, labels)) {
      return;
    }
    const differing = Object.entries(service.selector)
      .filter(([key, value]) => labels[key] !== value)
      .map(([key, value]) => `${key}=${value}`)
      .join(", ");
    yield {
      path: ["spec", "serviceName"],
      message: {
        ja: `Service ${service.name} の selector はこの Pod に合いません: ${differing} というラベルがテンプレートにありません。`,
        en: `The selector of Service ${service.name} does not match these Pods: the template has no ${differing}.`,
      },
    };
  },
};

const manifests = (label: string) => `kind: StatefulSet
apiVersion: apps/v1
metadata: {name: db}
spec:
  serviceName: db
  template:
    metadata:
      labels: {app: ${label}, tier: data}
---
kind: Service
apiVersion: v1
metadata: {name: db}
spec:
  clusterIP: None
  selector: {app: db}
`;

export const examples: RuleExamples = {
  valid: [manifests("db"), manifests("web").replace("  selector: {app: db}\n", "")],
  invalid: [{ yaml: manifests("web"), marks: ["db"] }],
};
