import { escapePattern } from "../../kit/pattern.ts";

interface Piece {
  readonly text: string;
  readonly isQuoted: boolean;
}

/** One field in the making: text that knows what was quoted. */
export class Field {
  readonly pieces: Piece[] = [];

  get text(): string {
    return this.pieces.map(({ text }) => text).join("");
  }

  /** The field as a pattern, in which quoted text stands for itself. */
  get pattern(): string {
    return this.pieces.map(({ text, isQuoted }) => (isQuoted ? escapePattern(text) : text)).join("");
  }

  get hasUnquotedPattern(): boolean {
    return this.pieces.some(({ text, isQuoted }) => !isQuoted && /[*?[]/.test(text));
  }
}

/** Builds fields out of expanded parts, splitting unquoted ones at IFS (XCU 2.6.5). */
export class FieldBuilder {
  readonly #fields: Field[] = [];
  readonly #whitespace: string;
  readonly #separators: string;
  #current: Field | undefined;

  constructor(ifs: string) {
    this.#whitespace = [...ifs].filter((character) => " \t\n".includes(character)).join("");
    this.#separators = [...ifs].filter((character) => !" \t\n".includes(character)).join("");
  }

  /** Text that is not split. */
  add(text: string, isQuoted: boolean): void {
    this.#current ??= new Field();
    this.#current.pieces.push({ text, isQuoted });
  }

  /** The result of an unquoted expansion. */
  addSplit(text: string): void {
    let start = 0;
    for (let index = 0; index < text.length; index++) {
      const isSpace = this.#whitespace.includes(text[index] ?? "");
      if (!isSpace && !this.#separators.includes(text[index] ?? "")) {
        continue;
      }
      this.#addPlain(text.slice(start, index));
      let end = this.#skipWhitespace(text, index);
      const hasSeparator = end < text.length && this.#separators.includes(text[end] ?? "");
      if (hasSeparator) {
        end = this.#skipWhitespace(text, end + 1);
      }
      this.endField(hasSeparator);
      start = end;
      index = end - 1;
    }
    this.#addPlain(text.slice(start));
  }

  #skipWhitespace(text: string, from: number): number {
    let index = from;
    while (index < text.length && this.#whitespace.includes(text[index] ?? "")) {
      index++;
    }
    return index;
  }

  #addPlain(text: string): void {
    if (text !== "") {
      this.add(text, false);
    }
  }

  /** Ends the field that is being built; `force` makes an empty one where there is none. */
  endField(force = false): void {
    if (this.#current || force) {
      this.#fields.push(this.#current ?? new Field());
      this.#current = undefined;
    }
  }

  finish(): Field[] {
    this.endField();
    return this.#fields;
  }
}
