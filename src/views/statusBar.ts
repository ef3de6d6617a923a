import * as vscode from "vscode";
import type { Dojo } from "../webview/host/dojo.ts";

/** "Dojo: practice ●": which cluster lessons run on and whether it answers. */
export function createStatusBar(dojo: Dojo): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("dojo.cluster", vscode.StatusBarAlignment.Left, 10);
  item.name = "StatefulSet Dojo";
  item.command = "dojo.doctor";
  const update = () => {
    const { cluster } = dojo.pageState();
    const sign = cluster.health === "ready" ? "●" : cluster.health === "unreachable" ? "? unreachable" : "○";
    item.text = `Dojo: ${cluster.name} ${sign}`;
    item.show();
  };
  update();
  return vscode.Disposable.from(item, dojo.onChanged(update));
}
