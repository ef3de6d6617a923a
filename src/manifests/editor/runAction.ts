import * as vscode from "vscode";
import type { Language } from "../../common/language.ts";
import { maskSecretsInText } from "../../common/secretMask.ts";
import { commandLine, type KubectlAction, tried } from "../actions/action.ts";
import {
  applyAction,
  claimsAction,
  deleteAction,
  diffAction,
  partitionAction,
  restartAction,
  rolloutStatusAction,
  scaleAction,
} from "../actions/setActions.ts";
import type { LensAction } from "../lenses/lensesOf.ts";
import { replicasOf } from "../rules/podTemplate.ts";
import type { ManifestObject } from "../source/manifestObject.ts";
import type { ManifestStore } from "./manifestStore.ts";

/** What the actions need of the lesson cluster. */
export interface ActionTarget {
  /** Shown before anything is sent: "practice". */
  readonly clusterName: string;
  /** Tries a change on the server without doing it; undefined when all is well, else what kubectl said. */
  tryOut(args: readonly string[]): Promise<string | undefined>;
  /** Runs a command where the learner sees it. */
  runInTerminal(command: string): Promise<void>;
}

export interface ActionOptions {
  readonly store: ManifestStore;
  readonly language: () => Language;
  /** Undefined while no lesson cluster is open. */
  readonly target: () => ActionTarget | undefined;
}

/** Runs what a lens stands for: asks for the value, tries it on the server, shows command and effect, and runs it when confirmed. */
export async function runManifestAction(
  { store, language, target }: ActionOptions,
  action: LensAction,
  uri: vscode.Uri,
  object: ManifestObject,
): Promise<void> {
  const isJapanese = language() === "ja";
  const cluster = target();
  if (!cluster) {
    const start = isJapanese ? "コースを開く" : "Open the course";
    const text = isJapanese
      ? "実行先の道場クラスタがまだ開いていません。コースを開くと起動します。"
      : "No lesson cluster is open to run this on. Opening the course starts one.";
    if ((await vscode.window.showInformationMessage(text, start)) === start) {
      await vscode.commands.executeCommand("dojo.startCourse");
    }
    return;
  }
  const file = vscode.workspace.asRelativePath(uri, false);
  const chosen = await chooseAction(action, object, uri.fsPath, store, isJapanese);
  if (chosen) {
    await save(uri);
    await confirmAndRun(chosen, cluster, language(), file);
  }
}

async function chooseAction(
  action: LensAction,
  object: ManifestObject,
  path: string,
  store: ManifestStore,
  isJapanese: boolean,
): Promise<KubectlAction | undefined> {
  switch (action) {
    case "apply":
      return applyAction(path);
    case "diff":
      return diffAction(path);
    case "rolloutStatus":
      return rolloutStatusAction(object);
    case "restart":
      return restartAction(object);
    case "claims":
      return claimsAction(object);
    case "delete":
      return deleteAction(object);
    case "scale": {
      const title = isJapanese ? `${object.name} の Pod の数` : `How many Pods of ${object.name}?`;
      const count = await askNumber(title, replicasOf(object), isJapanese);
      return count === undefined ? undefined : scaleAction(object, count, store.scene());
    }
    case "partition": {
      const title = isJapanese ? "この序数以上を更新します" : "Update Pods from this ordinal on";
      const count = await askNumber(title, Math.max(0, replicasOf(object) - 1), isJapanese);
      return count === undefined ? undefined : partitionAction(object, count);
    }
  }
}

async function askNumber(title: string, value: number, isJapanese: boolean): Promise<number | undefined> {
  const answer = await vscode.window.showInputBox({
    title,
    value: String(value),
    validateInput: (text) =>
      /^\d{1,4}$/.test(text.trim())
        ? undefined
        : isJapanese
          ? "0 から 9999 までの整数を入力してください。"
          : "Write a whole number from 0 to 9999.",
  });
  return answer === undefined ? undefined : Number(answer.trim());
}

/** The cluster gets what is on disk: unsaved changes would not be in it. */
async function save(uri: vscode.Uri): Promise<void> {
  const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
  if (document?.isDirty) {
    await document.save();
  }
}

async function confirmAndRun(
  action: KubectlAction,
  cluster: ActionTarget,
  language: Language,
  file: string,
): Promise<void> {
  const command = commandLine(action);
  if (!action.effect) {
    await cluster.runInTerminal(command);
    return;
  }
  const refusal = action.canTry ? await cluster.tryOut(tried(action)) : undefined;
  const isJapanese = language === "ja";
  if (refusal !== undefined) {
    const text = isJapanese ? `${file}: 試したところ拒否されました。` : `${file}: tried, and refused.`;
    await vscode.window.showErrorMessage(text, {
      modal: true,
      detail: `${command}\n\n${maskSecretsInText(refusal)}`,
    });
    return;
  }
  const [run, copy] = isJapanese ? ["実行する", "コマンドをコピー"] : ["Run", "Copy the command"];
  const question = isJapanese
    ? `道場クラスタ「${cluster.clusterName}」で実行しますか。`
    : `Run on the lesson cluster "${cluster.clusterName}"?`;
  const detail = `${command}\n\n${action.effect[language]}`;
  const answer = await vscode.window.showInformationMessage(question, { modal: true, detail }, run, copy);
  if (answer === run) {
    await cluster.runInTerminal(command);
  } else if (answer === copy) {
    await vscode.env.clipboard.writeText(command);
  }
}
