import type { Flavour } from "../flavour.ts";
import { type AndOr, type Command, type ListItem, literalText, type Pipeline, type Word } from "../syntax.ts";
import { CompoundParser } from "./compound.ts";
import { HereDocuments } from "./hereDocuments.ts";
import { Lexer, type Token } from "./lexer.ts";
import { SimpleCommandParser } from "./simpleCommand.ts";
import { Source } from "./source.ts";
import { WordReader } from "./words.ts";

export interface ParserOptions {
  readonly flavour: Flavour;
  readonly aliases?: ReadonlyMap<string, string>;
}

const closingWords = new Set(["then", "else", "elif", "fi", "do", "done", "esac", "}"]);
const closingOperators = new Set([")", ";;", ";&", ";;&"]);

/** Reads a script command line by command line, as shells run it: what stands before a syntax error is run. */
export class Parser {
  readonly flavour: Flavour;
  readonly source: Source;
  readonly lexer: Lexer;
  readonly words: WordReader;
  readonly hereDocuments: HereDocuments;
  readonly #options: ParserOptions;
  readonly #compound: CompoundParser;
  readonly #simple: SimpleCommandParser;

  constructor(source: Source, options: ParserOptions) {
    this.source = source;
    this.flavour = options.flavour;
    this.#options = options;
    this.words = new WordReader({
      flavour: options.flavour,
      readCommands: (nested) => new Parser(nested, options).parseUntilParenthesis(),
      readText: (text, line) => new Parser(new Source(text, line), options).parseAll(),
    });
    this.hereDocuments = new HereDocuments(this.words);
    this.lexer = new Lexer(source, this.words, options.flavour);
    this.lexer.onLineEnd = () => this.hereDocuments.readBodies(source);
    this.#compound = new CompoundParser(this);
    this.#simple = new SimpleCommandParser(this);
  }

  /** The commands of the next line; undefined at the end. Throws ShellSyntaxError. */
  nextLine(): readonly ListItem[] | undefined {
    while (this.lexer.peek().kind === "newline") {
      this.lexer.next();
    }
    if (this.lexer.peek().kind === "end") {
      return undefined;
    }
    const items: ListItem[] = [];
    for (;;) {
      items.push(this.#parseItem());
      const token = this.lexer.peek();
      if (token.kind === "newline" || token.kind === "end") {
        this.lexer.next();
        return items;
      }
      if (isClosing(token)) {
        this.unexpected(token);
      }
    }
  }

  parseAll(): readonly ListItem[] {
    const items: ListItem[] = [];
    for (let line = this.nextLine(); line; line = this.nextLine()) {
      items.push(...line);
    }
    return items;
  }

  /** Up to and with `)`. */
  parseUntilParenthesis(): readonly ListItem[] {
    const items = this.parseList({ isEmptyAllowed: true });
    this.expectOperator(")");
    return items;
  }

  /** Commands up to a word or operator that closes something. Throws when there are none, unless that is allowed. */
  parseList({ isEmptyAllowed = false, closing = undefined as string | undefined } = {}): readonly ListItem[] {
    const items: ListItem[] = [];
    for (;;) {
      this.skipNewlines();
      const token = this.lexer.peek();
      if (token.kind === "end" || isClosing(token)) {
        if (items.length === 0 && !isEmptyAllowed && !this.#isEmptyCaseBody(token)) {
          this.unexpected(token, token.kind === "end" ? closing : undefined);
        }
        return items;
      }
      items.push(this.#parseItem());
    }
  }

  #isEmptyCaseBody(token: Token): boolean {
    return closingOperators.has(token.text) && token.text !== ")";
  }

  #parseItem(): ListItem {
    const start = this.lexer.peek().start;
    const command = this.#parseAndOr();
    const token = this.lexer.peek();
    const text = this.source.text.slice(start, token.start).trim();
    const isBackground = token.text === "&" && token.kind === "operator";
    if (isBackground || (token.kind === "operator" && token.text === ";")) {
      this.lexer.next();
    } else if (token.kind === "word" || (token.kind === "operator" && !isClosing(token))) {
      this.unexpected(token);
    }
    return { command, isBackground, text };
  }

