import type { Flavour } from "../flavour.ts";
import type { ListItem, Word, WordPart } from "../syntax.ts";
import { ParameterReader } from "./parameters.ts";
import type { Source } from "./source.ts";

/** Reads commands up to a closing parenthesis, which it takes. */
export type ReadCommands = (source: Source) => readonly ListItem[];
/** Reads a whole text of commands. */
export type ReadText = (text: string, line: number) => readonly ListItem[];

export interface WordOptions {
  readonly flavour: Flavour;
  readonly readCommands: ReadCommands;
  readonly readText: ReadText;
}

const wordEnd = " \t\n;&|<>()";

/** Collects parts, joining literals of one kind. */
export class Parts {
  readonly list: WordPart[] = [];

  literal(text: string, quoted: boolean): void {
    const last = this.list.at(-1);
    if (last?.kind === "literal" && last.quoted === quoted) {
      this.list[this.list.length - 1] = { kind: "literal", text: last.text + text, quoted };
    } else {
      this.list.push({ kind: "literal", text, quoted });
    }
  }
}

/** Reads words and what stands in them. */
export class WordReader {
  readonly flavour: Flavour;
  readonly #options: WordOptions;
  readonly #parameters: ParameterReader;

  constructor(options: WordOptions) {
    this.flavour = options.flavour;
    this.#options = options;
    this.#parameters = new ParameterReader(this);
  }

  /** The word that begins here; undefined where none does. */
  readWord(source: Source): Word | undefined {
    const start = source.position;
    const parts = this.readUntil(source, (character) => wordEnd.includes(character));
    return source.position > start ? parts : undefined;
  }

  /** Unquoted text until `isEnd` is true of an unquoted character or the text ends. */
  readUntil(source: Source, isEnd: (character: string) => boolean): Word {
    const parts = new Parts();
    while (!source.isAtEnd && !isEnd(source.peek())) {
      this.#readPiece(source, parts);
    }
    return parts.list;
  }

  #readPiece(source: Source, parts: Parts): void {
    const character = source.next();
    if (character === "\\") {
      this.#readEscape(source, parts);
    } else if (character === "'") {
      parts.literal(this.readSingleQuoted(source), true);
    } else if (character === '"') {
      parts.list.push({ kind: "doubleQuoted", parts: this.readDoubleQuoted(source) });
    } else if (character === "`") {
      parts.list.push(this.#readBackquoted(source, false));
    } else if (character === "$") {
      this.readDollar(source, parts, false);
    } else {
      parts.literal(character, false);
    }
  }

  #readEscape(source: Source, parts: Parts): void {
    if (source.isAtEnd) {
      parts.literal("\\", false);
    } else if (!source.take("\n")) {
      parts.literal(source.next(), true);
    }
  }

  /** After the opening quote. */
  readSingleQuoted(source: Source): string {
    const end = source.text.indexOf("'", source.position);
    if (end < 0) {
      source.position = source.text.length;
      source.fail({ kind: "unterminatedQuote", quote: "'" });
    }
    const text = source.text.slice(source.position, end);
    source.position = end + 1;
    return text;
  }

  /** After the opening quote, up to and with the closing one. */
  readDoubleQuoted(source: Source): readonly WordPart[] {
    const line = source.line;
    const parts = this.readQuotedUntil(source, (character) => character === '"');
    if (!source.take('"')) {
      source.fail({ kind: "unterminatedQuote", quote: '"' }, this.flavour.isBash ? line : source.line);
    }
    return parts;
  }

  /** Text where only `$`, backquotes and some backslashes mean something: double quotes, here-documents. */
  readQuotedUntil(source: Source, isEnd: (character: string) => boolean, escapable = '$`"\\'): WordPart[] {
    const parts = new Parts();
    while (!source.isAtEnd && !isEnd(source.peek())) {
      const character = source.next();
      if (character === "\\" && !source.isAtEnd) {
        const next = source.next();
        if (next !== "\n") {
          parts.literal(escapable.includes(next) ? next : `\\${next}`, true);
        }
      } else if (character === "`") {
        parts.list.push(this.#readBackquoted(source, true));
      } else if (character === "$") {
        this.readDollar(source, parts, true);
      } else {
        parts.literal(character, true);
      }
    }
    return parts.list;
  }

  /** After a `$`. */
  readDollar(source: Source, parts: Parts, isQuoted: boolean): void {
    if (source.isAt("((")) {
      const start = source.position;
      source.position += 2;
      const expression = this.readArithmetic(source);
      if (expression) {
        parts.list.push({ kind: "arithmetic", expression });
        return;
      }
      source.position = start;
    }
    if (source.take("(")) {
      parts.list.push({ kind: "command", script: this.#options.readCommands(source) });
    } else if (source.take("{")) {
      parts.list.push(this.#parameters.readBraced(source, isQuoted));
    } else if (!isQuoted && this.flavour.hasBashism && source.take("'")) {
      parts.literal(readDollarQuoted(source), true);
    } else {
      const name = source.match(/[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-]/y);
      if (name === undefined) {
        parts.literal("$", isQuoted);
      } else {
        parts.list.push({ kind: "parameter", name });
      }
    }
  }

  /** After `((`, up to and with `))`; undefined (and anywhere) where it is no arithmetic after all. */
  readArithmetic(source: Source): Word | undefined {
    let depth = 0;
    const parts = this.readQuotedUntil(source, (character) => {
      depth += character === "(" ? 1 : character === ")" ? -1 : 0;
      return depth < 0;
    });
    return source.take("))") ? parts : undefined;
  }

  #readBackquoted(source: Source, isQuoted: boolean): WordPart {
    const line = source.line;
    let text = "";
    while (!source.isAt("`")) {
      if (source.isAtEnd) {
        source.fail({ kind: "unterminatedQuote", quote: "`" }, this.flavour.isBash ? line : source.line);
      }
      const character = source.next();
      const isEscape = character === "\\" && (isQuoted ? '$`\\"' : "$`\\").includes(source.peek() || " ");
      text += isEscape ? source.next() : character;
    }
    source.position++;
    return { kind: "command", script: this.#options.readText(text, line) };
  }
}

const escapes: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  e: "\x1b",
  E: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** `$'…'` after its opening quote. */
function readDollarQuoted(source: Source): string {
  let text = "";
  while (!source.take("'")) {
    if (source.isAtEnd) {
      source.fail({ kind: "unterminatedQuote", quote: "'" });
    }
    const character = source.next();
    text += character === "\\" ? readEscapeCode(source) : character;
  }
  return text;
}

function readEscapeCode(source: Source): string {
  const code =
    source.match(/[0-7]{1,3}/y) ?? source.match(/x[0-9A-Fa-f]{1,2}/y) ?? source.match(/u[0-9A-Fa-f]{1,4}/y);
  if (code !== undefined) {
    const isOctal = /^\d/.test(code);
    return String.fromCodePoint(isOctal ? Number.parseInt(code, 8) : Number.parseInt(code.slice(1), 16));
  }
  const letter = source.next();
  return escapes[letter] ?? (`'"\\?`.includes(letter) ? letter : `\\${letter}`);
}
