import { access, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { delay, systemClock } from "../../common/clock.ts";
import type { SentLog } from "../../common/sentLog.ts";
import type { KubectlLookup } from "../../kubectl/kubectl.ts";
import type { ClusterProvider, LessonCluster, Prerequisite, ProgressSink } from "../cluster.ts";
import { readRecord, writeRecord } from "../clusterRecord.ts";
import { kubectlPrerequisite } from "../kubectlPrerequisite.ts";
import { openCluster, readIdentity } from "../openCluster.ts";
import { kindConfiguration } from "./kindConfiguration.ts";
import { kindErrors } from "./kindErrors.ts";
import { type LockHolder, withLock } from "./kindLock.ts";
import { startStoppedNodes } from "./kindNodes.ts";
import { kindPrerequisites } from "./kindPrerequisites.ts";
import { createWithPhases, detailOf, findKindTools, type KindEnvironment, run } from "./kindProgram.ts";

/** The name of the cluster that the dojo makes; one that has it but is not ours is never touched. */
export const kindClusterName = "statefulset-dojo";

export interface KindProviderOptions {
  /** As the learner sees it: "kind", or "kind-workers". */
  readonly name: string;
  /** Where our kubeconfig and the written-down identity lie. */
  readonly folder: string;
  readonly lookupKubectl: () => Promise<KubectlLookup>;
  readonly homeFolder: string;
  readonly environment: KindEnvironment;
  readonly workers?: number;
  readonly clusterName?: string;
  /** How long an API server may take to answer after its container was started. Default 2 minutes. */
  readonly startLimitMs?: number;
  /** Told of everything that is sent to the cluster. */
  readonly sent?: SentLog | undefined;
}

interface FoundTools {
  readonly kind: string;
  readonly engine: string;
}

/** Makes the kind cluster, adopts the one it made earlier, deletes it. */
export class KindProvider implements ClusterProvider {
  readonly kind = "kind" as const;
  readonly #options: KindProviderOptions;
  readonly #name: string;
  readonly #kubeconfig: string;
  readonly #record: string;
  /** There from before `kind create` until its identity is written down: what then is found is half made, and ours. */
  readonly #unfinished: string;

  constructor(options: KindProviderOptions) {
    this.#options = options;
    this.#name = options.clusterName ?? kindClusterName;
    this.#kubeconfig = join(options.folder, "kubeconfig");
    this.#record = join(options.folder, "identity.json");
    this.#unfinished = join(options.folder, "unfinished");
  }

  async prerequisites(signal?: AbortSignal): Promise<readonly Prerequisite[]> {
    const [tools, kubectl] = await Promise.all([
      findKindTools(this.#options.environment, signal),
      this.#options.lookupKubectl(),
    ]);
    return [kubectlPrerequisite(kubectl), ...kindPrerequisites(tools)];
  }

  async open(progress: ProgressSink, signal?: AbortSignal): Promise<LessonCluster> {
    const tools = await this.#requireTools(signal);
    return this.#alone(progress, signal, async () => {
      if (await this.#exists(tools.kind, signal)) {
        if (!(await isThere(this.#unfinished))) {
          return this.#openEarlier(tools, progress, signal);
        }
        if (await this.#finishEarlier(tools, progress)) {
          return this.#adopt();
        }
      }
      await this.#create(tools.kind, progress, signal);
      return this.#adopt();
    });
  }

  async remove(progress: ProgressSink, signal?: AbortSignal): Promise<void> {
    const tools = await this.#requireTools(signal);
    await this.#alone(progress, signal, async () => {
      if (await this.#exists(tools.kind, signal)) {
        // deleting is for clusters whose identity we wrote down, and it has to be that very cluster
        if (!(await isThere(this.#unfinished))) {
          const cluster = await this.#openEarlier(tools, progress, signal);
          cluster.dispose();
        }
        progress.report({ ja: "kind クラスタを削除しています", en: "Deleting the kind cluster" });
        await this.#delete(tools.kind);
      }
      await rm(this.#options.folder, { recursive: true, force: true });
    });
  }

  /** Windows share the cluster: one of them makes, starts or deletes it, the others wait and say for whom. */
  #alone<T>(progress: ProgressSink, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const onWaiting = ({ pid, since }: LockHolder) =>
      progress.report({
        ja: `別のウィンドウ（プロセス ${pid}、${since} から）が kind クラスタを準備しています。終わるのを待っています`,
        en: `Another window (process ${pid}, since ${since}) is at work on the kind cluster; waiting for it`,
      });
    return withLock(`${this.#options.folder}.lock`, onWaiting, work, signal).catch((error) => {
      throw signal?.aborted ? kindErrors.cancelled() : error;
    });
  }

  /** The cluster that was made earlier; its containers are started when they stand still. */
  async #openEarlier(
    tools: FoundTools,
    progress: ProgressSink,
    signal?: AbortSignal,
  ): Promise<LessonCluster> {
    if (!(await readRecord(this.#record))) {
      throw kindErrors.notOurs(this.#name);
    }
    const started = await startStoppedNodes(tools.engine, this.#name, this.#options.environment, signal);
    if (started.length === 0) {
      return this.#adopt();
    }
    progress.report({
      ja: `止まっていたノード（${started.join(", ")}）を起動し、応答を待っています`,
      en: `Started the nodes that stood still (${started.join(", ")}); waiting for them to answer`,
    });
    const limit = systemClock.now() + (this.#options.startLimitMs ?? 120_000);
    for (;;) {
      try {
        return await this.#adopt();
      } catch (error) {
        if (systemClock.now() >= limit) {
          throw error;
        }
      }
      // nothing tells from outside that an API server began to listen
      await delay(systemClock, 1_000, signal);
    }
  }

  /**
   * Goes on with what an ended editor left: kind writes the kubeconfig last, so with it the cluster is complete.
   * Otherwise it is deleted. Returns whether it can be used.
   */
  async #finishEarlier(tools: FoundTools, progress: ProgressSink): Promise<boolean> {
    await startStoppedNodes(tools.engine, this.#name, this.#options.environment);
    if ((await isThere(this.#kubeconfig)) && !(await this.#recordIdentity())) {
      return true;
    }
    progress.report({
      ja: "前回の作りかけのクラスタを削除して、作り直します",
      en: "Deleting the half made cluster of last time, to make it anew",
    });
    await this.#delete(tools.kind);
    return false;
  }

  async #requireTools(signal?: AbortSignal): Promise<FoundTools> {
    const { kind, engine } = await findKindTools(this.#options.environment, signal);
    if (kind.state !== "found") {
      throw kind.state === "missing"
        ? kindErrors.kindMissing()
        : kindErrors.kindBroken(kind.path, kind.detail);
    }
    if (engine.state !== "found") {
      throw engine.state === "missing"
        ? kindErrors.dockerMissing()
        : kindErrors.dockerNotRunning(engine.detail);
    }
    return { kind: kind.path, engine: engine.path };
  }

  async #exists(kind: string, signal?: AbortSignal): Promise<boolean> {
    const outcome = await run(kind, ["get", "clusters", "-q"], this.#options.environment, 20_000, signal);
    if (outcome.state !== "ran" || outcome.exitCode !== 0) {
      throw kindErrors.kindFailed("kind get clusters", detailOf(outcome));
    }
    return outcome.stdout.split("\n").some((line) => line.trim() === this.#name);
  }

  async #adopt(): Promise<LessonCluster> {
    const identity = await readRecord(this.#record);
    if (!identity) {
      throw kindErrors.notOurs(this.#name);
    }
    const { lookupKubectl, homeFolder, environment } = this.#options;
    try {
      return await openCluster({
        kind: "kind",
        name: this.#options.name,
        kubeconfigPath: this.#kubeconfig,
        identity,
        lookupKubectl,
        homeFolder,
        searchPath: environment.searchPath,
        sent: this.#options.sent,
        startNodes: async (signal) => {
          const { engine } = await this.#requireTools(signal);
          await startStoppedNodes(engine, this.#name, environment, signal);
        },
      });
    } catch (error) {
      throw kindErrors.doesNotAnswer(this.#name, error);
    }
  }

  async #create(kind: string, progress: ProgressSink, signal?: AbortSignal): Promise<void> {
    const { folder, workers = 0, environment } = this.#options;
    await mkdir(folder, { recursive: true });
    const config = join(folder, "kind.yaml");
    await rm(this.#kubeconfig, { force: true });
    await writeFile(config, kindConfiguration(workers));
    await writeFile(this.#unfinished, "");
    const args = [
      "create",
      "cluster",
      "--name",
      this.#name,
      "--config",
      config,
      "--kubeconfig",
      this.#kubeconfig,
    ];
    const outcome = await createWithPhases(
      kind,
      [...args, "--wait", "180s"],
      environment,
      (phase) => progress.report({ ja: `kind: ${phase}`, en: `kind: ${phase}` }),
      signal,
    );
    const problem = outcome.state === "created" ? await this.#recordIdentity() : outcome;
    if (!problem) {
      return;
    }
    progress.report({ ja: "作りかけのクラスタを片付けています", en: "Removing what was half made" });
    await this.#delete(kind);
    await rm(folder, { recursive: true, force: true });
    throw problem.state === "cancelled" ? kindErrors.cancelled() : kindErrors.createFailed(problem.detail);
  }

  /** Writes down whose cluster was just made: one without its record could never be adopted or deleted again. */
  async #recordIdentity(): Promise<{ readonly state: "failed"; readonly detail: string } | undefined> {
    try {
      await writeRecord(this.#record, await readIdentity(this.#kubeconfig));
      await rm(this.#unfinished, { force: true });
      return undefined;
    } catch (error) {
      return { state: "failed", detail: error instanceof Error ? error.message : String(error) };
    }
  }

  async #delete(kind: string): Promise<void> {
    const args = ["delete", "cluster", "--name", this.#name, "--kubeconfig", this.#kubeconfig];
    const outcome = await run(kind, args, this.#options.environment, 120_000);
    if (outcome.state !== "ran" || outcome.exitCode !== 0) {
      throw kindErrors.kindFailed("kind delete cluster", detailOf(outcome));
    }
    // an engine may finish a container that an ended kind had asked it for
    if (await this.#exists(kind)) {
      await run(kind, args, this.#options.environment, 120_000);
    }
  }
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
