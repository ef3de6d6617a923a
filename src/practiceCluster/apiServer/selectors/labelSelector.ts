import type { ApiError } from "../../api/apiError.ts";
import { refusals } from "../requests/errors.ts";
import { labelTokens, type Token } from "./labelLexer.ts";
import { type LabelMatcher, type Operator, requireLabelKey, requirement } from "./labelRequirement.ts";

const binaryOperators: readonly Operator[] = ["in", "notin", "=", "==", "!=", ">", "<"];

/**
 * Parses a label selector as it stands in a URL: `a=b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`, `a>1`, joined
 * by commas. Throws ApiError 400 in the words of apimachinery/pkg/labels where it cannot be parsed.
 */
export function parseLabelSelector(text: string): LabelMatcher {
  const requirements = new SelectorParser(labelTokens(text)).parse();
  return (labels) => requirements.every((matches) => matches(labels));
}

/** Where a word stands among values, "in" and "notin" are words like any other. */
class SelectorParser {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): LabelMatcher[] {
    const requirements: LabelMatcher[] = [];
    for (;;) {
      const token = this.#look();
      if (token.kind === "end") {
        return requirements;
      }
      if (!beginsRequirement(token)) {
        throw unexpected(token, "!, identifier, or 'end of string'");
      }
      requirements.push(this.#requirement());
      const next = this.#take();
      if (next.kind === "end") {
        return requirements;
      }
      if (next.text !== ",") {
        throw unexpected(next, "',' or 'end of string'");
      }
      if (!beginsRequirement(this.#look())) {
        throw unexpected(this.#look(), "identifier after ','");
      }
    }
  }

  #requirement(): LabelMatcher {
    const isNegated = this.#look().text === "!";
    if (isNegated) {
      this.#take();
    }
    const key = this.#take();
    if (!isWord(key)) {
      throw unparsable(key, "identifier");
    }
    requireLabelKey(key.text);
    if (isNegated) {
      return requirement(key.text, "!", []);
    }
    const next = this.#look();
    if (next.kind === "end" || next.text === ",") {
      return requirement(key.text, "exists", []);
    }
    const operator = this.#operator();
    const values = operator === "in" || operator === "notin" ? this.#values() : [this.#exactValue()];
    return requirement(key.text, operator, [...new Set(values)].sort());
  }

  #operator(): Operator {
    const token = this.#take();
    const operator = binaryOperators.find((each) => each === token.text);
    if (operator === undefined || token.kind === "identifier") {
      throw unparsable(token, "in, notin, =, ==, !=, gt, lt");
    }
    return operator;
  }

  #exactValue(): string {
    const next = this.#look();
    if (next.kind === "end" || next.text === ",") {
      return "";
    }
    const token = this.#take();
    if (!isWord(token)) {
      throw unparsable(token, "identifier");
    }
    return token.text;
  }

  #values(): string[] {
    const open = this.#take();
    if (open.text !== "(") {
      throw refusals.badRequest(`unable to parse requirement: found '${open.text}' expected: '('`);
    }
    const first = this.#look();
    if (first.text === ")") {
      this.#take();
      return [""];
    }
    if (!isWord(first) && first.text !== ",") {
      throw unparsable(first, "',', ')' or identifier");
    }
    const values = this.#listOfValues();
    this.#take();
    return values;
  }

  /** Up to the closing parenthesis; nothing between two commas is the empty value. */
  #listOfValues(): string[] {
    const values: string[] = [];
    for (;;) {
      const token = this.#take();
      const next = this.#look();
      if (isWord(token)) {
        values.push(token.text);
        if (next.text !== "," && next.text !== ")") {
          throw unparsable(next, "',' or ')'");
        }
      } else if (token.text === ",") {
        if (values.length === 0 || next.text === ")" || next.text === ",") {
          values.push("");
        }
      } else {
        throw unparsable(token, "',', or identifier");
      }
      if (next.text === ")") {
        return values;
      }
    }
  }

  #look(): Token {
    return this.#tokens[this.#position] ?? { kind: "end", text: "" };
  }

  #take(): Token {
    const token = this.#look();
    this.#position += 1;
    return token;
  }
}

function isWord({ kind }: Token): boolean {
  return kind === "identifier" || kind === "in" || kind === "notin";
}

function beginsRequirement(token: Token): boolean {
  return isWord(token) || token.text === "!";
}

function unexpected({ text }: Token, expected: string): ApiError {
  return refusals.badRequest(`found '${text}', expected: ${expected}`);
}

function unparsable({ text }: Token, expected: string): ApiError {
  return refusals.badRequest(`unable to parse requirement: found '${text}', expected: ${expected}`);
}
