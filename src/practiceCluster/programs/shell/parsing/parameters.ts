import type { ParameterPart, Word } from "../syntax.ts";
import type { Source } from "./source.ts";
import { Parts, type WordReader } from "./words.ts";

const nameExpression = /[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-]/y;
const posixOperators = [":-", ":=", ":?", ":+", "-", "=", "?", "+", "##", "#", "%%", "%"];
const substitutions = ["//", "/#", "/%", "/"];
const caseOperators = ["^^", "^", ",,", ","];

/** Reads `${…}`. */
export class ParameterReader {
  readonly #words: WordReader;

  constructor(words: WordReader) {
    this.#words = words;
  }

  /** After `${`, up to and with the closing brace. */
  readBraced(source: Source, isQuoted: boolean): ParameterPart {
    const start = source.position;
    const isLength = source.isAt("#") && !/^#[}:?=+%#-]/.test(source.text.slice(start, start + 2));
    const isIndirect = this.#words.flavour.isBash && source.isAt("!") && source.peek(1) !== "}";
    if (isLength || isIndirect) {
      source.position++;
    }
    const name = source.match(nameExpression);
    if (name === undefined) {
      return this.#bad(source, start);
    }
    const subscript = this.#readSubscript(source);
    const common = { kind: "parameter", name, subscript, isLength, isIndirect } as const;
    if (source.take("}")) {
      return common;
    }
    if (source.isAtEnd) {
      source.fail({ kind: "missingBrace" });
    }
    const operator = this.#readOperator(source);
    if (operator === undefined || isLength) {
      return this.#bad(source, start);
    }
    return { ...common, operator, ...this.#readOperands(source, operator, isQuoted) };
  }

  #readSubscript(source: Source): Word | undefined {
    if (!this.#words.flavour.isBash || !source.take("[")) {
      return undefined;
    }
    const subscript = this.#words.readUntil(source, (character) => character === "]");
    source.take("]");
    return subscript;
  }

  #readOperator(source: Source): string | undefined {
    const { flavour } = this.#words;
    const more = flavour.hasBashism ? [...substitutions, ":"] : [];
    const all = [...posixOperators, ...more, ...(flavour.isBash ? caseOperators : [])];
    return all.find((operator) => source.take(operator));
  }

  #readOperands(
    source: Source,
    operator: string,
    isQuoted: boolean,
  ): Pick<ParameterPart, "operand" | "secondOperand"> {
    const separator = substitutions.includes(operator) ? "/" : operator === ":" ? ":" : undefined;
    const isPattern = /^(##?|%%?|\/[/#%]?|\^\^?|,,?)$/.test(operator);
    const operand = this.#readOperand(source, isQuoted && !isPattern, separator);
    const secondOperand =
      separator !== undefined && source.take(separator)
        ? this.#readOperand(source, isQuoted, undefined)
        : undefined;
    if (!source.take("}")) {
      source.fail({ kind: "missingBrace" });
    }
    return { operand, secondOperand };
  }

  /** Up to the closing brace or the separator. In double quotes single quotes mean nothing. */
  #readOperand(source: Source, isQuoted: boolean, separator: string | undefined): Word {
    const isEnd = (character: string) => character === "}" || character === separator;
    if (!isQuoted) {
      return this.#words.readUntil(source, isEnd);
    }
    const parts = new Parts();
    while (!source.isAtEnd && !isEnd(source.peek())) {
      if (source.take('"')) {
        parts.list.push({ kind: "doubleQuoted", parts: this.#words.readDoubleQuoted(source) });
      } else {
        parts.list.push(
          ...this.#words.readQuotedUntil(
            source,
            (character) => isEnd(character) || character === '"',
            '$`"\\}',
          ),
        );
      }
    }
    return parts.list;
  }

  #bad(source: Source, start: number): ParameterPart {
    const end = source.text.indexOf("}", start);
    if (end < 0) {
      source.fail({ kind: "missingBrace" });
    }
    source.position = end + 1;
    if (this.#words.flavour.name === "ash") {
      source.fail({ kind: "badSubstitution", text: source.text.slice(start - 2, end + 1) });
    }
    // the others notice it only when the word is expanded
    return { kind: "parameter", name: "", operator: source.text.slice(start - 2, end + 1) };
  }
}
