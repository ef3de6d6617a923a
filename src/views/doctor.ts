import * as vscode from "vscode";
import type { Dojo } from "../webview/host/dojo.ts";

/** What is needed and whether it is there, each with the next thing to do. */
export async function showDoctor(dojo: Dojo): Promise<void> {
  const { language } = dojo;
  const provider = await dojo.provider();
  const found = await provider.prerequisites();
  const items = found.map(
    (each): vscode.QuickPickItem => ({
      label: `${each.found ? "$(pass)" : "$(warning)"} ${each.id}`,
      description: each.detail[language],
      ...(each.remedy ? { detail: each.remedy[language] } : {}),
    }),
  );
  await vscode.window.showQuickPick(items, {
    title: `StatefulSet Dojo: ${provider.kind}`,
    placeHolder: language === "ja" ? "必要なものと、その状態" : "What is needed, and whether it is there",
  });
}
