import type { LocalizedText } from "../common/language.ts";
import type { AvoidedWords } from "../lessons/course.ts";

/** What texts for learners say in words that the glossary avoids: "既定 (say デフォルト)". Code is left alone. */
export function avoidedIn(
  texts: Iterable<LocalizedText>,
  avoided: readonly AvoidedWords[],
): readonly string[] {
  const found = new Set<string>();
  for (const text of texts) {
    for (const { language, words, instead } of avoided) {
      const prose = text[language].replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, "");
      for (const word of words.filter((each) => says(prose, each))) {
        found.add(`${word} (say ${instead})`);
      }
    }
  }
  return [...found];
}

/** Every text in two languages within a value, however deep. */
export function* localizedTexts(value: unknown): Generator<LocalizedText> {
  if (isLocalized(value)) {
    yield value;
  } else if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) {
      yield* localizedTexts(part);
    }
  }
}

/** A word of Latin letters is found as a whole word alone, which a command's option or a name is not. */
function says(prose: string, word: string): boolean {
  const escaped = word.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return /^[\w' -]+$/.test(word)
    ? new RegExp(`(?<![\\w:/.-])${escaped}(?![\\w:/-])`).test(prose)
    : prose.includes(word);
}

function isLocalized(value: unknown): value is LocalizedText {
  return (
    typeof value === "object" &&
    value !== null &&
    "ja" in value &&
    "en" in value &&
    typeof value.ja === "string" &&
    typeof value.en === "string"
  );
}
