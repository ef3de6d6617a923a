import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPracticeCluster } from "../conformance/practiceCluster.ts";
import { type Requester, requester } from "./requester.ts";

export interface BenchCluster {
  readonly kubeconfig: string;
  readonly startedInMs: number;
  readonly ask: Requester["ask"];
  /** The lines of a watch as they come, until `until` holds for one. */
  watch(path: string, until: (line: string) => boolean): Promise<void>;
  /** Resident memory of the process in MB. */
  residentMegabytes(): Promise<number>;
  /** Processor time of the process so far, in ms. */
  processorMs(): Promise<number>;
  stop(): Promise<void>;
}

/** A practice cluster of its own in a folder of its own, with so many workers beside the control plane. */
export async function startBenchCluster(workers = 0): Promise<BenchCluster> {
  const scratch = await mkdtemp(join(tmpdir(), "dojo-bench-"));
  const running = await startPracticeCluster(scratch, workers, ["--data", join(scratch, "data")]);
  const { agent, open, ask } = await requester(running.kubeconfig);
  return {
    kubeconfig: running.kubeconfig,
    startedInMs: running.startedInMs,
    ask,
    watch: (path, until) =>
      new Promise((resolve, reject) => {
        const sent = open("GET", path, { accept: "application/json" });
        sent.on("error", reject);
        sent.on("response", (answer) => {
          let rest = "";
          answer.on("data", (chunk: Buffer) => {
            const lines = (rest + chunk.toString("utf8")).split("\n");
            rest = lines.pop() ?? "";
            if (lines.some(until)) {
              sent.destroy();
              resolve();
            }
          });
        });
        sent.end();
      }),
    residentMegabytes: async () => {
      const status = await readFile(`/proc/${running.pid}/status`, "utf8");
      return Number(/^VmRSS:\s*(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
    },
    processorMs: async () => {
      const fields = (await readFile(`/proc/${running.pid}/stat`, "utf8")).replace(/^.*\) /, "").split(" ");
      // clock ticks of 10 ms: user and system time
      return (Number(fields[11]) + Number(fields[12])) * 10;
    },
    stop: async () => {
      agent.destroy();
      await running.stop();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}
