import { setTimeout } from "node:timers/promises";
import { type BenchCluster, startBenchCluster } from "./benchCluster.ts";
import { type Benchmark, type Figure, median, percentile } from "./benchmark.ts";

const pods = "/api/v1/namespaces/default/pods";
const sets = "/apis/apps/v1/namespaces/default/statefulsets";
/** A node takes 110, and some are the cluster's own. */
const podsOfOneNode = 100;
const betweenRequestsMs = 20;
const table = "application/json;as=Table;v=v1;g=meta.k8s.io";

/** A Parallel set of many small Pods: throughput, lists, watchers and memory. */
export const manyPods: Benchmark = {
  name: "many-pods",
  async run() {
    const figures: Figure[] = [];
    for (const count of [100, 1_000, 5_000]) {
      const cluster = await startBenchCluster(Math.ceil(count / podsOfOneNode));
      try {
        const latency = new LatencyMeter(cluster);
        const milliseconds = await timeToReady(cluster, count);
        const answered = await latency.end();
        figures.push({
          name: `${count} Pods of one Parallel set Ready`,
          runs: [(count * 1_000) / milliseconds],
          unit: "per s",
          bar: 1_410,
          comparedWith: { what: "a real control plane with kwok (seen)", value: 141 },
        });
        figures.push({
          name: `a GET while ${count} Pods begin, 95 of 100`,
          runs: [percentile(answered, 0.95)],
          unit: "ms",
          bar: 50,
          comparedWith: { what: "the slowest", value: Math.max(...answered) },
        });
        if (count === 5_000) {
          figures.push(...(await withMany(cluster)));
        }
      } finally {
        await cluster.stop();
      }
    }
    return figures;
  },
};

/** Asks for a small object again and again, and notes how long each answer takes. */
class LatencyMeter {
  readonly #answered: number[] = [];
  readonly #asking: Promise<void>;
  #isOver = false;

  constructor(cluster: BenchCluster) {
    this.#asking = this.#ask(cluster);
  }

  /** The milliseconds that each answer took. */
  async end(): Promise<readonly number[]> {
    this.#isOver = true;
    await this.#asking;
    return this.#answered;
  }

  async #ask(cluster: BenchCluster): Promise<void> {
    while (!this.#isOver) {
      const startedAt = performance.now();
      await cluster.ask("GET", "/api/v1/namespaces/default");
      this.#answered.push(performance.now() - startedAt);
      await setTimeout(betweenRequestsMs);
    }
  }
}

async function timeToReady(cluster: BenchCluster, count: number): Promise<number> {
  const startedAt = performance.now();
  await cluster.ask("POST", sets, {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "many" },
    spec: {
      replicas: count,
      podManagementPolicy: "Parallel",
      serviceName: "many",
      selector: { matchLabels: { app: "many" } },
      template: {
        metadata: { labels: { app: "many" } },
        spec: {
          terminationGracePeriodSeconds: 0,
          containers: [{ name: "main", image: "busybox:1.35", command: ["sleep", "1000000"] }],
        },
      },
    },
  });
  await cluster.watch(`${sets}?watch=true`, (line) => line.includes(`"readyReplicas":${count}`));
  return performance.now() - startedAt;
}

async function withMany(cluster: BenchCluster): Promise<Figure[]> {
  const lists: number[] = [];
  const changes: number[] = [];
  for (let round = 0; round < 5; round++) {
    const startedAt = performance.now();
    await cluster.ask("GET", pods, undefined, table);
    lists.push(performance.now() - startedAt);
    changes.push(await oneChangeToWatchers(cluster, 100, round));
  }
  return [
    { name: "LIST of 5,000 Pods as Table", runs: lists, unit: "ms", bar: 150 },
    {
      name: "one change → 100 watchers",
      runs: changes,
      unit: "ms",
      bar: 20,
      comparedWith: { what: "the list of all Pods", value: median(lists) },
    },
    {
      name: "resident memory with 5,000 Pods",
      runs: [await cluster.residentMegabytes()],
      unit: "MB",
      bar: 400,
    },
  ];
}

/** Milliseconds from the answer to a change until the last of the watchers has it. */
async function oneChangeToWatchers(cluster: BenchCluster, watchers: number, round: number): Promise<number> {
  const path = "/api/v1/namespaces/default/configmaps";
  const name = `change-${round}`;
  const { metadata } = JSON.parse(await cluster.ask("GET", path)) as {
    metadata: { resourceVersion: string };
  };
  const from = `${path}?watch=true&resourceVersion=${metadata.resourceVersion}`;
  const seen = Array.from({ length: watchers }, () => cluster.watch(from, (line) => line.includes(name)));
  // every watch has been answered once a later request on the same server has
  await cluster.ask("GET", path);
  const startedAt = performance.now();
  await cluster.ask("POST", path, { apiVersion: "v1", kind: "ConfigMap", metadata: { name } });
  await Promise.all(seen);
  return performance.now() - startedAt;
}
