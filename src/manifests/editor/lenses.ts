import * as vscode from "vscode";
import type { Language } from "../../common/language.ts";
import { type Lens, lensesOf } from "../lenses/lensesOf.ts";
import type { ManifestFile, PlacedDocument } from "../source/manifestFile.ts";
import type { ManifestStore } from "./manifestStore.ts";
import { rangeOf } from "./ranges.ts";
import { isOn } from "./settings.ts";

/** The lenses above objects and fields; each leads to one command, which shows what it will run. */
export class ManifestLenses implements vscode.CodeLensProvider {
  readonly #store: ManifestStore;
  readonly #language: () => Language;
  readonly onDidChangeCodeLenses: vscode.Event<void>;

  constructor(store: ManifestStore, language: () => Language) {
    this.#store = store;
    this.#language = language;
    this.onDidChangeCodeLenses = store.onChanged;
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!isOn("codeLens")) {
      return [];
    }
    const file = this.#store.fileOf(document);
    const scene = this.#store.scene();
    return file.documents.flatMap((placed) =>
      placed.document.isTemplate
        ? []
        : placed.document.objects
            .filter(({ name, kind }) => name !== "" && kind !== "")
            .flatMap((object) => lensesOf(object, scene))
            .map((lens) => this.#toLens(document, file, placed, lens)),
    );
  }

  #toLens(
    document: vscode.TextDocument,
    file: ManifestFile,
    placed: PlacedDocument,
    { title, action, object, ...span }: Lens,
  ): vscode.CodeLens {
    return new vscode.CodeLens(rangeOf(file, placed, span), {
      title: title[this.#language()],
      command: action ? "dojo.manifestAction" : "",
      ...(action ? { arguments: [action, document.uri, object] } : {}),
    });
  }
}
