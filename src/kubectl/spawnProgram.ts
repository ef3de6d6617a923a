import { spawn } from "node:child_process";
import { StringDecoder } from "node:string_decoder";

/** Output beyond this is cut: a check needs a screen of text, not a gigabyte of logs. */
const outputLimit = 4 * 1024 * 1024;

export interface SpawnProgramOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly timeLimitMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly stdin?: string | undefined;
  readonly directory?: string | undefined;
}

export type SpawnOutcome =
  | {
      readonly state: "ran";
      readonly exitCode: number;
      readonly stdout: string;
      readonly stderr: string;
      readonly durationMs: number;
    }
  | { readonly state: "timedOut"; readonly limitMs: number; readonly stdout: string; readonly stderr: string }
  | { readonly state: "cancelled" }
  | { readonly state: "notStarted"; readonly detail: string };

/** Runs one program to its end, killing it at its time limit or when the signal is aborted. Never rejects. */
export function spawnProgram(
  file: string,
  args: readonly string[],
  options: SpawnProgramOptions,
): Promise<SpawnOutcome> {
  if (options.signal?.aborted) {
    return Promise.resolve({ state: "cancelled" });
  }
  return new Promise((resolve) => {
    const startedAt = performance.now();
    const child = spawn(file, args, {
      cwd: options.directory,
      env: options.environment,
      stdio: ["pipe", "pipe", "pipe"],
      windowsHide: true,
    });
    const stdout = new BoundedText();
    const stderr = new BoundedText();
    let ending: "timedOut" | "cancelled" | undefined;
    const end = (why: "timedOut" | "cancelled") => {
      ending ??= why;
      child.kill("SIGKILL");
      // a grandchild may hold the pipes open: do not wait for it
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const limit = setTimeout(() => end("timedOut"), options.timeLimitMs);
    const onAbort = () => end("cancelled");
    options.signal?.addEventListener("abort", onAbort, { once: true });
    const finish = (outcome: SpawnOutcome) => {
      clearTimeout(limit);
      options.signal?.removeEventListener("abort", onAbort);
      resolve(outcome);
    };
    child.stdout.on("data", (chunk: Buffer) => stdout.add(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.add(chunk));
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.stdin ?? "");
    child.on("error", (error) => finish({ state: "notStarted", detail: error.message }));
    child.on("close", (code) => {
      const texts = { stdout: stdout.text(), stderr: stderr.text() };
      if (ending === "timedOut") {
        finish({ state: "timedOut", limitMs: options.timeLimitMs, ...texts });
      } else if (ending === "cancelled") {
        finish({ state: "cancelled" });
      } else {
        finish({ state: "ran", exitCode: code ?? 1, ...texts, durationMs: performance.now() - startedAt });
      }
    });
  });
}

/** Collects decoded output up to the limit. */
class BoundedText {
  readonly #decoder = new StringDecoder("utf8");
  #text = "";

  add(chunk: Buffer): void {
    if (this.#text.length < outputLimit) {
      this.#text += this.#decoder.write(chunk);
    }
  }

  text(): string {
    return this.#text.slice(0, outputLimit);
  }
}
