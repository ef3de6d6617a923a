import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import writeFileAtomic from "write-file-atomic";
import { folderInUseExitCode } from "../../common/exitCodes.ts";
import { practiceEnvironment } from "../../common/practiceEnvironment.ts";

/** The practice cluster's process as it was last started; it outlives the window that started it. */
export interface PracticeInstance {
  readonly pid: number;
  readonly port: number;
}

const instanceSchema = v.object({ pid: v.number(), port: v.number() });
const startLimitMs = 20_000;
/** A cluster that no window uses for so long ends by itself; the next window starts it again, with its state. */
const idleMinutes = 8 * 60;

export interface PracticePaths {
  readonly folder: string;
  readonly kubeconfig: string;
  readonly data: string;
  readonly record: string;
  readonly instance: string;
  readonly log: string;
}

export function practicePaths(folder: string): PracticePaths {
  return {
    folder,
    kubeconfig: join(folder, "kubeconfig"),
    data: join(folder, "data"),
    record: join(folder, "identity.json"),
    instance: join(folder, "instance.json"),
    log: join(folder, "practice-cluster.log"),
  };
}

export async function readInstance(paths: PracticePaths): Promise<PracticeInstance | undefined> {
  try {
    return v.parse(instanceSchema, JSON.parse(await readFile(paths.instance, "utf8")));
  } catch {
    return undefined;
  }
}

/** Whether a process of that number exists (it may be another one by now: only TLS proves it is ours). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A start that failed, with what the process said. */
export class PracticeStartError extends Error {
  /** Whether another process keeps its state in the folder: another window may be starting it. */
  readonly isFolderInUse: boolean;

  constructor(message: string, exitCode?: number | null) {
    super(message);
    this.isFolderInUse = exitCode === folderInUseExitCode;
  }
}

/**
 * Starts the practice cluster detached and resolves when it says "ready". `port` 0 lets it choose.
 * Throws PracticeStartError with its last words when it ends first or takes too long.
 */
export async function startPracticeProcess(
  program: string,
  paths: PracticePaths,
  options: { readonly port: number; readonly workers: number; readonly signal?: AbortSignal | undefined },
): Promise<PracticeInstance> {
  await mkdir(paths.data, { recursive: true });
  const log = openSync(paths.log, "a");
  const args = [
    program,
    "--kubeconfig",
    paths.kubeconfig,
    "--data",
    paths.data,
    "--port",
    String(options.port),
    "--idle-exit",
    String(idleMinutes),
    ...(options.workers > 0 ? ["--nodes", String(options.workers)] : []),
  ];
  const child = spawn(process.execPath, args, {
    detached: true,
    stdio: ["ignore", "pipe", log],
    cwd: paths.folder,
    env: { ...process.env, ...practiceEnvironment },
    windowsHide: true,
  });
  await readyLine(child, paths, options.signal);
  child.stdout?.destroy();
  child.unref();
  const instance = { pid: child.pid ?? 0, port: await portOf(paths.kubeconfig) };
  await writeFileAtomic(paths.instance, `${JSON.stringify(instance)}\n`, { mode: 0o600 });
  return instance;
}

function readyLine(
  child: ReturnType<typeof spawn>,
  paths: PracticePaths,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = "";
    const fail = (why: string, exitCode?: number | null) => {
      clearTimeout(limit);
      child.kill("SIGKILL");
      lastWords(paths.log).then((words) =>
        reject(new PracticeStartError(`${why}${words ? `: ${words}` : ""}`, exitCode)),
      );
    };
    const limit = setTimeout(() => fail(`not ready within ${startLimitMs / 1000} s`), startLimitMs);
    signal?.addEventListener("abort", () => fail("cancelled"), { once: true });
    child.stdout?.on("data", (chunk) => {
      said += String(chunk);
      if (/^ready\b/m.test(said)) {
        clearTimeout(limit);
        resolve();
      }
    });
    child.on("error", (error) => fail(error.message));
    child.on("exit", (code) => fail(`ended with exit code ${code}`, code));
  });
}

async function lastWords(log: string): Promise<string> {
  const text = await readFile(log, "utf8").catch(() => "");
  return text.trim().split("\n").at(-1) ?? "";
}

async function portOf(kubeconfig: string): Promise<number> {
  const match = /server: "?https:\/\/127\.0\.0\.1:(\d+)/.exec(await readFile(kubeconfig, "utf8"));
  return Number(match?.[1] ?? 0);
}
