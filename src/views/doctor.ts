import * as vscode from "vscode";
import type { Prerequisite } from "../clusters/cluster.ts";
import type { Language } from "../common/language.ts";
import type { Dojo } from "../webview/host/dojo.ts";

const words = {
  ja: {
    placeHolder: "必要なものと、その状態",
    cluster: "クラスタ",
    ready: "応答しています",
    starting: "起動しています",
    unreachable: "応答がありません",
    none: "まだ起動していません",
    mend: "ステップを開くと自動で起動します。",
  },
  en: {
    placeHolder: "What is needed, and whether it is there",
    cluster: "cluster",
    ready: "answers",
    starting: "is starting",
    unreachable: "does not answer",
    none: "was not started yet",
    mend: "It starts by itself when a step is opened.",
  },
} as const;

/** What is needed and whether it is there, each with the next thing to do. */
export async function showDoctor(dojo: Dojo): Promise<void> {
  const { language } = dojo;
  const provider = await dojo.provider();
  const items = [
    clusterItem(dojo),
    ...(await provider.prerequisites()).map((each) => itemOf(each, language)),
  ];
  await vscode.window.showQuickPick(items, {
    title: `StatefulSet Dojo: ${provider.kind}`,
    placeHolder: words[language].placeHolder,
  });
}

function clusterItem(dojo: Dojo): vscode.QuickPickItem {
  const { cluster, language } = dojo.pageState();
  const { mend, ...said } = words[language];
  const icon = {
    ready: "pass",
    starting: "sync",
    unreachable: "warning",
    none: "circle-large-outline",
  } as const;
  return {
    label: `$(${icon[cluster.health]}) ${said.cluster}`,
    description: `${cluster.name}: ${said[cluster.health]}`,
    ...(cluster.health === "none" ? { detail: mend } : {}),
  };
}

function itemOf({ id, found, detail, remedy }: Prerequisite, language: Language): vscode.QuickPickItem {
  return {
    label: `${found ? "$(pass)" : "$(warning)"} ${id}`,
    description: detail[language],
    ...(remedy ? { detail: remedy[language] } : {}),
  };
}
