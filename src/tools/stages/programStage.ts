import { spawn } from "node:child_process";
import { projectRoot } from "../projectRoot.ts";
import { type Counts, parseCounts, type Stage } from "./stage.ts";

export interface ProgramStageOptions {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Reads the counts from all that was printed; default: the closing line. */
  readonly count?: (output: string, exitCode: number) => Counts;
  readonly timeLimitMs?: number;
}

/** A stage that is a program: shown as it runs, killed at its time limit, failed when its exit code says so. */
export function programStage(options: ProgramStageOptions): Stage {
  return {
    name: options.name,
    run: async () => {
      const { output, exitCode } = await runShown(options);
      const counts = (options.count ?? parseCounts)(output, exitCode);
      return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
    },
  };
}

/** A stage that passes or fails as a whole. */
export function gateStage(name: string, file: string, args: readonly string[]): Stage {
  const count = (_output: string, exitCode: number) =>
    exitCode === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
  return programStage({ name, file, args, count });
}

/** The counts that mocha's reporter "spec" ends with. */
export function countMocha(output: string): Counts {
  const number = (word: string) => Number(new RegExp(`^\\s*(\\d+) ${word}`, "m").exec(output)?.[1] ?? 0);
  return { passed: number("passing"), failed: number("failing"), skipped: number("pending") };
}

function runShown(options: ProgramStageOptions): Promise<{ output: string; exitCode: number }> {
  return new Promise((resolve, reject) => {
    const child = spawn(options.file, options.args, {
      cwd: projectRoot,
      env: { ...process.env, ...options.environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const limit = setTimeout(
      () => {
        output += `\nended at its time limit of ${(options.timeLimitMs ?? 0) / 1000} s\n`;
        child.kill("SIGTERM");
      },
      options.timeLimitMs ?? 30 * 60_000,
    );
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        output += String(chunk);
        process.stdout.write(chunk);
      });
    }
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(limit);
      resolve({ output, exitCode: code ?? 1 });
    });
  });
}
