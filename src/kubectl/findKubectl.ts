import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import * as v from "valibot";
import type { KubectlLookup, KubectlVersion } from "./kubectl.ts";
import { spawnProgram } from "./spawnProgram.ts";

/** The oldest minor that the course and the practice cluster are proven with. */
export const oldestMinor = 29;

const versionOutput = v.object({
  clientVersion: v.object({ major: v.string(), minor: v.string(), gitVersion: v.string() }),
});

export interface FindOptions {
  /** The learner's setting; empty means: look on PATH. */
  readonly configuredPath?: string | undefined;
  /** PATH as the learner's shell has it. */
  readonly searchPath: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Looks for a kubectl and asks it for its version. A program that is there but hangs, fails or answers
 * nonsense is "broken", not "missing": the learner has to do something else about it.
 */
export async function findKubectl(options: FindOptions): Promise<KubectlLookup> {
  const candidates = candidatePaths(options);
  for (const path of candidates) {
    if (await isExecutable(path)) {
      return askVersion(path, options);
    }
  }
  return { state: "missing", searched: candidates };
}

function candidatePaths({ configuredPath, searchPath }: FindOptions): string[] {
  if (configuredPath) {
    return [configuredPath];
  }
  const name = process.platform === "win32" ? "kubectl.exe" : "kubectl";
  return searchPath
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, name));
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function askVersion(path: string, { signal, searchPath }: FindOptions): Promise<KubectlLookup> {
  const outcome = await spawnProgram(path, ["version", "--client", "-o", "json"], {
    // no kubeconfig at all: asking for its version must not make kubectl look at any cluster
    environment: { PATH: searchPath, KUBECONFIG: "/dev/null", KUBERC: "off" },
    timeLimitMs: 10_000,
    signal,
  });
  if (outcome.state !== "ran") {
    return { state: "broken", path, detail: outcome.state === "notStarted" ? outcome.detail : outcome.state };
  }
  const version = parseVersion(outcome.stdout);
  if (!version) {
    const seen = `${outcome.stdout}${outcome.stderr}`.trim().slice(0, 200);
    return { state: "broken", path, detail: `exit code ${outcome.exitCode}: ${seen}` };
  }
  return { state: version.major === 1 && version.minor < oldestMinor ? "tooOld" : "found", path, version };
}

function parseVersion(stdout: string): KubectlVersion | undefined {
  try {
    const { clientVersion } = v.parse(versionOutput, JSON.parse(stdout));
    const major = Number.parseInt(clientVersion.major, 10);
    const minor = Number.parseInt(clientVersion.minor, 10);
    return Number.isNaN(minor) ? undefined : { major, minor, gitVersion: clientVersion.gitVersion };
  } catch {
    return undefined;
  }
}
