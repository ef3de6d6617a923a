import { type ChildProcess, spawn } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { type SpawnOutcome, spawnProgram } from "../../kubectl/spawnProgram.ts";

/** What was found of kind and its container engine. */
export interface KindTools {
  readonly kind: ToolState;
  readonly engine: ToolState;
}

export type ToolState =
  | { readonly state: "found"; readonly path: string; readonly version: string }
  | { readonly state: "missing" }
  | { readonly state: "notRunning"; readonly path: string; readonly detail: string };

export interface KindEnvironment {
  readonly searchPath: string;
  /** HOME, DOCKER_HOST and the like of the learner, without anything that names a cluster. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Looks for kind and docker, and whether docker's engine answers. */
export async function findKindTools(environment: KindEnvironment, signal?: AbortSignal): Promise<KindTools> {
  const [kind, engine] = await Promise.all([findKind(environment, signal), findEngine(environment, signal)]);
  return { kind, engine };
}

async function findKind(environment: KindEnvironment, signal?: AbortSignal): Promise<ToolState> {
  const path = await findOnPath("kind", environment.searchPath);
  if (!path) {
    return { state: "missing" };
  }
  const outcome = await run(path, ["version", "-q"], environment, 10_000, signal);
  return outcome.state === "ran" && outcome.exitCode === 0
    ? { state: "found", path, version: outcome.stdout.trim() }
    : { state: "notRunning", path, detail: detailOf(outcome) };
}

async function findEngine(environment: KindEnvironment, signal?: AbortSignal): Promise<ToolState> {
  const path = await findOnPath("docker", environment.searchPath);
  if (!path) {
    return { state: "missing" };
  }
  const outcome = await run(path, ["info", "--format", "{{.ServerVersion}}"], environment, 10_000, signal);
  const version = outcome.state === "ran" ? outcome.stdout.trim() : "";
  return outcome.state === "ran" && outcome.exitCode === 0 && version !== ""
    ? { state: "found", path, version }
    : { state: "notRunning", path, detail: detailOf(outcome) };
}

async function findOnPath(name: string, searchPath: string): Promise<string | undefined> {
  for (const folder of searchPath.split(delimiter)) {
    const path = join(folder, process.platform === "win32" ? `${name}.exe` : name);
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) {
      return path;
    }
  }
  return undefined;
}

/** Runs kind or docker with the learner's engine settings and no kubeconfig but the one named in `args`. */
export function run(
  path: string,
  args: readonly string[],
  environment: KindEnvironment,
  timeLimitMs: number,
  signal?: AbortSignal,
): Promise<SpawnOutcome> {
  return spawnProgram(path, args, { environment: variablesOf(environment), timeLimitMs, signal });
}

/** The last line that a run of a program said, for a message. */
export function detailOf(outcome: SpawnOutcome): string {
  switch (outcome.state) {
    case "ran":
      return (outcome.stderr || outcome.stdout).trim().split("\n").at(-1) || `exit code ${outcome.exitCode}`;
    case "timedOut":
      return `no answer within ${outcome.limitMs / 1000} s`;
    case "notStarted":
      return outcome.detail;
    case "cancelled":
      return "cancelled";
  }
}

function variablesOf({ searchPath, variables }: KindEnvironment): Record<string, string> {
  return { ...variables, PATH: searchPath, KUBECONFIG: "/dev/null" };
}

export type KindCreateOutcome =
  | { readonly state: "created" }
  | { readonly state: "cancelled" }
  | { readonly state: "failed"; readonly detail: string };

/**
 * Runs `kind create …`, telling each phase as kind names it ("Preparing nodes", "Starting control-plane").
 * Resolves when kind has ended; never rejects. What a failed or cancelled run left is the caller's to remove.
 */
export function createWithPhases(
  path: string,
  args: readonly string[],
  environment: KindEnvironment,
  onPhase: (phase: string) => void,
  signal?: AbortSignal,
): Promise<KindCreateOutcome> {
  if (signal?.aborted) {
    return Promise.resolve({ state: "cancelled" });
  }
  return new Promise((resolve) => {
    // a group of its own: a cancelled kind must not leave a `docker run` behind that goes on making nodes
    const isGroup = process.platform !== "win32";
    const child = spawn(path, args, {
      env: variablesOf(environment),
      stdio: ["ignore", "ignore", "pipe"],
      detached: isGroup,
      windowsHide: true,
    });
    let said = "";
    const onAbort = () => endGroup(child, isGroup);
    signal?.addEventListener("abort", onAbort, { once: true });
    // by lines: several phases may come in one chunk, or one in two
    createInterface({ input: child.stderr }).on("line", (line) => {
      said += `${line}\n`;
      const phase = /^ • (.+?)\s*(?:\p{Extended_Pictographic}.*)?(?:\.\.\.)?$/u.exec(line)?.[1];
      if (phase) {
        onPhase(phase.replace(/[^\p{L}\p{N} .,:()/-]/gu, "").trim());
      }
    });
    child.on("error", (error) => resolve({ state: "failed", detail: error.message }));
    child.on("close", (code) => {
      signal?.removeEventListener("abort", onAbort);
      if (signal?.aborted) {
        resolve({ state: "cancelled" });
      } else if (code === 0) {
        resolve({ state: "created" });
      } else {
        resolve({ state: "failed", detail: errorLine(said) });
      }
    });
  });
}

function endGroup(child: ChildProcess, isGroup: boolean): void {
  if (!isGroup || child.pid === undefined) {
    child.kill("SIGTERM");
    return;
  }
  try {
    process.kill(-child.pid, "SIGTERM");
  } catch {
    // it ended by itself just before
  }
}

/** kind's own sentence about the failure, without its stack of Go frames. */
function errorLine(said: string): string {
  const lines = said.trim().split("\n");
  return lines.find((line) => line.startsWith("ERROR:")) ?? lines.at(-1) ?? "kind said nothing";
}
