import type { Assignment, Command, Redirection, Word } from "../syntax.ts";
import type { Token } from "./lexer.ts";
import type { Parser } from "./parser.ts";
import { Source } from "./source.ts";

const redirectionOperators = new Set([
  "<",
  ">",
  ">>",
  ">|",
  "<>",
  "<&",
  ">&",
  "<<",
  "<<-",
  "<<<",
  "&>",
  "&>>",
]);
const functionName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Reads `a=1 command words >file`, and `name() body`. */
export class SimpleCommandParser {
  readonly #parser: Parser;

  constructor(parser: Parser) {
    this.#parser = parser;
  }

  parse(): Command {
    const { lexer } = this.#parser;
    const { line } = lexer.peek();
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    const redirections: Redirection[] = [];
    let name = "";
    for (;;) {
      const token = lexer.peek();
      const redirection = parseRedirection(this.#parser);
      if (redirection) {
        redirections.push(redirection);
      } else if (token.kind === "word") {
        const assignment = words.length === 0 ? this.#assignment(token) : undefined;
        if (assignment) {
          assignments.push(assignment);
        } else {
          lexer.next();
          name ||= token.text;
          words.push(token.word);
        }
      } else if (token.text === "(" && words.length === 1 && assignments.length + redirections.length === 0) {
        return this.#functionDefinition(name, line);
      } else {
        break;
      }
    }
    if (assignments.length + words.length + redirections.length === 0) {
      this.#parser.unexpected(lexer.peek());
    }
    return { kind: "simple", line, assignments, words, redirections };
  }

  #functionDefinition(name: string, line: number): Command {
    const parser = this.#parser;
    parser.expectOperator("(");
    parser.expectOperator(")");
    if (!functionName.test(name) && !parser.flavour.isBash) {
      parser.source.fail({ kind: "badFunctionName" }, line);
    }
    parser.skipNewlines();
    return { kind: "function", line, name, body: parser.parseCommand(), redirections: [] };
  }

  #assignment(token: Token & { kind: "word" }): Assignment | undefined {
    const { lexer, flavour } = this.#parser;
    const element = flavour.isBash ? /^([A-Za-z_]\w*)\[([^\]]*)\](\+?)=/.exec(token.text) : undefined;
    if (element) {
      lexer.next();
      const [prefix, name = "", subscript = "", plus] = element;
      const value = this.#wordOf(token.text.slice(prefix.length));
      return {
        name,
        subscript: this.#wordOf(subscript),
        isAppended: plus === "+",
        value,
        elements: undefined,
      };
    }
    const [first, ...rest] = token.word;
    const found =
      first?.kind === "literal" && !first.quoted
        ? (flavour.isBash ? /^([A-Za-z_]\w*)(\+?)=/ : /^([A-Za-z_]\w*)()=/).exec(first.text)
        : undefined;
    if (!found || first?.kind !== "literal") {
      return undefined;
    }
    lexer.next();
    const [prefix, name = "", plus] = found;
    const remainder = first.text.slice(prefix.length);
    const value: Word = remainder === "" ? rest : [{ ...first, text: remainder }, ...rest];
    const isArray = flavour.isBash && value.length === 0 && this.#takeAdjacentParenthesis();
    const elements = isArray ? this.#elements() : undefined;
    return { name, subscript: undefined, isAppended: plus === "+", value, elements };
  }

  #takeAdjacentParenthesis(): boolean {
    const { lexer, source } = this.#parser;
    lexer.rewind();
    return source.isAt("(") && this.#parser.takeOperator("(");
  }

  #elements(): readonly Word[] {
    const words: Word[] = [];
    for (;;) {
      this.#parser.skipNewlines();
      if (this.#parser.takeOperator(")")) {
        return words;
      }
      words.push(this.#parser.expectAnyWord().word);
    }
  }

  #wordOf(text: string): Word {
    return this.#parser.words.readUntil(new Source(text), () => false);
  }
}

/** A redirection, if one comes next. */
export function parseRedirection(parser: Parser): Redirection | undefined {
  const { lexer } = parser;
  let token = lexer.peek();
  const descriptor = token.kind === "descriptor" ? token.number : undefined;
  if (descriptor !== undefined) {
    lexer.next();
    token = lexer.peek();
  }
  if (token.kind !== "operator" || !redirectionOperators.has(token.text)) {
    return undefined;
  }
  lexer.next();
  const next = lexer.peek();
  if (next.kind !== "word") {
    const isRedirection = redirectionOperators.has(next.text) && !parser.flavour.isBash;
    return isRedirection
      ? parser.source.fail({ kind: "unexpected", token: "redirection" }, next.line)
      : parser.unexpected(next);
  }
  lexer.next();
  if (token.text === "<<" || token.text === "<<-") {
    return parser.hereDocuments.expect(next.word, token.text === "<<-", descriptor);
  }
  return { descriptor, operator: token.text as Redirection["operator"], target: next.word };
}
