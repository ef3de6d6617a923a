import * as vscode from "vscode";
import type { DojoParts } from "../../../src/extension.ts";

/** The running extension's own parts. Throws when the extension is not there. */
export async function runningParts(): Promise<DojoParts> {
  const extension = vscode.extensions.getExtension<DojoParts>("statefulset-dojo.statefulset-dojo");
  if (!extension) {
    throw new Error("The extension is not installed.");
  }
  return extension.activate();
}

/** Resolves when `holds` becomes true; it is asked again each time the dojo changed. */
export function whenTrue({ dojo }: DojoParts, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (holds()) {
        listening.dispose();
        resolve();
      }
    };
    const listening = dojo.onChanged(look);
    look();
  });
}

export interface Asked {
  readonly text: string;
  readonly choices: readonly string[];
}

/** Replaces the editor's messages and pickers, which no test can click; keeps what was asked. */
export class Questions {
  readonly asked: Asked[] = [];
  /** What is answered: the text of a button; undefined turns every question away. */
  answer: string | undefined;
  readonly #window = vscode.window as unknown as Record<string, unknown>;
  readonly #before: Readonly<Record<string, unknown>>;

  constructor() {
    const { showInformationMessage, showWarningMessage, showQuickPick, showOpenDialog } = this.#window;
    this.#before = { showInformationMessage, showWarningMessage, showQuickPick, showOpenDialog };
    const message = async (text: string, ...rest: unknown[]) => this.#ask(text, rest);
    this.#window.showInformationMessage = message;
    this.#window.showWarningMessage = message;
    this.#window.showOpenDialog = async () => this.#ask("folder", []);
    this.#window.showQuickPick = async (items: readonly vscode.QuickPickItem[]) => {
      const lines = items.map(({ label, description, detail }) => [label, description, detail].join(" | "));
      this.#ask("pick", lines);
      return undefined;
    };
  }

  /** What was asked since the last time. */
  take(): Asked[] {
    return this.asked.splice(0);
  }

  restore(): void {
    Object.assign(this.#window, this.#before);
  }

  #ask(text: string, rest: readonly unknown[]): string | undefined {
    const choices = rest.filter((each): each is string => typeof each === "string");
    this.asked.push({ text, choices });
    return this.answer !== undefined && choices.includes(this.answer) ? this.answer : undefined;
  }
}

/** Runs `body` as if the workspace was not trusted. */
export async function withoutTrust(body: () => Promise<void>): Promise<void> {
  const workspace = vscode.workspace as object;
  const before = Object.getOwnPropertyDescriptor(workspace, "isTrusted");
  Object.defineProperty(workspace, "isTrusted", { configurable: true, get: () => false });
  try {
    await body();
  } finally {
    Object.defineProperty(workspace, "isTrusted", before ?? { configurable: true, value: true });
  }
}