  #parseAndOr(): AndOr | Pipeline {
    let left: AndOr | Pipeline = this.#parsePipeline();
    for (;;) {
      const token = this.lexer.peek();
      if (token.kind !== "operator" || (token.text !== "&&" && token.text !== "||")) {
        return left;
      }
      this.lexer.next();
      this.skipNewlines();
      left = { kind: "andOr", operator: token.text, left, right: this.#parsePipeline() };
    }
  }

  #parsePipeline(): Pipeline {
    let isNegated = false;
    let isTimed = false;
    for (let text = this.peekWord(); text === "!" || text === "time"; text = this.peekWord()) {
      if (text === "time" && this.flavour.name === "dash") {
        break;
      }
      this.lexer.next();
      isNegated = text === "!" ? !isNegated : isNegated;
      isTimed ||= text === "time";
    }
    const commands = [this.parseCommand()];
    for (;;) {
      const token = this.lexer.peek();
      if (token.kind !== "operator" || (token.text !== "|" && token.text !== "|&")) {
        return { kind: "pipeline", commands, isNegated, isTimed };
      }
      this.lexer.next();
      if (token.text === "|&") {
        const last = commands.pop();
        if (last) {
          commands.push(withStderr(last));
        }
      }
      this.skipNewlines();
      commands.push(this.parseCommand());
    }
  }

  parseCommand(): Command {
    this.#expandAlias();
    return this.#compound.parse() ?? this.#simple.parse();
  }

  /** An alias at the place of a command's name is read again as its text. */
  #expandAlias(): void {
    const seen = new Set<string>();
    for (;;) {
      const token = this.lexer.peek();
      const name = this.peekWord();
      const alias = name === undefined ? undefined : this.#options.aliases?.get(name);
      if (name === undefined || alias === undefined || seen.has(name)) {
        return;
      }
      seen.add(name);
      const { source } = this;
      const end = token.start + token.text.length;
      this.lexer.rewind();
      source.text = source.text.slice(0, token.start) + alias + source.text.slice(end);
    }
  }

  /** The next token when it is a word without quotes. */
  peekWord(): string | undefined {
    const token = this.lexer.peek();
    return token.kind === "word" ? literalText(token.word) : undefined;
  }

  /** Takes that reserved word if it comes next. */
  takeWord(text: string): boolean {
    const isNext = this.peekWord() === text;
    if (isNext) {
      this.lexer.next();
    }
    return isNext;
  }

  expectWord(text: string): void {
    if (!this.takeWord(text)) {
      this.unexpected(this.lexer.peek(), text);
    }
  }

  takeOperator(text: string): boolean {
    const token = this.lexer.peek();
    const isNext = token.kind === "operator" && token.text === text;
    if (isNext) {
      this.lexer.next();
    }
    return isNext;
  }

  expectOperator(text: string): void {
    if (!this.takeOperator(text)) {
      this.unexpected(this.lexer.peek(), text);
    }
  }

  /** The next token as a word. Throws where it is none. */
  expectAnyWord(): { readonly word: Word; readonly text: string } {
    const token = this.lexer.peek();
    if (token.kind !== "word") {
      return this.unexpected(token);
    }
    this.lexer.next();
    return token;
  }

  skipNewlines(): void {
    while (this.lexer.peek().kind === "newline") {
      this.lexer.next();
    }
  }

  unexpected(token: Token, expected?: string): never {
    if (token.kind === "end") {
      return this.source.fail({ kind: "endOfFile", expected }, token.line);
    }
    const isReserved = token.kind !== "word" || closingWords.has(token.text) || this.flavour.isBash;
    const shown = token.kind === "newline" ? "newline" : isReserved ? `"${token.text}"` : "word";
    return this.source.fail({ kind: "unexpected", token: shown, expected }, token.line);
  }
}

function isClosing(token: Token): boolean {
  if (token.kind === "operator") {
    return closingOperators.has(token.text);
  }
  return token.kind === "word" && closingWords.has(literalText(token.word) ?? "");
}

function withStderr(command: Command): Command {
  const target = [{ kind: "literal", text: "1", quoted: false }] as const;
  return {
    ...command,
    redirections: [...command.redirections, { descriptor: 2, operator: ">&", target }],
  };
}
