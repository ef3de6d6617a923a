import type { LocalizedText } from "./language.ts";

/** A failure that is told to the learner: what happened, to what, and what to do next. */
export class UserError extends Error {
  /** Stable identifier, for tests and for help pages. */
  readonly code: string;
  readonly text: LocalizedText;

  constructor(code: string, text: LocalizedText, options?: ErrorOptions) {
    super(text.en, options);
    this.name = "UserError";
    this.code = code;
    this.text = text;
  }
}
