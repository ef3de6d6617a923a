import { rm } from "node:fs/promises";
import { delay, systemClock } from "../../common/clock.ts";
import type { SentLog } from "../../common/sentLog.ts";
import { UserError } from "../../common/userError.ts";
import type { KubectlLookup } from "../../kubectl/kubectl.ts";
import type { ClusterProvider, LessonCluster, Prerequisite, ProgressSink } from "../cluster.ts";
import { readRecord, writeRecord } from "../clusterRecord.ts";
import { kubectlPrerequisite } from "../kubectlPrerequisite.ts";
import { type MovableCluster, openCluster, readIdentity } from "../openCluster.ts";
import {
  isAlive,
  type PracticePaths,
  PracticeStartError,
  practicePaths,
  readInstance,
  startPracticeProcess,
} from "./practiceProcess.ts";

export interface PracticeProviderOptions {
  /** As the learner sees it: "practice", or "practice-workers". */
  readonly name: string;
  /** Where the cluster's state lives: the extension's global storage. */
  readonly folder: string;
  /** The bundle `dist/practiceCluster.mjs`. */
  readonly program: string;
  /** Beside the control plane, which takes Pods itself when there are none. */
  readonly workers?: number;
  readonly lookupKubectl: () => Promise<KubectlLookup>;
  readonly homeFolder: string;
  readonly searchPath: string;
  readonly sent?: SentLog | undefined;
}

/** Several windows share one practice cluster: the one that loses the race to start it waits so long for the other's. */
const otherWindowStartsMs = 5_000;

/** Starts the practice cluster as a process of its own, finds it again, and starts it anew when it was killed. */
export class PracticeProvider implements ClusterProvider {
  readonly kind = "practice" as const;
  readonly #options: PracticeProviderOptions;
  readonly #paths: PracticePaths;

  constructor(options: PracticeProviderOptions) {
    this.#options = options;
    this.#paths = practicePaths(options.folder);
  }

