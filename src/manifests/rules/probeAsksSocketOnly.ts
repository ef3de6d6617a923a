import { replaceValue } from "../findings/edits.ts";
import { fixBy } from "../findings/report.ts";
import { commandText, containerPaths } from "./podTemplate.ts";
import type { Rule, RuleExamples } from "./rule.ts";

const probes = ["startupProbe", "readinessProbe", "livenessProbe"];

/** pg_isready without a host asks the Unix socket, where the image's init server answers before the real one. */
export const probeAsksSocketOnly: Rule = {
  id: "probe-asks-socket-only",
  severity: "info",
  kinds: ["StatefulSet", "Deployment", "Pod"],
  title: { ja: "ソケットにしか尋ねない pg_isready", en: "pg_isready that asks the socket only" },
  why: {
    ja: "postgres イメージは初回起動時に、Unix ソケットだけで待ち受ける初期化用サーバーを動かします。-h のない pg_isready はそれにも「応答あり」と答えるので、まだ接続できない Pod が Ready になり、次の序数の作成が始まります。",
    en: "On its first start the postgres image runs an initialisation server that listens on the Unix socket only. pg_isready without -h gets its answer from that one, so the Pod is Ready before it can be reached, and the next ordinal is created.",
  },
  lesson: "1.5",
  *check(object) {
    for (const container of containerPaths(object)) {
      for (const probe of probes) {
        const command = [...container, probe, "exec", "command"];
        const text = commandText(object.object([...container, probe]));
        if (!/\bpg_isready\b/.test(text) || /(\s-h|--host)/.test(text)) {
          continue;
        }
        const index = object
          .list(command)
          .findIndex((part) => typeof part === "string" && part.includes("pg_isready"));
        const path = [...command, index];
        const part = object.text(path) ?? "";
        yield {
          path,
          message: {
            ja: "pg_isready に -h 127.0.0.1 を付けてください。ソケットだけを見ると、初期化中でも成功します。",
            en: "Give pg_isready -h 127.0.0.1: on the socket it already succeeds while the server is being initialised.",
          },
          fixes: part.includes(" ")
            ? [
                fixBy(
                  { ja: "-h 127.0.0.1 を付ける", en: "Add -h 127.0.0.1" },
                  replaceValue(
                    object,
                    path,
                    quoted(part.replace(/\bpg_isready\b/, "pg_isready -h 127.0.0.1")),
                  ),
                ),
              ]
            : [],
        };
      }
    }
  },
};

function quoted(text: string): string {
  return /^[\w./ -]+$/.test(text) ? text : JSON.stringify(text);
}

const set = (command: string) => `kind: StatefulSet
apiVersion: apps/v1
metadata: {name: db}
spec:
  template:
    spec:
      containers:
      - name: db
        readinessProbe:
          exec:
            command:
            - sh
            - -c
            - ${command}
`;

export const examples: RuleExamples = {
  valid: [set("pg_isready -h 127.0.0.1 -U postgres"), set("redis-cli ping")],
  invalid: [
    {
      yaml: set("pg_isready -U postgres"),
      marks: ["pg_isready -U postgres"],
      fixed: set("pg_isready -h 127.0.0.1 -U postgres"),
    },
  ],
};
