import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ClusterHealth, ClusterProvider, LessonCluster } from "../../../../src/clusters/cluster.ts";
import { createProvider } from "../../../../src/clusters/index.ts";
import type { SentLog } from "../../../../src/common/sentLog.ts";
import { findReplayKubectl } from "../../../../src/tools/conformance/replayKubectl.ts";
import { projectRoot } from "../../../../src/tools/projectRoot.ts";

/** A learner's machine in a folder: storage for the dojo, and the practice cluster as a process of its own. */
export interface LessonMachine {
  readonly folder: string;
  /** As one more window of the editor would make it. */
  provider(sent?: SentLog): ClusterProvider;
  /** The process of the practice cluster and where it listens, as it was last started. */
  instance(): Promise<{ readonly pid: number; readonly port: number }>;
  /** Undefined where no kubectl is to be had. */
  readonly kubectlPath: string | undefined;
  remove(): Promise<void>;
}

export const silent = { report: () => undefined };

export async function makeLessonMachine(): Promise<LessonMachine> {
  const programFolder = join(projectRoot, "dist");
  if (!existsSync(join(programFolder, "practiceCluster.mjs"))) {
    throw new Error("the practice cluster is not built: npm run build");
  }
  const kubectlPath = (await findReplayKubectl())?.path;
  const folder = await mkdtemp(join(tmpdir(), "dojo-machine-"));
  const provider = (sent?: SentLog) =>
    createProvider("practice", {
      storageFolder: join(folder, "storage"),
      programFolder,
      sent,
      ...(kubectlPath ? { kubectlPath, searchPath: dirname(kubectlPath) } : {}),
    });
  return {
    folder,
    provider,
    kubectlPath,
    instance: async () =>
      JSON.parse(await readFile(join(folder, "storage", "practice", "instance.json"), "utf8")),
    remove: async () => {
      await provider().remove(silent);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Resolves when the cluster's health is as wanted. */
export function reached(cluster: LessonCluster, state: ClusterHealth["state"]): Promise<void> {
  if (cluster.health.state === state) {
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    const subscription = cluster.onHealthChanged((health) => {
      if (health.state === state) {
        subscription.dispose();
        resolve();
      }
    });
  });
}
