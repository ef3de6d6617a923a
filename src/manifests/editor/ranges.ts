import * as vscode from "vscode";
import type { Span } from "../source/manifestDocument.ts";
import type { ManifestFile, PlacedDocument } from "../source/manifestFile.ts";

/** A document's span as a range of the file. */
export function rangeOf(file: ManifestFile, placed: PlacedDocument, span: Span): vscode.Range {
  const { start, end } = file.spanInFile(placed, span);
  const [from, to] = [file.positionAt(start), file.positionAt(end)];
  return new vscode.Range(from.line - 1, from.column - 1, to.line - 1, to.column - 1);
}
