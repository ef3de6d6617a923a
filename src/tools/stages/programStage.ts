import { type ChildProcess, spawn } from "node:child_process";
import type { Disposable } from "../../common/disposable.ts";
import { projectRoot } from "../projectRoot.ts";
import { type Counts, parseCounts, type Stage } from "./stage.ts";

/** How long what a program left behind may still write after its end. */
const afterExitMs = 1_000;
/** Between asking and killing: long enough to remove a cluster. */
const killMs = 30_000;

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
  const { timeLimitMs = 30 * 60_000 } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(options.file, options.args, {
      cwd: projectRoot,
      env: { ...process.env, ...options.environment },
      stdio: ["ignore", "pipe", "pipe"],
      // a group of its own: what the program started ends with it, and cannot hold its output open for ever
      detached: true,
    });
    let output = "";
    const say = (text: string) => {
      output += text;
      process.stdout.write(text);
    };
    const stopped = stopWith(child);
    const limit = setTimeout(() => {
      say(`\nended at its time limit of ${timeLimitMs / 1000} s\n`);
      endGroup(child);
    }, timeLimitMs);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => say(String(chunk)));
    }
    child.on("error", reject);
    child.on("exit", () => setTimeout(() => endGroup(child), afterExitMs).unref());
    child.on("close", (code) => {
      clearTimeout(limit);
      stopped.dispose();
      resolve({ output, exitCode: code ?? 1 });
    });
  });
}

/** Asks the whole group to end, and ends it when it has not after a while. */
function endGroup(child: ChildProcess): void {
  signalGroup(child, "SIGTERM");
  setTimeout(() => signalGroup(child, "SIGKILL"), killMs).unref();
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) {
      process.kill(-pid, signal);
    }
  } catch {
    // nobody is left in it
  }
}

/** A group of its own does not hear the terminal's Ctrl+C: it is told. */
function stopWith(child: ChildProcess): Disposable {
  const stop = () => {
    child.once("close", () => process.exit(1));
    endGroup(child);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) {
    process.on(signal, stop);
  }
  return {
    dispose: () => {
      for (const signal of signals) {
        process.off(signal, stop);
      }
    },
  };
}
