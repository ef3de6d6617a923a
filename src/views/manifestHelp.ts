import * as vscode from "vscode";
import type { registerManifestHelp } from "../manifests/editor/register.ts";
import type { Dojo } from "../webview/host/dojo.ts";
import type { DojoTerminal } from "./terminal.ts";

type Register = typeof registerManifestHelp;

/** Loads the manifest help when the first YAML file is open, and gives it the lesson cluster while there is one. */
export class ManifestHelp implements vscode.Disposable {
  readonly #dojo: Dojo;
  readonly #terminal: DojoTerminal;
  readonly #load: () => Promise<{ readonly registerManifestHelp: Register }>;
  readonly #listening: vscode.Disposable;
  #started = false;
  #help: vscode.Disposable | undefined;

  constructor(
    dojo: Dojo,
    terminal: DojoTerminal,
    load: () => Promise<{ readonly registerManifestHelp: Register }>,
  ) {
    this.#dojo = dojo;
    this.#terminal = terminal;
    this.#load = load;
    this.#listening = vscode.workspace.onDidOpenTextDocument((document) => this.#look(document));
    for (const document of vscode.workspace.textDocuments) {
      this.#look(document);
    }
  }

  dispose(): void {
    this.#listening.dispose();
    this.#help?.dispose();
  }

  #look(document: vscode.TextDocument): void {
    if (document.languageId === "yaml" && !this.#started) {
      this.#started = true;
      void this.#start();
    }
  }

  async #start(): Promise<void> {
    const { registerManifestHelp } = await this.#load();
    this.#help = registerManifestHelp({
      language: () => this.#dojo.language,
      live: () => this.#live(),
      onClusterChanged: this.#dojo.onChanged,
      target: () => this.#target(),
    });
  }

  #live() {
    const { cluster, opened } = this.#dojo;
    return cluster && opened ? { watches: cluster.watches, namespace: opened.chapter.namespace } : undefined;
  }

  #target() {
    const { cluster, opened } = this.#dojo;
    if (!cluster || !opened) {
      return undefined;
    }
    return {
      clusterName: cluster.name,
      tryOut: async (args: readonly string[]) => {
        const outcome = await cluster.kubectl.run(args, { askedBy: "lens" });
        if (outcome.state !== "ran") {
          return "detail" in outcome ? outcome.detail : `kubectl: ${outcome.state}`;
        }
        return outcome.exitCode === 0 ? undefined : outcome.stderr.trim();
      },
      runInTerminal: (command: string) => this.#terminal.run(command),
    };
  }
}
