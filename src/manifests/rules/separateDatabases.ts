import { containerPaths, parseImage, replicasOf } from "./podTemplate.ts";
import type { Rule, RuleExamples } from "./rule.ts";

/** Official images that run one server and know nothing of replicas. */
const singleServers: Readonly<Record<string, string>> = {
  postgres: "PostgreSQL",
  mysql: "MySQL",
  mariadb: "MariaDB",
  mongo: "MongoDB",
};

/** Several replicas of an image that runs a single database server: as many unrelated databases. */
export const separateDatabases: Rule = {
  id: "separate-databases",
  severity: "info",
  kinds: ["StatefulSet"],
  title: { ja: "レプリカは複製ではない", en: "Replicas do not replicate" },
  why: {
    ja: "StatefulSet が与えるのは名前とディスクであって、データの複製ではありません。公式イメージをそのまま 3 つ動かすと、互いを知らない 3 つのデータベースになります。レプリケーションは設定や Operator が担います。",
    en: "A StatefulSet gives identity and disks, not replication. Three Pods of a plain database image are three databases that do not know of each other; replication is up to configuration or an operator.",
  },
  lesson: "8.1",
  *check(object) {
    const replicas = replicasOf(object);
    if (replicas < 2) {
      return;
    }
    for (const container of containerPaths(object)) {
      const path = [...container, "image"];
      const { repository, name } = parseImage(object.text(path) ?? "");
      const isOfficial = repository === name || repository.endsWith(`library/${name}`);
      const product = isOfficial ? singleServers[name] : undefined;
      // a command, arguments or a script of one's own may well set up replication
      const isPlain = ["command", "args"].every((key) => object.get([...container, key]) === undefined);
      if (product && isPlain && object.list(["spec", "template", "spec", "initContainers"]).length === 0) {
        yield {
          path,
          message: {
            ja: `このままでは ${replicas} つの独立した ${product} になります。データは複製されません。`,
            en: `As it stands these are ${replicas} separate ${product} servers: no data is replicated.`,
          },
        };
      }
    }
  },
};

const set = (image: string, replicas: number, more = "") => `kind: StatefulSet
apiVersion: apps/v1
metadata: {name: db}
spec:
  replicas: ${replicas}
  template:
    spec:
      containers:
      - name: db
        image: ${image}
${more}`;

export const examples: RuleExamples = {
  valid: [
    set("postgres:15", 1),
    set("quay.io/operator/postgres:15", 3),
    set("postgres:15", 3, "        command: [/scripts/start.sh]\n"),
  ],
  invalid: [{ yaml: set("postgres:15", 3), marks: ["postgres:15"] }],
};
