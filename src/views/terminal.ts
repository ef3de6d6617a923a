import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import type { Dojo } from "../webview/host/dojo.ts";
import { terminalEnvironment } from "./terminalEnvironment.ts";

const promptLimitMs = 3_000;
const openKey = "terminalOpen";

interface Shell {
  readonly terminal: vscode.Terminal;
  /** Of the cluster that it was made for: it reaches no other. */
  readonly kubeconfig: string;
  folder: string;
}

/** The terminal "Dojo": KUBECONFIG of the lesson cluster, kubectl and `k` on PATH, in the step's folder. */
export class DojoTerminal implements vscode.Disposable {
  readonly #dojo: Dojo;
  readonly #programs: string;
  readonly #memory: vscode.Memento;
  readonly #listening: vscode.Disposable;
  readonly #busy = new Set<vscode.Terminal>();
  #shells: readonly Shell[] = [];
  #running: Promise<void> = Promise.resolve();

  /** `memory` is the window's: whether a terminal was open when it was reloaded. */
  constructor(dojo: Dojo, storage: string, memory: vscode.Memento) {
    this.#dojo = dojo;
    this.#memory = memory;
    this.#programs = join(storage, "bin");
    this.#listening = vscode.Disposable.from(
      vscode.window.onDidCloseTerminal((closed) => {
        this.#shells = this.#shells.filter(({ terminal }) => terminal !== closed);
        this.#busy.delete(closed);
        if (this.#shells.length === 0 && closed.exitStatus?.reason !== vscode.TerminalExitReason.Shutdown) {
          void this.#memory.update(openKey, false);
        }
      }),
      vscode.window.onDidStartTerminalShellExecution(({ terminal }) => this.#busy.add(terminal)),
      vscode.window.onDidEndTerminalShellExecution(({ terminal }) => {
        this.#busy.delete(terminal);
        dojo.opened?.session.commandEnded();
      }),
    );
  }

  /** Types a command and runs it; the terminal is shown and the focus stays where it is. */
  run(command: string): Promise<void> {
    // one after another: a second click while the shell starts must not start a second shell
    const typed = this.#running.then(async () => {
      const terminal = await this.show();
      terminal?.sendText(command);
    });
    this.#running = typed.catch(() => undefined);
    return typed;
  }

  /** Shows a terminal at its prompt in the step's folder: one where a watch or psql still runs is left to it. */
  async show(): Promise<vscode.Terminal | undefined> {
    const opened = this.#dojo.opened;
    const cluster = this.#dojo.cluster;
    if (!opened || !cluster) {
      return undefined;
    }
    const shell =
      this.#shells.find(
        ({ terminal, kubeconfig }) => !this.#busy.has(terminal) && kubeconfig === cluster.kubeconfigPath,
      ) ?? (await this.#create(cluster.kubeconfigPath, opened.folder));
    if (shell.folder !== opened.folder) {
      shell.terminal.sendText(`cd '${opened.folder.replaceAll("'", `'\\''`)}'`);
      shell.folder = opened.folder;
    }
    shell.terminal.show(true);
    return shell.terminal;
  }

  /** Shows a terminal again after the window was reloaded, where one was open before. */
  async restore(): Promise<void> {
    if (this.#memory.get(openKey)) {
      await this.show();
    }
  }

  dispose(): void {
    this.#listening.dispose();
    for (const { terminal } of this.#shells) {
      terminal.dispose();
    }
  }

  async #create(kubeconfig: string, folder: string): Promise<Shell> {
    await mkdir(this.#programs, { recursive: true });
    await mkdir(folder, { recursive: true });
    const alias = join(this.#programs, "k");
    await writeFile(alias, '#!/bin/sh\nexec kubectl "$@"\n');
    await chmod(alias, 0o755);
    const kubectl = this.#dojo.kubectlPath;
    const terminal = vscode.window.createTerminal({
      name: "Dojo",
      // after a reload a new one is made: the old one would not know its cluster
      isTransient: true,
      cwd: folder,
      env: terminalEnvironment({
        kubeconfig,
        kubectlFolder: kubectl && dirname(kubectl),
        searchPath: process.env.PATH ?? "",
        programs: this.#programs,
      }),
    });
    terminal.show(true);
    await promptOf(terminal);
    const shell: Shell = { terminal, kubeconfig, folder };
    this.#shells = [...this.#shells, shell];
    await this.#memory.update(openKey, true);
    return shell;
  }
}

/** Resolves when the shell can take a command: typed before its prompt, it would stand there twice. */
function promptOf(terminal: vscode.Terminal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(limit);
      listening.dispose();
      resolve();
    };
    const listening = vscode.window.onDidChangeTerminalShellIntegration((change) => {
      if (change.terminal === terminal) {
        done();
      }
    });
    // a shell without the editor's integration never says so
    const limit = setTimeout(done, promptLimitMs);
  });
}
