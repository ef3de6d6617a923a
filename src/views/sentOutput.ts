import * as vscode from "vscode";
import type { Language } from "../common/language.ts";
import { type SentLog, sentLine } from "../common/sentLog.ts";

const words = {
  ja: {
    head: "この拡張機能がレッスン用クラスタへ送ったもの（UTC。新しいものは下に加わります）。Secret の値は伏せてあります。ターミナルに打ったコマンドは含みません。",
    none: "まだ何も送っていません。",
  },
  en: {
    head: "What this extension sent to the lesson cluster (UTC, newer entries are added below). Values of Secrets are masked. Commands typed in the terminal are not listed.",
    none: "Nothing was sent yet.",
  },
} as const;

/** The output channel that lists what was sent; made when it is first asked for. */
export class SentOutput implements vscode.Disposable {
  readonly #log: SentLog;
  readonly #language: () => Language;
  #channel: vscode.OutputChannel | undefined;
  #listening: vscode.Disposable | undefined;

  constructor(log: SentLog, language: () => Language) {
    this.#log = log;
    this.#language = language;
  }

  /** Lists everything that is known, in the present language, and goes on from there. */
  show(): void {
    const language = this.#language();
    const channel = this.#channel ?? vscode.window.createOutputChannel("StatefulSet Dojo");
    this.#channel = channel;
    this.#listening?.dispose();
    const { entries } = this.#log;
    const lines = entries.map((entry) => sentLine(entry, language));
    const { head, none } = words[language];
    channel.replace([head, "", ...(lines.length > 0 ? lines : [none]), ""].join("\n"));
    this.#listening = this.#log.onAdded((entry) => channel.appendLine(sentLine(entry, this.#language())));
    channel.show(true);
  }

  dispose(): void {
    this.#listening?.dispose();
    this.#channel?.dispose();
  }
}
