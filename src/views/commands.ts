import * as vscode from "vscode";
import type { Dojo } from "../webview/host/dojo.ts";
import type { LessonPanel } from "../webview/host/lessonPanel.ts";
import { chooseCluster } from "./chooseCluster.ts";
import { showDoctor } from "./doctor.ts";
import { findInCourse } from "./findInCourse.ts";
import type { SentOutput } from "./sentOutput.ts";
import type { DojoTerminal } from "./terminal.ts";

type Open = (id?: string) => Promise<void>;

/** What commands act on. */
export interface CommandParts {
  readonly dojo: Dojo;
  readonly panel: LessonPanel;
  readonly terminal: DojoTerminal;
  readonly sentOutput: SentOutput;
}

/** Every command of the palette, in one table. */
export function registerCommands({ dojo, panel, terminal, sentOutput }: CommandParts): vscode.Disposable {
  const open: Open = async (id) => {
    panel.show();
    await dojo.openStep(id);
  };
  const table: Readonly<Record<string, (argument?: unknown) => unknown>> = {
    "dojo.startCourse": () => open(),
    "dojo.openStep": (id) => open(typeof id === "string" ? id : undefined),
    "dojo.findInCourse": () => find(dojo, open),
    "dojo.nextStep": () => openNext(dojo, open),
    "dojo.switchLanguage": () => dojo.switchLanguage(dojo.language === "ja" ? "en" : "ja"),
    "dojo.startOverStep": () => (dojo.opened ? dojo.startOver() : offerCourse(dojo, open)),
    "dojo.openTerminal": () => openTerminal(dojo, open, terminal),
    "dojo.chooseCluster": () => chooseCluster(dojo),
    "dojo.deleteCluster": () => whenTrusted(dojo, () => deleteCluster(dojo)),
    "dojo.doctor": () => whenTrusted(dojo, () => showDoctor(dojo)),
    "dojo.showSent": () => sentOutput.show(),
  };
  return vscode.Disposable.from(
    ...Object.entries(table).map(([id, run]) => vscode.commands.registerCommand(id, run)),
  );
}

async function find(dojo: Dojo, open: (id: string) => Promise<void>): Promise<void> {
  const course = await dojo.readCourse();
  const id = course && (await findInCourse(course, dojo.language));
  if (id) {
    await open(id);
  }
}

/** Programs run only in a trusted workspace: asks for trust first. */
async function whenTrusted(dojo: Dojo, run: () => Promise<void>): Promise<void> {
  if (await dojo.isTrusted(() => void run())) {
    await run();
  }
}

async function openNext(dojo: Dojo, open: Open): Promise<void> {
  const { step } = dojo.pageState();
  if (!step) {
    return offerCourse(dojo, open);
  }
  const isJapanese = dojo.language === "ja";
  if (!step.passed) {
    const left = step.checks.filter(({ verdict }) => verdict.state !== "passed").length + step.awaited.length;
    const text = isJapanese
      ? `${step.id} の確認があと ${left} 件残っています。すべて済むと次へ進めます。`
      : `${step.id} has ${left} more ${left === 1 ? "check" : "checks"} to pass before the next step opens.`;
    void vscode.window.showInformationMessage(text);
  } else if (step.next) {
    await open(step.next.id);
  } else {
    const text = isJapanese ? "これが最後のステップです。" : "This was the last step.";
    void vscode.window.showInformationMessage(text);
  }
}

/** Says that no step is open, and offers to open one. */
async function offerCourse(dojo: Dojo, open: Open): Promise<void> {
  const isJapanese = dojo.language === "ja";
  const text = isJapanese ? "開いているステップはありません。" : "No step is open.";
  const start = isJapanese ? "コースを始める" : "Start the Course";
  if ((await vscode.window.showInformationMessage(text, start)) === start) {
    await open();
  }
}

/** The terminal belongs to a step: without one the last step is opened first. */
async function openTerminal(dojo: Dojo, open: Open, terminal: DojoTerminal): Promise<void> {
  if (!dojo.opened) {
    await open();
  }
  (await terminal.show())?.show(false);
}

async function deleteCluster(dojo: Dojo): Promise<void> {
  const isJapanese = dojo.language === "ja";
  const question = isJapanese
    ? "道場のクラスタと、その中のデータをすべて削除しますか。"
    : "Delete the dojo's cluster and all data in it?";
  const detail = isJapanese
    ? "フォルダーにあるファイルは残ります。"
    : "The files in your folder stay where they are.";
  const yes = isJapanese ? "削除する" : "Delete";
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) === yes) {
    await dojo.deleteCluster();
  }
}
