import { randomBytes } from "node:crypto";
import { join } from "node:path";
import * as vscode from "vscode";
import { actionCommand } from "../../lessons/actionCommand.ts";
import type { PageMessage } from "../protocol/messages.ts";
import type { Dojo } from "./dojo.ts";
import { solutionFile } from "./solutionLines.ts";

export const panelType = "dojo.lesson";

/** The lesson page's panel: pushes whole states, answers the page's messages. One for a window. */
export class LessonPanel implements vscode.Disposable {
  readonly #dojo: Dojo;
  readonly #extension: vscode.Uri;
  readonly #run: (command: string) => void;
  readonly #listening: vscode.Disposable;
  #panel: vscode.WebviewPanel | undefined;

  constructor(dojo: Dojo, extension: vscode.Uri, run: (command: string) => void) {
    this.#dojo = dojo;
    this.#extension = extension;
    this.#run = run;
    this.#listening = dojo.onChanged(() => this.#push());
  }

  show(): void {
    if (this.#panel) {
      this.#panel.reveal(undefined, true);
      return;
    }
    const column = vscode.ViewColumn.One;
    this.adopt(vscode.window.createWebviewPanel(panelType, "StatefulSet Dojo", column));
  }

  /** Takes a panel: a new one, or the one that was open before the window was reloaded. */
  adopt(panel: vscode.WebviewPanel): void {
    this.#panel = panel;
    const icon = (theme: string) => vscode.Uri.joinPath(this.#extension, "media", `dojo-${theme}.svg`);
    panel.iconPath = { light: icon("light"), dark: icon("dark") };
    panel.webview.options = {
      enableScripts: true,
      localResourceRoots: [vscode.Uri.joinPath(this.#extension, "dist")],
    };
    panel.webview.onDidReceiveMessage(async (raw) => {
      const { parsePageMessage } = await this.#dojo.engine();
      const message = parsePageMessage(raw);
      if (message) {
        await this.#receive(message);
      }
    });
    panel.onDidDispose(() => {
      this.#panel = undefined;
    });
    panel.webview.html = this.#document(panel.webview);
  }

  dispose(): void {
    this.#listening.dispose();
    this.#panel?.dispose();
  }

  #push(): void {
    void this.#panel?.webview.postMessage({ type: "state", state: this.#dojo.pageState() });
  }

  #document(webview: vscode.Webview): string {
    const nonce = randomBytes(16).toString("hex");
    const at = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(this.#extension, "dist", name));
    return `<!DOCTYPE html>
<html lang="${this.#dojo.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${webview.cspSource}; font-src ${webview.cspSource}; script-src 'nonce-${nonce}';">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${at("page.css")}">
</head>
<body>
<div id="page"></div>
<div id="announcements" aria-live="polite"></div>
<script type="module" nonce="${nonce}" src="${at("page.js")}"></script>
</body>
</html>`;
  }

  async #receive(message: PageMessage): Promise<void> {
    const opened = this.#dojo.opened;
    const session = opened?.session;
    switch (message.type) {
      case "ready":
        return this.#push();
      case "runAction": {
        const action = opened?.step.actions.find(({ id }) => id === message.action);
        return this.#type(action && actionCommand(action));
      }
      case "runCheck": {
        const check = session?.snapshot.checks.find(({ id }) => id === message.check);
        return this.#type(check?.commands[message.index]);
      }
      case "copy":
        return vscode.env.clipboard.writeText(message.text);
      case "createFile":
      case "openFile":
        return this.#openFile(message.action);
      case "compareFile":
        return this.#compareFile(message.action);
      case "answer":
        return session?.answer(message.question, message.value);
      case "showHint":
        return session?.showHint();
      case "showSolution":
        return session?.showSolution();
      case "startOver":
        return this.#dojo.startOver();
      case "start":
        return this.#dojo.openStep();
      case "openStep":
        return this.#dojo.openStep(message.step);
      case "switchLanguage":
        return this.#dojo.switchLanguage(message.language);
      case "doctor":
        await vscode.commands.executeCommand("dojo.doctor");
    }
  }

  #type(command: string | undefined): void {
    if (command) {
      this.#run(command);
    }
  }

  async #openFile(actionId: string): Promise<void> {
    const opened = this.#dojo.opened;
    const action = opened?.step.actions.find(({ id }) => id === actionId);
    if (!opened || !action || !("file" in action)) {
      return;
    }
    if (opened.session.snapshot.missingFiles.includes(action.file)) {
      await opened.session.createFile(action.file);
    }
    const line = "line" in action && action.line ? action.line - 1 : 0;
    await vscode.window.showTextDocument(vscode.Uri.file(join(opened.folder, action.file)), {
      viewColumn: vscode.ViewColumn.Beside,
      selection: new vscode.Range(line, 0, line, 0),
    });
  }

  async #compareFile(actionId: string): Promise<void> {
    const opened = this.#dojo.opened;
    const action = opened?.step.actions.find(({ id }) => id === actionId);
    if (!opened || !action || !("file" in action)) {
      return;
    }
    const from = solutionFile(opened.step, action);
    if (from) {
      const mine = vscode.Uri.file(join(opened.folder, action.file));
      const solution = vscode.Uri.file(join(opened.step.folder, from));
      const title = `${action.file} ↔ ${this.#dojo.language === "ja" ? "解答" : "solution"}`;
      await vscode.commands.executeCommand("vscode.diff", mine, solution, title);
    }
  }
}
