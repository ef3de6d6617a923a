import * as vscode from "vscode";
import type { Language } from "../../common/language.ts";
import { findingsOf } from "../checkManifests.ts";
import type { Finding } from "../findings/finding.ts";
import { rules } from "../rules/index.ts";
import type { PlacedDocument } from "../source/manifestFile.ts";
import type { ManifestStore } from "./manifestStore.ts";
import { rangeOf } from "./ranges.ts";
import { isOn } from "./settings.ts";

const severities = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
} as const;

/** A finding where it is shown, with its document: what a quick fix needs. */
interface ShownFinding {
  readonly range: vscode.Range;
  readonly finding: Finding;
  readonly placed: PlacedDocument;
}

/** Shows findings in open manifests and offers their fixes. */
export class ManifestDiagnostics implements vscode.Disposable, vscode.CodeActionProvider {
  readonly #store: ManifestStore;
  readonly #language: () => Language;
  readonly #collection = vscode.languages.createDiagnosticCollection("dojo");
  readonly #shown = new Map<string, readonly ShownFinding[]>();
  readonly #due = new Set<vscode.TextDocument>();
  readonly #parts: vscode.Disposable;
  #run: NodeJS.Timeout | undefined;

  constructor(store: ManifestStore, language: () => Language) {
    this.#store = store;
    this.#language = language;
    this.#parts = vscode.Disposable.from(
      this.#collection,
      vscode.workspace.onDidOpenTextDocument((document) => this.#soon(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#soon(document)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#collection.delete(document.uri)),
      store.onChanged(() => this.refresh()),
    );
    this.refresh();
  }

  dispose(): void {
    clearTimeout(this.#run);
    this.#parts.dispose();
  }

  /** Looks at every open manifest again. */
  refresh(): void {
    for (const document of vscode.workspace.textDocuments) {
      this.#soon(document);
    }
  }

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    return (this.#shown.get(document.uri.toString()) ?? [])
      .filter((shown) => shown.range.intersection(range))
      .flatMap(({ finding, placed }) =>
        (finding.fixes ?? []).map((fix) => {
          const action = new vscode.CodeAction(fix.title[this.#language()], vscode.CodeActionKind.QuickFix);
          action.edit = new vscode.WorkspaceEdit();
          for (const { start, end, text } of fix.edits) {
            const from = document.positionAt(placed.offset + start);
            const to = document.positionAt(placed.offset + end);
            action.edit.replace(document.uri, new vscode.Range(from, to), text);
          }
          action.diagnostics = context.diagnostics.filter(({ code }) => code === finding.rule);
          action.isPreferred = finding.fixes?.length === 1;
          return action;
        }),
      );
  }

  /** In the next turn, so that several changes at once are looked at once. */
  #soon(document: vscode.TextDocument): void {
    if (document.languageId !== "yaml") {
      return;
    }
    this.#due.add(document);
    this.#run ??= setTimeout(() => {
      this.#run = undefined;
      const due = [...this.#due];
      this.#due.clear();
      for (const each of due) {
        this.#look(each);
      }
    }, 50);
  }

  #look(document: vscode.TextDocument): void {
    const file = this.#store.fileOf(document);
    const scene = this.#store.scene();
    const documents = this.#store.isPatch(file) ? [] : file.documents;
    const shown = documents.flatMap((placed) =>
      findingsOf(placed.document, scene).map((finding) => ({
        placed,
        finding,
        range: rangeOf(file, placed, finding),
      })),
    );
    this.#shown.set(document.uri.toString(), shown);
    this.#collection.set(
      document.uri,
      isOn("diagnostics") ? shown.map((each) => this.#toDiagnostic(each)) : [],
    );
  }

  #toDiagnostic({ range, finding }: ShownFinding): vscode.Diagnostic {
    const language = this.#language();
    const rule = rules.find(({ id }) => id === finding.rule);
    const text = [finding.message[language], ...(rule ? ["", rule.why[language]] : [])].join("\n");
    const diagnostic = new vscode.Diagnostic(range, text, severities[finding.severity]);
    diagnostic.source = "StatefulSet Dojo";
    diagnostic.code = finding.rule;
    return diagnostic;
  }
}
