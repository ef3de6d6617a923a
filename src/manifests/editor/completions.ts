import * as vscode from "vscode";
import { type Completion, completionsAt } from "../completion/completionsAt.ts";
import type { ManifestStore } from "./manifestStore.ts";

const kinds = {
  field: vscode.CompletionItemKind.Field,
  value: vscode.CompletionItemKind.EnumMember,
  reference: vscode.CompletionItemKind.Reference,
} as const;

/** The extension that completes fields and values by schema too: ours then offers only what it cannot know. */
const yamlExtension = "redhat.vscode-yaml";

/** Completes fields, values and names of other objects. */
export class ManifestCompletions implements vscode.CompletionItemProvider {
  readonly #store: ManifestStore;

  constructor(store: ManifestStore) {
    this.#store = store;
  }

  provideCompletionItems(document: vscode.TextDocument, position: vscode.Position): vscode.CompletionItem[] {
    const file = this.#store.fileOf(document);
    const offset = document.offsetAt(position);
    const placed = file.documentAt(offset);
    const list = placed && completionsAt(placed.document, offset - placed.offset, this.#store.scene());
    if (!list) {
      return [];
    }
    const range = new vscode.Range(document.positionAt(placed.offset + list.start), position);
    const isCompletedElsewhere = vscode.extensions.getExtension(yamlExtension)?.isActive ?? false;
    return list.items
      .filter(({ kind }) => kind === "reference" || !isCompletedElsewhere)
      .map((item) => toItem(item, range));
  }
}

function toItem(completion: Completion, range: vscode.Range): vscode.CompletionItem {
  const item = new vscode.CompletionItem(completion.label, kinds[completion.kind]);
  item.insertText = completion.text;
  item.range = range;
  item.detail = completion.detail;
  item.documentation = completion.documentation;
  // what refers to an object that is there comes first
  item.sortText = `${completion.kind === "reference" ? 0 : 1}${completion.label}`;
  return item;
}
