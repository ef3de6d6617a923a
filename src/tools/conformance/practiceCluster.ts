import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { practiceEnvironment } from "../../common/practiceEnvironment.ts";
import { projectRoot } from "../projectRoot.ts";

export interface RunningPracticeCluster {
  readonly kubeconfig: string;
  /** Milliseconds from spawn to its line "ready". */
  readonly startedInMs: number;
  readonly pid: number;
  /** What it has printed so far. */
  output(): string;
  stop(): Promise<void>;
}

/** Starts the bundled practice cluster in the foreground of `scratch`. Throws with its output when it does not get ready. */
export function startPracticeCluster(
  scratch: string,
  workers: number,
  more: readonly string[] = [],
): Promise<RunningPracticeCluster> {
  const kubeconfig = join(scratch, `kubeconfig-${workers}`);
  const nodes = workers > 0 ? ["--nodes", String(workers)] : [];
  const program = join(projectRoot, "dist", "practiceCluster.mjs");
  const startedAt = performance.now();
  const child = spawn(process.execPath, [program, "--kubeconfig", kubeconfig, ...nodes, ...more], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...practiceEnvironment },
  });
  return new Promise((resolve, reject) => {
    let output = "";
    const limit = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`The practice cluster was not ready within 30 s:\n${output}`));
    }, 30_000);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk) => {
        output += String(chunk);
        if (/^ready\b/m.test(output)) {
          clearTimeout(limit);
          const startedInMs = performance.now() - startedAt;
          resolve({
            kubeconfig,
            startedInMs,
            pid: child.pid ?? 0,
            output: () => output,
            stop: () => stop(child),
          });
        }
      });
    }
    child.on("exit", (code) => {
      clearTimeout(limit);
      reject(new Error(`The practice cluster ended with exit code ${code}:\n${output}`));
    });
  });
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve();
      return;
    }
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGKILL"), 10_000).unref();
  });
}
