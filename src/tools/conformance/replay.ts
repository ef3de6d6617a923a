import { spawn } from "node:child_process";
import { join } from "node:path";

export interface ReplayOptions {
  /** test/conformance */
  readonly folder: string;
  readonly scenarios: readonly string[];
  /** The transcripts' folder below it. */
  readonly transcripts: string;
  readonly kubectl: string;
  readonly kubeconfig: string;
}

export interface ReplayResult {
  readonly passed: number;
  /** Names of the scenarios that differ. */
  readonly failed: readonly string[];
}

/** Runs the comparer over the scenarios, shows what it says, and reads its verdict on each. */
export function replay(options: ReplayOptions): Promise<ReplayResult> {
  const { folder } = options;
  const files = options.scenarios.map((name) => join(folder, "scenarios", `${name}.scenario`));
  const args = [
    join(folder, "compare.mjs"),
    ...files,
    ...["--golden", join(folder, options.transcripts)],
    ...["--kubeconfig", options.kubeconfig],
    ...["--kubectl", options.kubectl],
    ...["--jobs", "3"],
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += String(chunk);
      process.stdout.write(chunk);
    });
    child.on("error", reject);
    child.on("close", () => resolve(verdicts(output)));
  });
}

function verdicts(output: string): ReplayResult {
  const lines = output.split("\n");
  return {
    passed: lines.filter((line) => /^ok {3}\S/.test(line)).length,
    failed: lines.flatMap((line) => /^FAIL ([^\s:]+)/.exec(line)?.[1] ?? []),
  };
}
