import type { Condition, Word } from "../syntax.ts";
import type { Parser } from "./parser.ts";

const blank = /(?:[ \t\n]|\\\n)*/y;
const binaryOperator = /(?:=~|==|!=|=|<|>|-(?:eq|ne|lt|le|gt|ge|nt|ot|ef))(?=[ \t\n])/y;
const unaryOperator = /-[a-zA-Z](?=[ \t\n])/y;

/** Reads `[[ … ]]` after its opening: blanks, not the usual operators, separate its words. */
export class ConditionParser {
  readonly #parser: Parser;

  constructor(parser: Parser) {
    this.#parser = parser;
    parser.lexer.rewind();
  }

  /** Up to and with `]]`. */
  parse(): Condition {
    const condition = this.#or();
    if (!this.#take("]]")) {
      this.#fail();
    }
    return condition;
  }

  #or(): Condition {
    let left = this.#and();
    while (this.#take("||")) {
      left = { kind: "or", left, right: this.#and() };
    }
    return left;
  }

  #and(): Condition {
    let left = this.#not();
    while (this.#take("&&")) {
      left = { kind: "and", left, right: this.#not() };
    }
    return left;
  }

  #not(): Condition {
    if (this.#takeMatch(/!(?=[ \t\n(])/y) !== undefined) {
      return { kind: "not", operand: this.#not() };
    }
    if (this.#take("(")) {
      const inner = this.#or();
      if (!this.#take(")")) {
        this.#fail();
      }
      return inner;
    }
    return this.#primary();
  }

  #primary(): Condition {
    const unary = this.#takeMatch(unaryOperator);
    if (unary !== undefined) {
      return { kind: "unary", operator: unary, operand: this.#word(false) };
    }
    const left = this.#word(false);
    const operator = this.#takeMatch(binaryOperator);
    if (operator === undefined) {
      return { kind: "unary", operator: "-n", operand: left };
    }
    return { kind: "binary", operator, left, right: this.#word(operator === "=~") };
  }

  /** A word; a regular expression may hold parentheses and bars. */
  #word(isExpression: boolean): Word {
    const { source, words } = this.#parser;
    source.match(blank);
    let depth = 0;
    const isEnd = (character: string) => {
      if (" \t\n".includes(character)) {
        return depth <= 0;
      }
      if (!isExpression) {
        return "()|&;".includes(character);
      }
      depth += character === "(" ? 1 : character === ")" ? -1 : 0;
      return false;
    };
    const start = source.position;
    const word = words.readUntil(source, isEnd);
    if (source.position === start || source.text.slice(start, source.position) === "]]") {
      this.#fail();
    }
    return word;
  }

  #take(text: string): boolean {
    this.#parser.source.match(blank);
    return this.#parser.source.take(text);
  }

  #takeMatch(expression: RegExp): string | undefined {
    this.#parser.source.match(blank);
    return this.#parser.source.match(expression);
  }

  #fail(): never {
    return this.#parser.unexpected(this.#parser.lexer.peek());
  }
}
