import type { Language, LocalizedText } from "../../common/language.ts";
import type { PageMessage } from "../protocol/messages.ts";
import type { Words } from "./words.ts";

/** What every part of the page is drawn with. */
export interface View {
  readonly language: Language;
  readonly words: Words;
  readonly now: number;
  /** Whether the state and the checks stand beside the lesson; else all is in one column. */
  readonly isWide: boolean;
  send(message: PageMessage): void;
  say(text: LocalizedText): string;
}
