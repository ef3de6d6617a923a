import * as vscode from "vscode";
import type { Dojo } from "../webview/host/dojo.ts";

const kinds = {
  practice: {
    ja: "このマシンの練習用クラスタ。1 秒ほどで起動します。",
    en: "The practice cluster on this machine, ready in a second.",
  },
  kind: {
    ja: "Docker の中の本物の Kubernetes。作るのに 1 分ほどかかります。",
    en: "A real Kubernetes in Docker. Making it takes about a minute.",
  },
  auto: {
    ja: "kind と Docker があれば kind、なければ練習用クラスタ。",
    en: "kind where kind and Docker are found, else the practice cluster.",
  },
} as const;

/** Lets the learner choose where lessons run; the open step goes on there. */
export async function chooseCluster({ language }: Dojo): Promise<void> {
  const configuration = vscode.workspace.getConfiguration("dojo");
  const present = configuration.get<string>("cluster");
  const items = Object.entries(kinds).map(([label, text]) => ({
    label,
    description: label === present ? "✓" : "",
    detail: text[language],
  }));
  const placeHolder = language === "ja" ? "レッスンを動かすクラスタ" : "The cluster that lessons run on";
  const picked = await vscode.window.showQuickPick(items, { placeHolder, title: "StatefulSet Dojo" });
  if (picked) {
    await configuration.update("cluster", picked.label, vscode.ConfigurationTarget.Global);
  }
}
