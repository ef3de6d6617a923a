import * as vscode from "vscode";
import type { Dojo } from "../webview/host/dojo.ts";
import type { LessonPanel } from "../webview/host/lessonPanel.ts";
import { showDoctor } from "./doctor.ts";
import type { DojoTerminal } from "./terminal.ts";

/** Every command of the palette, in one table. */
export function registerCommands(dojo: Dojo, panel: LessonPanel, terminal: DojoTerminal): vscode.Disposable {
  const open = async (id?: string) => {
    panel.show();
    await dojo.openStep(id);
  };
  const table: Readonly<Record<string, (argument?: unknown) => unknown>> = {
    "dojo.startCourse": () => open(),
    "dojo.openStep": (id) => open(typeof id === "string" ? id : undefined),
    "dojo.nextStep": () => openNext(dojo, open),
    "dojo.switchLanguage": () => dojo.switchLanguage(dojo.language === "ja" ? "en" : "ja"),
    "dojo.startOverStep": () => dojo.startOver(),
    "dojo.openTerminal": () => terminal.show(),
    "dojo.chooseCluster": () =>
      vscode.commands.executeCommand("workbench.action.openSettings", "dojo.cluster"),
    "dojo.deleteCluster": () => deleteCluster(dojo),
    "dojo.doctor": () => showDoctor(dojo),
  };
  return vscode.Disposable.from(
    ...Object.entries(table).map(([id, run]) => vscode.commands.registerCommand(id, run)),
  );
}

async function openNext(dojo: Dojo, open: (id: string) => Promise<void>): Promise<void> {
  const { step } = dojo.pageState();
  if (step?.passed && step.next) {
    await open(step.next.id);
  }
}

async function deleteCluster(dojo: Dojo): Promise<void> {
  const isJapanese = dojo.language === "ja";
  const question = isJapanese
    ? "道場のクラスタと、その中のデータをすべて削除しますか。"
    : "Delete the dojo's cluster and all data in it?";
  const yes = isJapanese ? "削除する" : "Delete";
  if ((await vscode.window.showWarningMessage(question, { modal: true }, yes)) === yes) {
    const provider = await dojo.provider();
    dojo.close();
    await provider.remove({ report: () => undefined });
  }
}
