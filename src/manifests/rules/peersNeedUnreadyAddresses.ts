import { containerPaths, parseImage, replicasOf } from "./podTemplate.ts";
import type { Rule, RuleExamples } from "./rule.ts";
import { governingService } from "./serviceOfSet.ts";

/** Images whose servers look for each other by name before they are ready. */
const lookForPeers = new Set([
  "etcd",
  "zookeeper",
  "cassandra",
  "cockroach",
  "consul",
  "nats",
  "rabbitmq",
  "elasticsearch",
]);

/** A set whose Pods must find each other to become ready, behind a Service that lists only ready ones. */
export const peersNeedUnreadyAddresses: Rule = {
  id: "peers-need-unready-addresses",
  severity: "info",
  kinds: ["StatefulSet"],
  title: { ja: "準備前の相手を探せない Service", en: "Peers that cannot be found before they are ready" },
  why: {
    ja: "既定では、Ready でない Pod の名前は DNS から引けません。クラスタを組んでから Ready になるソフトウェアは、互いを待ったまま起動しないことがあります。publishNotReadyAddresses: true にすると準備前でも名前が引けます。",
    en: "By default DNS has no name for a Pod that is not Ready. Software that gets ready only once it has formed a cluster may then wait for ever; publishNotReadyAddresses: true lists Pods from the start.",
  },
  lesson: "2.7",
  *check(object, scene) {
    const service = governingService(object, scene);
    if (!service?.isHeadless || service.publishesUnready || replicasOf(object) < 2) {
      return;
    }
    const hasProbe = containerPaths(object).some(
      (path) => object.get([...path, "readinessProbe"]) !== undefined,
    );
    const peer = containerPaths(object).find((path) =>
      lookForPeers.has(parseImage(object.text([...path, "image"]) ?? "").name),
    );
    if (peer && hasProbe) {
      yield {
        path: ["spec", "serviceName"],
        message: {
          ja: `Service ${service.name} は準備のできた Pod だけを公開します。互いを探してから Ready になるなら publishNotReadyAddresses: true が必要です。`,
          en: `Service ${service.name} lists ready Pods only. If these must find each other to get ready, it needs publishNotReadyAddresses: true.`,
        },
      };
    }
  },
};

const two = (publish: string, image = "etcd:v3.5.0") => `kind: StatefulSet
apiVersion: apps/v1
metadata: {name: db}
spec:
  replicas: 3
  serviceName: peers
  template:
    spec:
      containers:
      - name: db
        image: ${image}
        readinessProbe: {tcpSocket: {port: 2379}}
---
kind: Service
apiVersion: v1
metadata: {name: peers}
spec:
  clusterIP: None
${publish}`;

export const examples: RuleExamples = {
  valid: [two("  publishNotReadyAddresses: true\n"), two("", "nginx:1.27")],
  invalid: [{ yaml: two(""), marks: ["peers"] }],
};
