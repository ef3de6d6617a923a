import * as vscode from "vscode";
import { definitionsAt, referencesAt } from "../references/findReferences.ts";
import type { FieldPlace } from "../references/selectors.ts";
import type { ManifestDocument } from "../source/manifestDocument.ts";
import type { ManifestStore } from "./manifestStore.ts";
import { rangeOf } from "./ranges.ts";
import { isOn } from "./settings.ts";

/** Goes from a name to what it names, and from there to everything that names it, across the workspace's manifests. */
export class ManifestNavigation implements vscode.DefinitionProvider, vscode.ReferenceProvider {
  readonly #store: ManifestStore;

  constructor(store: ManifestStore) {
    this.#store = store;
  }

  provideDefinition(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Location[]> {
    return this.#locations(document, position, (at, offset) =>
      definitionsAt(at, offset, this.#store.scene()),
    );
  }

  provideReferences(
    document: vscode.TextDocument,
    position: vscode.Position,
    { includeDeclaration }: vscode.ReferenceContext,
  ): Promise<vscode.Location[]> {
    return this.#locations(document, position, (at, offset) =>
      referencesAt(at, offset, this.#store.scene(), includeDeclaration),
    );
  }

  async #locations(
    document: vscode.TextDocument,
    position: vscode.Position,
    find: (at: ManifestDocument, offset: number) => readonly FieldPlace[],
  ): Promise<vscode.Location[]> {
    if (!isOn("references")) {
      return [];
    }
    await this.#store.scan();
    const offset = document.offsetAt(position);
    const placed = this.#store.fileOf(document).documentAt(offset);
    const places = placed ? find(placed.document, offset - placed.offset) : [];
    return places.flatMap(({ object, path }) => {
      const home = this.#store.homeOf(object.document);
      const span = object.valueSpan(path);
      return home ? [new vscode.Location(home.uri, rangeOf(home.file, home.placed, span))] : [];
    });
  }
}