  async prerequisites(): Promise<readonly Prerequisite[]> {
    return [kubectlPrerequisite(await this.#options.lookupKubectl())];
  }

  async open(progress: ProgressSink, signal?: AbortSignal): Promise<LessonCluster> {
    const found = await this.#attach().catch(() => undefined);
    if (found) {
      return this.#supervise(found);
    }
    progress.report({ ja: "練習用クラスタを起動しています", en: "Starting the practice cluster" });
    await this.#start(signal);
    return this.#supervise(await this.#attach());
  }

  async remove(progress: ProgressSink): Promise<void> {
    progress.report({ ja: "練習用クラスタを削除しています", en: "Removing the practice cluster" });
    const instance = await readInstance(this.#paths);
    const isOurs = await this.#attach().then(
      (cluster) => {
        cluster.dispose();
        return true;
      },
      () => false,
    );
    if (instance && isOurs) {
      await stopProcess(instance.pid);
    }
    await rm(this.#options.folder, { recursive: true, force: true });
  }

  async #attach(): Promise<MovableCluster> {
    const identity = await readRecord(this.#paths.record);
    if (!identity) {
      throw new PracticeStartError("no practice cluster was made yet");
    }
    return openCluster({
      kind: "practice",
      name: this.#options.name,
      kubeconfigPath: this.#paths.kubeconfig,
      identity,
      lookupKubectl: this.#options.lookupKubectl,
      homeFolder: this.#options.homeFolder,
      searchPath: this.#options.searchPath,
      sent: this.#options.sent,
    });
  }

  async #start(signal: AbortSignal | undefined): Promise<void> {
    const earlier = await readInstance(this.#paths);
    // the port of last time may be taken by now
    const ports = earlier ? [earlier.port, 0] : [0];
    if (!(await this.#startOn(ports, signal))) {
      return;
    }
    if (!(await readRecord(this.#paths.record))) {
      await writeRecord(this.#paths.record, await readIdentity(this.#paths.kubeconfig));
    }
  }

  /** Starts it on the first of the ports that works; false when another window started it. Throws startFailed. */
  async #startOn(ports: readonly number[], signal: AbortSignal | undefined): Promise<boolean> {
    const { program, workers = 0 } = this.#options;
    let failure: unknown;
    for (const port of ports) {
      try {
        await startPracticeProcess(program, this.#paths, { port, workers, signal });
        return true;
      } catch (error) {
        failure = error;
      }
      const isFolderInUse = failure instanceof PracticeStartError && failure.isFolderInUse;
      if (isFolderInUse && (await this.#anotherWindowStartedIt(signal))) {
        return false;
      }
    }
    throw startFailed(failure);
  }

  /** Waits for the process that keeps its state in the folder; it may have begun only now. */
  async #anotherWindowStartedIt(signal: AbortSignal | undefined): Promise<boolean> {
    for (let waited = 0; waited < otherWindowStartsMs; waited += 250) {
      const cluster = await this.#attach().catch(() => undefined);
      if (cluster) {
        cluster.dispose();
        return true;
      }
      await delay(systemClock, 250, signal);
    }
    return false;
  }

  /** Starts the process again when it is gone while the cluster is in use; its state is on disk. */
  #supervise(cluster: MovableCluster): LessonCluster {
    let isReviving = false;
    cluster.onHealthChanged(async (health) => {
      if (health.state === "unreachable" && !isReviving) {
        isReviving = true;
        await this.#revive(cluster).finally(() => {
          isReviving = false;
        });
      }
    });
    return cluster;
  }

  /** A process that still holds its data folder refuses the second, so trying is safe: it may only be frozen. */
  async #revive(cluster: MovableCluster): Promise<void> {
    for (let pauseMs = 250; cluster.health.state === "unreachable"; pauseMs = Math.min(pauseMs * 2, 30_000)) {
      await this.#waitForEnd(cluster);
      // another window may have deleted it: what is deleted is not made again
      if (cluster.health.state !== "unreachable" || !(await readRecord(this.#paths.record))) {
        return;
      }
      await this.#start(undefined)
        .then(() => cluster.readAddressAgain())
        .catch(() => undefined); // the health stays "unreachable" and says why
      await settled(cluster, pauseMs);
    }
  }

  /** A connection breaks a moment before its process is gone. */
  async #waitForEnd(cluster: MovableCluster): Promise<void> {
    for (let waited = 0; waited < 2_000 && cluster.health.state === "unreachable"; waited += 50) {
      const instance = await readInstance(this.#paths);
      if (!instance || !isAlive(instance.pid)) {
        return;
      }
      // a process that is no child of ours tells nobody of its end: there is no event to wait for
      await delay(systemClock, 50);
    }
  }
}

/** Resolves when the cluster is no longer unreachable, at the latest after `limitMs`. */
function settled(cluster: LessonCluster, limitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      limit.cancel();
      subscription.dispose();
      resolve();
    };
    const limit = systemClock.after(limitMs, done);
    const subscription = cluster.onHealthChanged(({ state }) => {
      if (state !== "unreachable") {
        done();
      }
    });
  });
}

function startFailed(error: unknown): UserError {
  const detail = error instanceof Error ? error.message : String(error);
  return new UserError(
    "practice-start-failed",
    {
      ja: `練習用クラスタを起動できませんでした（${detail}）。足りないものは「Dojo: 環境を調べる」でわかります。直らないときは「Dojo: クラスタを削除する」のあとで開き直すと、作り直します。`,
      en: `The practice cluster did not start (${detail}). “Dojo: Look at the Environment” says what is missing. If that does not mend it, “Dojo: Delete the Cluster” and open the step again: it is made anew.`,
    },
    { cause: error },
  );
}

/** Asks the process to stop and resolves when it is gone; after 5 s it is killed. */
async function stopProcess(pid: number): Promise<void> {
  if (!isAlive(pid)) {
    return;
  }
  process.kill(pid, "SIGTERM");
  for (let waited = 0; waited < 5_000; waited += 50) {
    // a process that is no child of ours tells nobody of its end: there is no event to wait for
    await delay(systemClock, 50);
    if (!isAlive(pid)) {
      return;
    }
  }
  process.kill(pid, "SIGKILL");
}
