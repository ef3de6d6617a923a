import * as vscode from "vscode";
import type { Dojo } from "../webview/host/dojo.ts";

const words = {
  ja: { starting: "起動中", unreachable: "応答なし", open: "開くと環境を調べます" },
  en: { starting: "starting", unreachable: "unreachable", open: "Look at the environment" },
} as const;

/** "Dojo: practice ●": which cluster lessons run on and whether it answers. */
export function createStatusBar(dojo: Dojo): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("dojo.cluster", vscode.StatusBarAlignment.Left, 10);
  item.name = "StatefulSet Dojo";
  item.command = "dojo.doctor";
  const update = () => {
    const { cluster, language } = dojo.pageState();
    const { starting, unreachable, open } = words[language];
    const signs = {
      ready: "●",
      unreachable: `? ${unreachable}`,
      starting: `○ ${starting}`,
      none: "○",
    } as const;
    item.text = `Dojo: ${cluster.name} ${signs[cluster.health]}`;
    item.tooltip = `StatefulSet Dojo: ${open}`;
    item.show();
  };
  update();
  return vscode.Disposable.from(item, dojo.onChanged(update));
}
