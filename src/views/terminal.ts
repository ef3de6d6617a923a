import { chmod, mkdir, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import * as vscode from "vscode";
import type { Dojo } from "../webview/host/dojo.ts";

/** Puts "(dojo)" before bash's own prompt, once. */
const promptCommand = `case "$PS1" in *"(dojo)"*) ;; *) PS1="(dojo) $PS1" ;; esac`;

/** The terminal "Dojo": KUBECONFIG of the lesson cluster, kubectl and `k` on PATH, in the step's folder. */
export class DojoTerminal implements vscode.Disposable {
  readonly #dojo: Dojo;
  readonly #programs: string;
  readonly #listening: vscode.Disposable;
  #terminal: vscode.Terminal | undefined;
  #folder: string | undefined;

  constructor(dojo: Dojo, storage: string) {
    this.#dojo = dojo;
    this.#programs = join(storage, "bin");
    this.#listening = vscode.Disposable.from(
      vscode.window.onDidCloseTerminal((closed) => {
        if (closed === this.#terminal) {
          this.#terminal = undefined;
        }
      }),
      vscode.window.onDidEndTerminalShellExecution(() => dojo.opened?.session.commandEnded()),
    );
  }

  /** Types a command and runs it; the terminal is shown and the focus stays where it is. */
  async run(command: string): Promise<void> {
    const terminal = await this.show();
    terminal?.sendText(command);
  }

  async show(): Promise<vscode.Terminal | undefined> {
    const opened = this.#dojo.opened;
    const cluster = this.#dojo.cluster;
    if (!opened || !cluster) {
      return undefined;
    }
    this.#terminal ??= await this.#create(cluster.kubeconfigPath, opened.folder);
    if (this.#folder !== opened.folder) {
      this.#terminal.sendText(`cd '${opened.folder.replaceAll("'", `'\\''`)}'`);
      this.#folder = opened.folder;
    }
    this.#terminal.show(true);
    return this.#terminal;
  }

  dispose(): void {
    this.#listening.dispose();
    this.#terminal?.dispose();
  }

  async #create(kubeconfig: string, folder: string): Promise<vscode.Terminal> {
    await mkdir(this.#programs, { recursive: true });
    await mkdir(folder, { recursive: true });
    const alias = join(this.#programs, "k");
    await writeFile(alias, '#!/bin/sh\nexec kubectl "$@"\n');
    await chmod(alias, 0o755);
    const kubectl = this.#dojo.kubectlPath;
    const path = [kubectl && dirname(kubectl), process.env.PATH, this.#programs].filter(Boolean);
    this.#folder = folder;
    return vscode.window.createTerminal({
      name: "Dojo",
      cwd: folder,
      env: {
        KUBECONFIG: kubeconfig,
        PATH: path.join(delimiter),
        PROMPT_COMMAND: promptCommand,
        // the prompt names the step's folder alone, so that commands fit beside it
        PROMPT_DIRTRIM: "1",
      },
    });
  }
}
