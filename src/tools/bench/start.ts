import { findReplayKubectl } from "../conformance/replayKubectl.ts";
import { runProgram } from "../runProgram.ts";
import { startBenchCluster } from "./benchCluster.ts";
import type { Benchmark } from "./benchmark.ts";

/** Process start → the first API answer, beside the time that kubectl needs to print its own version. */
export const start: Benchmark = {
  name: "start",
  async run() {
    const runs: number[] = [];
    for (let round = 0; round < 5; round++) {
      const startedAt = performance.now();
      const cluster = await startBenchCluster();
      await cluster.ask("GET", "/version");
      runs.push(performance.now() - startedAt);
      await cluster.stop();
    }
    return [
      {
        name: "process start → first API answer",
        runs,
        unit: "ms",
        bar: 300,
        comparedWith: {
          what: "kind create cluster, images at hand (seen on a quiet machine)",
          value: 19_000,
        },
      },
      await kubectlStart(),
    ];
  },
};

async function kubectlStart() {
  const kubectl = await findReplayKubectl();
  const runs: number[] = [];
  for (let round = 0; kubectl && round < 5; round++) {
    const startedAt = performance.now();
    await runProgram(kubectl.path, ["version", "--client"]);
    runs.push(performance.now() - startedAt);
  }
  return { name: "kubectl's own start, for comparison", runs, unit: "ms", bar: 1_000 } as const;
}
