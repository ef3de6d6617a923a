import { LineCounter } from "yaml";
import { ManifestDocument, type Span } from "./manifestDocument.ts";
import type { ManifestObject } from "./manifestObject.ts";
import { splitDocuments } from "./splitDocuments.ts";

/** Line and column, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface PlacedDocument {
  readonly document: ManifestDocument;
  /** Where the document's text begins in the file. */
  readonly offset: number;
}

/** Files beyond this size (characters) are not read: no manifest is that large, and the editor must not stand still. */
export const mostCharacters = 4_000_000;

/** Files that other tools own, although they look like manifests. */
const foreignNames = /(^|[/\\])(kustomization\.ya?ml|Kustomization|Chart\.ya?ml|values[^/\\]*\.ya?ml)$/;

/** A text file with its documents; `changedTo` keeps those whose text stayed the same. */
export class ManifestFile {
  readonly name: string;
  readonly text: string;
  readonly documents: readonly PlacedDocument[];
  #lines: LineCounter | undefined;

  private constructor(name: string, text: string, known: ReadonlyMap<string, ManifestDocument>) {
    this.name = name;
    this.text = text;
    this.documents = this.isLeftAlone
      ? []
      : splitDocuments(text).map(({ text: slice, offset }) => ({
          offset,
          document: known.get(slice) ?? new ManifestDocument(slice),
        }));
  }

  static read(name: string, text: string): ManifestFile {
    return new ManifestFile(name, text, new Map());
  }

  /** The file after an edit. */
  changedTo(text: string): ManifestFile {
    return new ManifestFile(
      this.name,
      text,
      new Map(this.documents.map(({ document }) => [document.text, document])),
    );
  }

  /** Whether it is for another tool (kustomize, Helm's values), or too large to be a manifest. */
  get isLeftAlone(): boolean {
    return foreignNames.test(this.name) || this.text.length > mostCharacters;
  }

  get objects(): readonly ManifestObject[] {
    return this.documents.flatMap(({ document }) => document.objects);
  }

  positionAt(offset: number): Position {
    const { line, col } = this.#lineCounter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }

  /** A span of `document` as a span of the file. */
  spanInFile({ offset }: PlacedDocument, span: Span): Span {
    return { start: offset + span.start, end: offset + span.end };
  }

  documentAt(offset: number): PlacedDocument | undefined {
    return this.documents.findLast((placed) => placed.offset <= offset);
  }

  get #lineCounter(): LineCounter {
    if (!this.#lines) {
      this.#lines = new LineCounter();
      this.#lines.addNewLine(0);
      for (let at = this.text.indexOf("\n"); at >= 0; at = this.text.indexOf("\n", at + 1)) {
        this.#lines.addNewLine(at + 1);
      }
    }
    return this.#lines;
  }
}
