import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { LessonCluster } from "../clusters/cluster.ts";
import { ClusterRequestError } from "../clusters/cluster.ts";
import { maskKubectlArguments } from "../common/kubectlMask.ts";
import type { LocalizedText } from "../common/language.ts";
import { maskSecretsInText } from "../common/secretMask.ts";
import { UserError } from "../common/userError.ts";
import type { KubectlOutcome, KubectlRunOptions } from "../kubectl/kubectl.ts";
import { commandWords } from "../lessons/commandWords.ts";
import type { Chapter, Fault, ScriptEntry, Step } from "../lessons/course.ts";
import { kubectlArguments } from "./kubectlRunner.ts";

const managedBy = { "app.kubernetes.io/managed-by": "statefulset-dojo" };
const ownerKinds = "statefulset,deployment,replicaset,pod,service,poddisruptionbudget,resourcequota";
const removedKinds = `${ownerKinds},pvc,secret,configmap,networkpolicy`;
/** Objects beside the namespace that a chapter's files make carry this label; no others are removed. */
const sharedObjects = ["storageclass", "-l", "app.kubernetes.io/part-of=statefulset-dojo"];
const settleLimitMs = 180_000;

/** Makes the chapter's namespace unless it is there, and makes it kubectl's default. One that is not ours is refused. */
export async function ensureNamespace(cluster: LessonCluster, { namespace }: Chapter): Promise<void> {
  const body = {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: namespace, labels: managedBy },
  };
  try {
    await cluster.client.request("POST", "/api/v1/namespaces", { body, askedBy: "start" });
  } catch (error) {
    if (!(error instanceof ClusterRequestError) || error.code !== 409) {
      throw error;
    }
    await requireOurs(cluster, namespace);
  }
  await cluster.useNamespace(namespace);
}

async function requireOurs(cluster: LessonCluster, namespace: string): Promise<void> {
  const found = await cluster.client.request("GET", `/api/v1/namespaces/${namespace}`, {
    askedBy: "start",
  });
  if (!JSON.stringify(found).includes(`"app.kubernetes.io/managed-by":"statefulset-dojo"`)) {
    throw new UserError("namespace-not-ours", {
      ja: `名前空間 ${namespace} は Dojo が作ったものではないため、使いません。名前を変えるか削除してください。`,
      en: `The namespace ${namespace} was not made by the dojo, so it is left alone. Rename or delete it.`,
    });
  }
}

/** Puts the step's start state on the cluster, and breaks it by `faults`. Throws UserError with kubectl's words when it cannot. */
export async function applyStart(
  cluster: LessonCluster,
  chapter: Chapter,
  step: Step,
  faults: readonly Fault[],
  signal?: AbortSignal,
): Promise<void> {
  await ensureNamespace(cluster, chapter);
  for (const entry of [...step.start, ...faults.flatMap(({ plants }) => plants)]) {
    await runStartEntry(cluster, chapter, step, entry, signal);
  }
}

async function runStartEntry(
  cluster: LessonCluster,
  { namespace }: Chapter,
  step: Step,
  entry: ScriptEntry,
  signal: AbortSignal | undefined,
): Promise<void> {
  const options = { timeLimitMs: settleLimitMs, askedBy: "start" as const, ...(signal ? { signal } : {}) };
  if ("apply" in entry) {
    const stdin = await readFile(join(step.folder, entry.apply), "utf8");
    const args = ["apply", "-n", namespace, "-f", "-"];
    requireSuccess(args, await cluster.kubectl.run(args, { ...options, stdin }));
    return;
  }
  await runPlain(cluster, namespace, "run" in entry ? entry.run : "", options);
}

async function runPlain(
  cluster: LessonCluster,
  namespace: string,
  command: string,
  options: KubectlRunOptions,
): Promise<void> {
  const words = commandWords(command);
  if (words?.[0] !== "kubectl") {
    throw startFailed("a start state applies manifests or runs plain kubectl commands");
  }
  const args = kubectlArguments({ args: words.slice(1) }, namespace);
  requireSuccess(args, await cluster.kubectl.run(args, options));
}

/** Mends what a step of the chapter may have left of the cluster itself. Throws UserError when it cannot. */
export async function restoreCluster(
  cluster: LessonCluster,
  { namespace, restore = [] }: Chapter,
  signal?: AbortSignal,
): Promise<void> {
  if (restore.length > 0) {
    await cluster.startNodes?.(signal);
  }
  for (const { run } of restore) {
    await runPlain(cluster, namespace, run, {
      timeLimitMs: settleLimitMs,
      askedBy: "start" as const,
      ...(signal ? { signal } : {}),
    });
  }
}

/** What a reset would remove: every object of the chapter that a learner may have made. */
export async function objectsToRemove(
  cluster: LessonCluster,
  { namespace }: Chapter,
): Promise<readonly string[]> {
  const args = ["get", removedKinds, "-n", namespace, "-o", "name"];
  const shared = ["get", ...sharedObjects, "-o", "name"];
  const outputs = await Promise.all(
    [args, shared].map(async (each) =>
      requireSuccess(each, await cluster.kubectl.run(each, { askedBy: "reset" })),
    ),
  );
  return outputs
    .join("\n")
    .split("\n")
    .map((line) => line.trim())
    .filter((name) => name !== "" && name !== "configmap/kube-root-ca.crt");
}

/** Removes the chapter's objects, and the Events that would tell of them, and waits until they are gone. */
export async function removeObjects(
  cluster: LessonCluster,
  chapter: Chapter,
  signal?: AbortSignal,
): Promise<void> {
  const { namespace } = chapter;
  await ensureNamespace(cluster, chapter);
  const options = { timeLimitMs: settleLimitMs, askedBy: "reset" as const, ...(signal ? { signal } : {}) };
  const owners = ["delete", ownerKinds, "--all", "-n", namespace];
  requireSuccess(owners, await cluster.kubectl.run([...owners, "--grace-period=1"], options));
  const rest = ["delete", "pod,pvc,secret,configmap,networkpolicy,event", "--all", "-n", namespace];
  requireSuccess(rest, await cluster.kubectl.run(rest, options));
  const shared = ["delete", ...sharedObjects];
  requireSuccess(shared, await cluster.kubectl.run(shared, options));
}

function requireSuccess(args: readonly string[], outcome: KubectlOutcome): string {
  if (outcome.state === "ran" && outcome.exitCode === 0) {
    return outcome.stdout;
  }
  const detail = outcome.state === "ran" ? maskSecretsInText(outcome.stderr.trim()) : outcome.state;
  throw startFailed(`kubectl ${maskKubectlArguments(args).join(" ")}: ${detail}`);
}

function startFailed(detail: string): UserError {
  const text: LocalizedText = {
    ja: `ステップの準備ができませんでした（${detail}）。クラスタの状態を確認し、「やり直す」を選んでください。`,
    en: `The step could not be prepared (${detail}). Look at the cluster, then choose “Start over”.`,
  };
  return new UserError("start-state-failed", text);
}
