import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { JsonObject } from "../../common/kubernetes/objects.ts";
import { projectRoot } from "../projectRoot.ts";
import { type BenchCluster, startBenchCluster } from "./benchCluster.ts";
import type { Benchmark } from "./benchmark.ts";

const step = join(projectRoot, "lessons", "statefulset", "01-first-contact", "03-in-order");
const paths: Readonly<Record<string, string>> = {
  Secret: "/api/v1/namespaces/default/secrets",
  Service: "/api/v1/namespaces/default/services",
  StatefulSet: "/apis/apps/v1/namespaces/default/statefulsets",
};

/** Chapter 1's set of three PostgreSQL Pods: applied → all Ready, and the memory that the whole cluster then takes. */
export const firstSet: Benchmark = {
  name: "first-set",
  async run() {
    const ready: number[] = [];
    const probed: number[] = [];
    const memory: number[] = [];
    const empty: number[] = [];
    for (let round = 0; round < 3; round++) {
      const cluster = await startBenchCluster();
      try {
        empty.push(await cluster.residentMegabytes());
        probed.push(await timeToReady(cluster, (set) => set));
        memory.push(await cluster.residentMegabytes());
      } finally {
        await cluster.stop();
      }
      const bare = await startBenchCluster();
      try {
        ready.push(await timeToReady(bare, withoutProbes));
      } finally {
        await bare.stop();
      }
    }
    return [
      {
        name: "chapter 1's set, its probes taken off, applied → 3 Ready",
        runs: ready,
        unit: "ms",
        bar: 1_500,
      },
      {
        name: "chapter 1's set as it is (each Pod waits for its probes), applied → 3 Ready",
        runs: probed,
        unit: "ms",
        bar: 8_500,
        comparedWith: { what: "kind (seen on a quiet machine)", value: 17_000 },
      },
      { name: "resident memory with three PostgreSQL Pods", runs: memory, unit: "MB", bar: 250 },
      { name: "resident memory, empty", runs: empty, unit: "MB", bar: 120 },
    ];
  },
};

/** The set without the probes of its containers, whose periods of whole seconds would be what is measured. */
function withoutProbes(set: JsonObject): JsonObject {
  const bare = structuredClone(set) as { spec?: { template?: { spec?: { containers?: JsonObject[] } } } };
  for (const container of bare.spec?.template?.spec?.containers ?? []) {
    for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"]) {
      delete container[probe];
    }
  }
  return bare as JsonObject;
}

async function timeToReady(cluster: BenchCluster, change: (set: JsonObject) => JsonObject): Promise<number> {
  const files = [join(step, "solution", "secret.yaml"), join(step, "start", "postgres.yaml")];
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  const objects = texts.flatMap((text) =>
    [...parseAllDocuments(text)].map((document) => document.toJS() as JsonObject),
  );
  const startedAt = performance.now();
  for (const object of objects) {
    const path = paths[String(object.kind)];
    if (path) {
      await cluster.ask("POST", path, object.kind === "StatefulSet" ? change(object) : object);
    }
  }
  const watch = `${paths.StatefulSet}?watch=true&fieldSelector=metadata.name=postgres`;
  await cluster.watch(watch, (line) => line.includes('"readyReplicas":3'));
  return performance.now() - startedAt;
}
