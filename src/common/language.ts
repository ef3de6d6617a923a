/** The languages that every learner-facing text exists in. */
export type Language = "ja" | "en";

export const languages: readonly Language[] = ["ja", "en"];

/** One statement in both languages; neither is a word-by-word translation of the other. */
export interface LocalizedText {
  readonly ja: string;
  readonly en: string;
}

/** `text` in `language`. */
export function inLanguage(text: LocalizedText, language: Language): string {
  return text[language];
}
