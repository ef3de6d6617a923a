import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { KubectlLookup } from "../../kubectl/kubectl.ts";
import type { ClusterProvider, LessonCluster, Prerequisite, ProgressSink } from "../cluster.ts";
import { readRecord, writeRecord } from "../clusterRecord.ts";
import { kubectlPrerequisite } from "../kubectlPrerequisite.ts";
import { openCluster, readIdentity } from "../openCluster.ts";
import { kindConfiguration } from "./kindConfiguration.ts";
import { kindErrors } from "./kindErrors.ts";
import { kindPrerequisites } from "./kindPrerequisites.ts";
import { createWithPhases, detailOf, findKindTools, type KindEnvironment, run } from "./kindProgram.ts";

/** The name of the cluster that the dojo makes; one that has it but is not ours is never touched. */
export const kindClusterName = "statefulset-dojo";

export interface KindProviderOptions {
  /** Where our kubeconfig and the written-down identity lie. */
  readonly folder: string;
  readonly lookupKubectl: () => Promise<KubectlLookup>;
  readonly homeFolder: string;
  readonly environment: KindEnvironment;
  readonly workers?: number;
  readonly clusterName?: string;
}

/** Makes the kind cluster, adopts the one it made earlier, deletes it. */
export class KindProvider implements ClusterProvider {
  readonly kind = "kind" as const;
  readonly #options: KindProviderOptions;
  readonly #name: string;
  readonly #kubeconfig: string;
  readonly #record: string;

  constructor(options: KindProviderOptions) {
    this.#options = options;
    this.#name = options.clusterName ?? kindClusterName;
    this.#kubeconfig = join(options.folder, "kubeconfig");
    this.#record = join(options.folder, "identity.json");
  }

  async prerequisites(signal?: AbortSignal): Promise<readonly Prerequisite[]> {
    const [tools, kubectl] = await Promise.all([
      findKindTools(this.#options.environment, signal),
      this.#options.lookupKubectl(),
    ]);
    return [kubectlPrerequisite(kubectl), ...kindPrerequisites(tools)];
  }

  async open(progress: ProgressSink, signal?: AbortSignal): Promise<LessonCluster> {
    const kind = await this.#requireTools(signal);
    if (await this.#exists(kind, signal)) {
      return this.#adopt();
    }
    await this.#create(kind, progress, signal);
    return this.#adopt();
  }

  async remove(progress: ProgressSink, signal?: AbortSignal): Promise<void> {
    const kind = await this.#requireTools(signal);
    if (await this.#exists(kind, signal)) {
      // deleting is for clusters whose identity we wrote down, and it has to be that very cluster
      const cluster = await this.#adopt();
      cluster.dispose();
      progress.report({ ja: "kind クラスタを削除しています", en: "Deleting the kind cluster" });
      await this.#delete(kind);
    }
    await rm(this.#options.folder, { recursive: true, force: true });
  }

  async #requireTools(signal?: AbortSignal): Promise<string> {
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
    return kind.path;
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
        name: "kind",
        kubeconfigPath: this.#kubeconfig,
        identity,
        lookupKubectl,
        homeFolder,
        searchPath: environment.searchPath,
      });
    } catch (error) {
      throw kindErrors.doesNotAnswer(this.#name, error);
    }
  }

  async #create(kind: string, progress: ProgressSink, signal?: AbortSignal): Promise<void> {
    const { folder, workers = 0, environment } = this.#options;
    await mkdir(folder, { recursive: true });
    const config = join(folder, "kind.yaml");
    await writeFile(config, kindConfiguration(workers));
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
  }
}
