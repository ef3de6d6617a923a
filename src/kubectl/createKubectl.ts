import { dirname } from "node:path";
import { maskKubectlArguments } from "../common/kubectlMask.ts";
import type { SentLog } from "../common/sentLog.ts";
import { foreignFlag } from "./foreignFlags.ts";
import type { Kubectl, KubectlLookup, KubectlOutcome, KubectlRunOptions } from "./kubectl.ts";
import { spawnProgram } from "./spawnProgram.ts";

const defaultTimeLimitMs = 15_000;

export interface KubectlOptions {
  /** Finds the program; called before each run, so that a kubectl that was installed meanwhile is found. */
  readonly lookup: () => Promise<KubectlLookup>;
  /** The lesson cluster's own kubeconfig. */
  readonly kubeconfigPath: string;
  /** A folder of ours that stands for HOME: no kuberc, no caches of the learner's. */
  readonly homeFolder: string;
  readonly searchPath: string;
  /** The identity guard: undefined when the address still belongs to the lesson cluster, else why not. */
  readonly refuse: (signal?: AbortSignal) => Promise<string | undefined>;
  /** Told of every run, and of those that were refused. */
  readonly sent?: SentLog | undefined;
}

/** A runner of the real kubectl that is bound to one cluster: its kubeconfig, its identity, nothing of the learner's. */
export function createKubectl(options: KubectlOptions): Kubectl {
  return {
    async run(args, runOptions = {}) {
      const command = `kubectl ${maskKubectlArguments(args).join(" ")}`;
      const end = options.sent?.begin(runOptions.askedBy ?? "other", command);
      const outcome = await run(options, args, runOptions);
      end?.(resultOf(outcome));
      return outcome;
    },
  };
}

function resultOf(outcome: KubectlOutcome): string {
  if (outcome.state === "ran") {
    return `exit code ${outcome.exitCode}`;
  }
  return "detail" in outcome ? `${outcome.state}: ${outcome.detail}` : outcome.state;
}

async function run(
  options: KubectlOptions,
  args: readonly string[],
  { signal, timeLimitMs = defaultTimeLimitMs, stdin, directory }: KubectlRunOptions,
): Promise<KubectlOutcome> {
  const flag = foreignFlag(args);
  if (flag) {
    return { state: "refused", detail: `${flag} would send kubectl to another cluster or user` };
  }
  const lookup = await options.lookup();
  if (lookup.state !== "found") {
    return { state: "notFound", lookup };
  }
  const refusal = await options.refuse(signal);
  if (refusal) {
    return { state: "refused", detail: refusal };
  }
  return spawnProgram(lookup.path, args, {
    environment: environmentOf(options, lookup.path),
    timeLimitMs,
    signal,
    stdin,
    directory,
  });
}

/** Everything kubectl may know: built anew, so that nothing of the learner's environment names a cluster. */
function environmentOf(options: KubectlOptions, path: string): Record<string, string> {
  return {
    PATH: `${dirname(path)}${process.platform === "win32" ? ";" : ":"}${options.searchPath}`,
    HOME: options.homeFolder,
    USERPROFILE: options.homeFolder,
    KUBECONFIG: options.kubeconfigPath,
    KUBERC: "off",
    NO_PROXY: "127.0.0.1,localhost",
    ...(process.env.SystemRoot ? { SystemRoot: process.env.SystemRoot } : {}),
  };
}
