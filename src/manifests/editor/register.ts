import * as vscode from "vscode";
import type { Language } from "../../common/language.ts";
import type { LensAction } from "../lenses/lensesOf.ts";
import { ManifestObject } from "../source/manifestObject.ts";
import { ManifestCompletions } from "./completions.ts";
import { ManifestDiagnostics } from "./diagnostics.ts";
import { ManifestHovers } from "./hovers.ts";
import { ManifestLenses } from "./lenses.ts";
import type { LiveCluster } from "./liveView.ts";
import { ManifestStore } from "./manifestStore.ts";
import { ManifestNavigation } from "./navigation.ts";
import { type ActionTarget, runManifestAction } from "./runAction.ts";
import { ManifestSymbols } from "./symbols.ts";

export interface ManifestHelpOptions {
  readonly language: () => Language;
  /** The lesson cluster while it is open; nothing else is ever asked. */
  readonly live: () => LiveCluster | undefined;
  readonly onClusterChanged: vscode.Event<void>;
  readonly target: () => ActionTarget | undefined;
}

const selector: vscode.DocumentSelector = { language: "yaml" };

/** Starts the manifest help for the YAML of this window. */
export function registerManifestHelp(options: ManifestHelpOptions): vscode.Disposable {
  const store = new ManifestStore();
  const { language } = options;
  const diagnostics = new ManifestDiagnostics(store, language);
  const navigation = new ManifestNavigation(store);
  let followed: string | undefined;
  const follow = () => {
    const live = options.live();
    if (live?.namespace !== followed) {
      followed = live?.namespace;
      store.follow(live);
    }
  };
  follow();
  void store.scan();
  return vscode.Disposable.from(
    store,
    diagnostics,
    options.onClusterChanged(follow),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("dojo")) {
        diagnostics.refresh();
      }
    }),
    vscode.languages.registerHoverProvider(selector, new ManifestHovers(store, language)),
    vscode.languages.registerCodeActionsProvider(selector, diagnostics, {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
    }),
    vscode.languages.registerCodeLensProvider(selector, new ManifestLenses(store, language)),
    vscode.languages.registerCompletionItemProvider(selector, new ManifestCompletions(store), " ", "\n"),
    vscode.languages.registerDocumentSymbolProvider(selector, new ManifestSymbols(store)),
    vscode.languages.registerDefinitionProvider(selector, navigation),
    vscode.languages.registerReferenceProvider(selector, navigation),
    vscode.commands.registerCommand(
      "dojo.manifestAction",
      async (action: LensAction, uri: vscode.Uri, object: unknown) => {
        if (object instanceof ManifestObject) {
          await runManifestAction({ store, language, target: options.target }, action, uri, object);
        }
      },
    ),
  );
}
