import type { Flavour } from "../flavour.ts";
import type { Word } from "../syntax.ts";
import type { Source } from "./source.ts";
import type { WordReader } from "./words.ts";

export type Token = { readonly start: number; readonly line: number } & (
  | { readonly kind: "word"; readonly word: Word; readonly text: string }
  | { readonly kind: "operator"; readonly text: string }
  | { readonly kind: "descriptor"; readonly text: string; readonly number: number }
  | { readonly kind: "newline"; readonly text: "\n" }
  | { readonly kind: "end"; readonly text: "" }
);

const posixOperators = [
  "&&",
  "||",
  ";;",
  "<<-",
  "<<",
  "<&",
  "<>",
  "<",
  ">>",
  ">&",
  ">|",
  ">",
  "|",
  "&",
  ";",
  "(",
  ")",
];
const ashOperators = ["&>", ...posixOperators];
const bashOperators = ["<<<", "&>>", "&>", "|&", ";;&", ";&", ...posixOperators];

/** Splits a script into words and operators, one token ahead. */
export class Lexer {
  readonly source: Source;
  readonly #words: WordReader;
  readonly #operators: readonly string[];
  #peeked: Token | undefined;
  /** Called after each line feed, for the bodies of here-documents. */
  onLineEnd: () => void = () => undefined;

  constructor(source: Source, words: WordReader, flavour: Flavour) {
    this.source = source;
    this.#words = words;
    this.#operators = flavour.isBash ? bashOperators : flavour.hasBashism ? ashOperators : posixOperators;
  }

  peek(): Token {
    this.#peeked ??= this.#read();
    return this.#peeked;
  }

  next(): Token {
    const token = this.peek();
    this.#peeked = undefined;
    if (token.kind === "newline") {
      this.onLineEnd();
    }
    return token;
  }

  /** Goes back to where a token that was only looked at begins. */
  rewind(): void {
    if (this.#peeked) {
      this.source.position = this.#peeked.start;
      this.#peeked = undefined;
    }
  }

  #read(): Token {
    const { source } = this;
    source.match(/(?:[ \t]|\\\n)*(?:#[^\n]*)?/y);
    const place = { start: source.position, line: source.line };
    if (source.isAtEnd) {
      return { ...place, kind: "end", text: "" };
    }
    if (source.take("\n")) {
      return { ...place, kind: "newline", text: "\n" };
    }
    const number = source.match(/\d+(?=[<>])/y);
    if (number !== undefined) {
      return { ...place, kind: "descriptor", text: number, number: Number(number) };
    }
    const operator = this.#operators.find((text) => source.take(text));
    if (operator !== undefined) {
      return { ...place, kind: "operator", text: operator };
    }
    const word = this.#words.readWord(source) ?? [];
    return { ...place, kind: "word", word, text: source.text.slice(place.start, source.position) };
  }
}
