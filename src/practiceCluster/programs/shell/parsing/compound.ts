import {
  type CaseClause,
  type Command,
  type ListItem,
  literalText,
  type Redirection,
  type Word,
} from "../syntax.ts";
import { ConditionParser } from "./conditions.ts";
import type { Parser } from "./parser.ts";
import { parseRedirection } from "./simpleCommand.ts";

type Body<Kind extends Command["kind"]> = Omit<Extract<Command, { kind: Kind }>, "line" | "redirections">;
type AnyBody = { [Kind in Command["kind"]]: Body<Kind> }[Command["kind"]];

/** Reads if, while, for, case, groups, subshells, and bash's `[[`, `((`, function. */
export class CompoundParser {
  readonly #parser: Parser;

  constructor(parser: Parser) {
    this.#parser = parser;
  }

  /** A compound command, if one begins here. */
  parse(): Command | undefined {
    const { line } = this.#parser.lexer.peek();
    const body = this.#parseBody();
    if (!body) {
      return undefined;
    }
    const redirections: Redirection[] = [];
    for (let next = parseRedirection(this.#parser); next; next = parseRedirection(this.#parser)) {
      redirections.push(next);
    }
    return { ...body, line, redirections } as Command;
  }

  #parseBody(): AnyBody | undefined {
    const parser = this.#parser;
    const token = parser.lexer.peek();
    if (token.kind === "operator" && token.text === "(") {
      return this.#parenthesis();
    }
    const word = parser.peekWord();
    switch (word) {
      case "{":
        parser.lexer.next();
        return { kind: "group", body: this.#listUntil("}") };
      case "if":
        return this.#if();
      case "while":
      case "until":
        return this.#while(word);
      case "for":
        return this.#for();
      case "case":
        return this.#case();
      case "function":
        return parser.flavour.hasBashism ? this.#function() : undefined;
      case "[[":
        return parser.flavour.hasConditions ? this.#condition() : undefined;
      default:
        return undefined;
    }
  }

  #listUntil(word: string): readonly ListItem[] {
    const body = this.#parser.parseList({ closing: word });
    this.#parser.expectWord(word);
    return body;
  }

  #parenthesis(): AnyBody {
    const { lexer, source, flavour, words } = this.#parser;
    if (flavour.isBash) {
      lexer.rewind();
      const start = source.position;
      if (source.take("((")) {
        const expression = words.readArithmetic(source);
        if (expression) {
          return { kind: "arithmetic", expression };
        }
        source.position = start;
      }
    }
    lexer.next();
    const body = this.#parser.parseList({ closing: ")" });
    this.#parser.expectOperator(")");
    return { kind: "subshell", body };
  }

  #if(): AnyBody {
    const parser = this.#parser;
    const branches: { condition: readonly ListItem[]; body: readonly ListItem[] }[] = [];
    parser.lexer.next();
    do {
      const condition = this.#listUntil("then");
      branches.push({ condition, body: parser.parseList({ closing: "fi" }) });
    } while (parser.takeWord("elif"));
    const otherwise = parser.takeWord("else") ? parser.parseList({ closing: "fi" }) : undefined;
    parser.expectWord("fi");
    return { kind: "if", branches, otherwise };
  }

  #while(word: string): AnyBody {
    this.#parser.lexer.next();
    const condition = this.#listUntil("do");
    return { kind: "while", isUntil: word === "until", condition, body: this.#listUntil("done") };
  }

  #for(): AnyBody {
    const parser = this.#parser;
    parser.lexer.next();
    const next = parser.lexer.peek();
    if (parser.flavour.isBash && next.text === "(") {
      return this.#arithmeticFor();
    }
    const name = next.kind === "word" ? literalText(next.word) : undefined;
    if (next.kind !== "word" && parser.flavour.isBash) {
      parser.unexpected(next);
    }
    if (name === undefined || !/^[A-Za-z_]\w*$/.test(name)) {
      return parser.source.fail({ kind: "badForVariable", text: next.text }, next.line);
    }
    parser.lexer.next();
    parser.skipNewlines();
    const words = parser.takeWord("in") ? this.#wordsOfLine() : undefined;
    parser.takeOperator(";");
    parser.skipNewlines();
    return { kind: "for", name, words, body: this.#doBody() };
  }

  #wordsOfLine(): readonly Word[] {
    const words: Word[] = [];
    for (let token = this.#parser.lexer.peek(); token.kind === "word"; token = this.#parser.lexer.peek()) {
      this.#parser.lexer.next();
      words.push(token.word);
    }
    return words;
  }

  #doBody(): readonly ListItem[] {
    if (this.#parser.flavour.isBash && this.#parser.takeWord("{")) {
      return this.#listUntil("}");
    }
    this.#parser.expectWord("do");
    return this.#listUntil("done");
  }

  #arithmeticFor(): AnyBody {
    const { lexer, source, words } = this.#parser;
    lexer.rewind();
    if (!source.take("((")) {
      this.#parser.unexpected(lexer.peek());
    }
    const read = (end: string) => {
      let depth = 0;
      const word = words.readQuotedUntil(source, (character) => {
        depth += character === "(" ? 1 : character === ")" && end !== ")" ? -1 : 0;
        return character === end && depth <= 0;
      });
      source.position++;
      return word;
    };
    const steps: [Word, Word, Word] = [read(";"), read(";"), read(")")];
    if (!source.take(")")) {
      this.#parser.unexpected(lexer.peek());
    }
    this.#parser.takeOperator(";");
    this.#parser.skipNewlines();
    return { kind: "arithmeticFor", steps, body: this.#doBody() };
  }

  #case(): AnyBody {
    const parser = this.#parser;
    parser.lexer.next();
    const subject = parser.expectAnyWord().word;
    parser.skipNewlines();
    parser.expectWord("in");
    const clauses: CaseClause[] = [];
    for (;;) {
      parser.skipNewlines();
      if (parser.takeWord("esac")) {
        return { kind: "case", subject, clauses };
      }
      clauses.push(this.#clause());
    }
  }

  #clause(): CaseClause {
    const parser = this.#parser;
    parser.takeOperator("(");
    if (parser.lexer.peek().kind === "end") {
      parser.unexpected(parser.lexer.peek(), ")");
    }
    const patterns = [parser.expectAnyWord().word];
    while (parser.takeOperator("|")) {
      patterns.push(parser.expectAnyWord().word);
    }
    parser.expectOperator(")");
    const body = parser.parseList({ isEmptyAllowed: true });
    const end = [";;", ";&", ";;&"].find((operator) => parser.takeOperator(operator));
    if (end === undefined && parser.peekWord() !== "esac") {
      parser.unexpected(parser.lexer.peek(), ";;");
    }
    return { patterns, body, end: (end ?? ";;") as CaseClause["end"] };
  }

  #function(): AnyBody {
    const parser = this.#parser;
    parser.lexer.next();
    const { text } = parser.expectAnyWord();
    if (parser.takeOperator("(")) {
      parser.expectOperator(")");
    }
    parser.skipNewlines();
    return { kind: "function", name: text, body: parser.parseCommand() };
  }

  #condition(): AnyBody {
    this.#parser.lexer.next();
    return { kind: "condition", condition: new ConditionParser(this.#parser).parse() };
  }
}
