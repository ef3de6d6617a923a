import { homedir } from "node:os";
import { join } from "node:path";
import type { SentLog } from "../common/sentLog.ts";
import { findKubectl } from "../kubectl/findKubectl.ts";
import type { KubectlLookup } from "../kubectl/kubectl.ts";
import type { ClusterProvider } from "./cluster.ts";
import { KindProvider, kindClusterName } from "./kind/kindProvider.ts";
import { PracticeProvider } from "./practice/practiceProvider.ts";

export interface ProviderOptions {
  /** The extension's own storage folder; each kind of cluster has a folder in it. */
  readonly storageFolder: string;
  /** Where the bundles lie (`dist`). */
  readonly programFolder: string;
  /** The learner's setting for kubectl; empty: PATH. */
  readonly kubectlPath?: string | undefined;
  /** Control plane alone (0), or with so many workers: two clusters that may both be there. */
  readonly workers?: number;
  /** PATH as the learner's shell has it. */
  readonly searchPath?: string;
  /** Only for tests: another name than the dojo's for the kind cluster. */
  readonly kindClusterName?: string;
  /** Told of everything that is sent to the cluster. */
  readonly sent?: SentLog | undefined;
}

/** The provider of one kind of lesson cluster. */
export function createProvider(kind: "practice" | "kind", options: ProviderOptions): ClusterProvider {
  const { storageFolder, searchPath = process.env.PATH ?? "" } = options;
  const common = {
    homeFolder: join(storageFolder, "home"),
    lookupKubectl: () => lookupKubectl(options),
    searchPath,
    sent: options.sent,
  };
  const { workers = 0 } = options;
  // a cluster of its own beside the one that most steps need: no step finds nodes that come and go
  const suffix = workers > 0 ? "-workers" : "";
  const name = `${kind}${suffix}`;
  const folder = join(storageFolder, name);
  if (kind === "practice") {
    const program = join(options.programFolder, "practiceCluster.mjs");
    return new PracticeProvider({ ...common, name, folder, program, workers });
  }
  return new KindProvider({
    ...common,
    name,
    folder,
    environment: { searchPath, variables: engineVariables() },
    workers,
    clusterName: options.kindClusterName ?? `${kindClusterName}${suffix}`,
  });
}

/** What was found of kubectl, by the learner's setting or on PATH. */
export function lookupKubectl({ kubectlPath, searchPath }: ProviderOptions): Promise<KubectlLookup> {
  return findKubectl({ configuredPath: kubectlPath, searchPath: searchPath ?? process.env.PATH ?? "" });
}

/** What kind and docker need of the learner's environment: where the engine is, never where a cluster is. */
function engineVariables(): Record<string, string> {
  const names = [
    "DOCKER_HOST",
    "DOCKER_CONTEXT",
    "DOCKER_CONFIG",
    "DOCKER_TLS_VERIFY",
    "DOCKER_CERT_PATH",
    "TMPDIR",
  ];
  const found = names.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { HOME: homedir(), ...Object.fromEntries(found) };
}
