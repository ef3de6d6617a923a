import type { LocalizedText } from "../../common/language.ts";
import type { Span } from "../source/manifestDocument.ts";

/** error: the API server refuses it. warning: it is taken and will hurt. info: worth knowing. */
export type Severity = "error" | "warning" | "info";

/** One replacement in a document's text. */
export interface TextEdit extends Span {
  readonly text: string;
}

/** A mending that changes nothing but what it names. */
export interface Fix {
  readonly title: LocalizedText;
  readonly edits: readonly TextEdit[];
}

/** What a rule found in one document; offsets are the document's. */
export interface Finding extends Span {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: LocalizedText;
  readonly fixes?: readonly Fix[];
}
