import * as vscode from "vscode";
import type { Dojo } from "../webview/host/dojo.ts";

const words = {
  ja: {
    ready: "稼働中",
    starting: "起動中",
    unreachable: "応答なし",
    none: "未接続",
    open: "クリックすると環境を調べます",
  },
  en: {
    ready: "running",
    starting: "starting",
    unreachable: "unreachable",
    none: "not connected",
    open: "click to look at the environment",
  },
} as const;

/** "Dojo: practice ●": which cluster lessons run on and whether it answers; lives as long as `subscriptions`. */
export function createStatusBar(
  dojo: Dojo,
  subscriptions: { push(...each: vscode.Disposable[]): unknown },
): vscode.StatusBarItem {
  const item = vscode.window.createStatusBarItem("dojo.cluster", vscode.StatusBarAlignment.Left, 10);
  item.name = "StatefulSet Dojo";
  item.command = "dojo.doctor";
  const update = () => {
    const { cluster, language } = dojo.pageState();
    const { open, ...states } = words[language];
    const state = states[cluster.health];
    const signs = { ready: "●", unreachable: `? ${state}`, starting: `○ ${state}`, none: "○" } as const;
    item.text = `Dojo: ${cluster.name} ${signs[cluster.health]}`;
    item.tooltip = `StatefulSet Dojo: ${cluster.name}, ${state} (${open})`;
    item.accessibilityInformation = { label: `StatefulSet Dojo: ${cluster.name}, ${state}` };
  };
  update();
  item.show();
  subscriptions.push(item, dojo.onChanged(update));
  return item;
}
