import { spawn } from "node:child_process";

export interface ProgramResult {
  readonly exitCode: number;
  readonly output: string;
}

export interface ProgramOptions {
  readonly directory?: string;
  readonly environment?: NodeJS.ProcessEnv;
  readonly timeLimitMs?: number;
  /** Shows the program's output as it comes instead of keeping it. */
  readonly show?: boolean;
}

/** Runs a program to its end. Throws when it cannot be started or passes its time limit. */
export function runProgram(
  file: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: options.directory,
      env: options.environment ?? process.env,
      stdio: options.show ? ["ignore", "inherit", "inherit"] : ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout?.on("data", (chunk) => {
      output += String(chunk);
    });
    child.stderr?.on("data", (chunk) => {
      output += String(chunk);
    });
    const limit = setTimeout(() => child.kill("SIGKILL"), options.timeLimitMs ?? 600_000);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(limit);
      if (signal) {
        reject(new Error(`${file} ${args.join(" ")} was ended by ${signal}\n${output}`));
      } else {
        resolve({ exitCode: code ?? 1, output });
      }
    });
  });
}

/** As `runProgram`, but a non-zero exit is an error that carries the output. */
export async function mustRun(
  file: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<string> {
  const result = await runProgram(file, args, options);
  if (result.exitCode !== 0) {
    throw new Error(`${file} ${args.join(" ")} ended with exit code ${result.exitCode}\n${result.output}`);
  }
  return result.output;
}
