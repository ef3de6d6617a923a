import * as vscode from "vscode";
import { type OutlineEntry, outlineOf } from "../outline/outlineOf.ts";
import type { ManifestFile, PlacedDocument } from "../source/manifestFile.ts";
import type { ManifestStore } from "./manifestStore.ts";
import { rangeOf } from "./ranges.ts";
import { isOn } from "./settings.ts";

const kinds = {
  object: vscode.SymbolKind.Object,
  container: vscode.SymbolKind.Module,
  claim: vscode.SymbolKind.Struct,
  volume: vscode.SymbolKind.Field,
  port: vscode.SymbolKind.Interface,
  key: vscode.SymbolKind.Key,
} as const;

/** Outline: each object with its containers, ports, volumes and claim templates. */
export class ManifestSymbols implements vscode.DocumentSymbolProvider {
  readonly #store: ManifestStore;

  constructor(store: ManifestStore) {
    this.#store = store;
  }

  provideDocumentSymbols(document: vscode.TextDocument): vscode.DocumentSymbol[] {
    const file = this.#store.fileOf(document);
    return isOn("outline")
      ? file.documents.flatMap((placed) =>
          placed.document.objects.map((object) => toSymbol(file, placed, outlineOf(object))),
        )
      : [];
  }
}

function toSymbol(file: ManifestFile, placed: PlacedDocument, entry: OutlineEntry): vscode.DocumentSymbol {
  const symbol = new vscode.DocumentSymbol(
    entry.name,
    entry.detail,
    kinds[entry.what],
    rangeOf(file, placed, entry.whole),
    rangeOf(file, placed, entry.head),
  );
  symbol.children = entry.children.map((child) => toSymbol(file, placed, child));
  return symbol;
}
