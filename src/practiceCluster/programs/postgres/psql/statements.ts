/** Variables of a psql session (\set, -v), without the special ones' behaviour. */
export type Variables = ReadonlyMap<string, string>;

/** A piece of a script: a statement for the server, or a backslash command of one line. */
export type Piece =
  | { readonly kind: "statement"; readonly text: string; readonly endedBy: "semicolon" | "end" }
  | { readonly kind: "command"; readonly name: string; readonly rest: string };

interface Token {
  readonly kind:
    | "quoted"
    | "comment"
    | "variable"
    | "semicolon"
    | "separator"
    | "command"
    | "newline"
    | "open"
    | "close"
    | "other";
  readonly text: string;
}

const patterns: readonly (readonly [Token["kind"], RegExp])[] = [
  ["comment", /--[^\n]*/y],
  ["comment", /\/\*[\s\S]*?\*\//y],
  ["quoted", /[eE]'(?:[^'\\]|\\[\s\S]|'')*'/y],
  ["quoted", /'(?:[^']|'')*'/y],
  ["quoted", /"(?:[^"]|"")*"/y],
  ["quoted", /\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$/y],
  ["other", /::|[\w$]+/y],
  ["variable", /:(?:'\w+'|"\w+"|\w+)/y],
  ["semicolon", /;/y],
  ["open", /\(/y],
  ["close", /\)/y],
  ["separator", /\\;/y],
  ["command", /\\\S[^\n]*/y],
  ["newline", /\n/y],
];
const unfinished = /^(?:[eE]?'|"|\/\*|\$(?:[A-Za-z_]\w*)?\$)/;

/** What is open at the end of an input, as the prompt shows it: postgres-# postgres'# postgres(# postgres*#. */
export type OpenState = "=" | "-" | "'" | '"' | "$" | "*" | "(";

/** Cuts psql input into pieces as lines come (psqlscan.l): statements end at a semicolon outside quotes and parentheses. */
export class StatementReader {
  readonly #variables: Variables;
  #rest = "";
  #statement = "";
  #depth = 0;
  #open: OpenState = "=";

  constructor(variables: Variables) {
    this.#variables = variables;
  }

  get state(): OpenState {
    return this.#open;
  }

  /** The next piece of what was added, or undefined when more is needed. */
  next(): Piece | undefined {
    while (this.#rest !== "") {
      const token = this.#token();
      if (!token) {
        return undefined;
      }
      this.#rest = this.#rest.slice(token.text.length);
      const piece = this.#take(token);
      if (piece) {
        return piece;
      }
    }
    this.#open = this.#depth > 0 ? "(" : this.#statement.trim() === "" ? "=" : "-";
    return undefined;
  }

  add(input: string): void {
    this.#rest += input;
  }

  /** Throws away what was collected (\r, an interrupt). */
  reset(): void {
    this.#statement = "";
    this.#rest = "";
    this.#depth = 0;
    this.#open = "=";
  }

  /** What is left at the end of the input, as a statement. */
  finish(): Piece | undefined {
    const text = (this.#statement + this.#rest).trim();
    this.reset();
    return text === "" ? undefined : { kind: "statement", text, endedBy: "end" };
  }

  #token(): Token | undefined {
    for (const [kind, pattern] of patterns) {
      pattern.lastIndex = 0;
      const found = pattern.exec(this.#rest);
      if (found) {
        return { kind, text: found[0] };
      }
    }
    const open = unfinished.exec(this.#rest)?.[0];
    if (open) {
      this.#open = open === "/*" ? "*" : open.startsWith("$") ? "$" : open.endsWith('"') ? '"' : "'";
      return undefined;
    }
    return { kind: "other", text: this.#rest.charAt(0) };
  }

  #take(token: Token): Piece | undefined {
    switch (token.kind) {
      case "semicolon":
        if (this.#depth === 0) {
          return this.#endStatement();
        }
        break;
      case "command":
        return this.#endCommand(token.text);
      case "separator":
        // statements that are sent together
        this.#statement += ";";
        return undefined;
      case "variable":
        this.#statement += this.#substitute(token.text);
        return undefined;
      case "comment":
        // psql sends the comments inside of a statement, not those before it
        this.#statement += this.#statement === "" ? "" : token.text;
        return undefined;
      default:
        this.#depth += token.kind === "open" ? 1 : token.kind === "close" ? -1 : 0;
    }
    this.#statement += this.#statement === "" && /^\s$/.test(token.text) ? "" : token.text;
    return undefined;
  }

  #endStatement(): Piece | undefined {
    const text = this.#statement.trim();
    this.#statement = "";
    this.#depth = 0;
    return text === "" ? undefined : { kind: "statement", text: `${text};`, endedBy: "semicolon" };
  }

  #endCommand(text: string): Piece {
    const end = text.indexOf("\\\\", 1);
    const command = end < 0 ? text : text.slice(0, end);
    this.#rest = (end < 0 ? "" : text.slice(end + 2)) + this.#rest;
    const [, name = "", rest = ""] = /^\\([^\s]+)\s*(.*)$/s.exec(command.trim()) ?? [];
    return { kind: "command", name, rest };
  }

  /** Ends the statement so far for a command that sends it (\g, \gx); undefined when there is none. */
  takeStatement(): string | undefined {
    const text = this.#statement.trim();
    this.#statement = "";
    this.#depth = 0;
    return text === "" ? undefined : text;
  }

  #substitute(reference: string): string {
    const quote = /^:(['"])/.exec(reference)?.[1];
    const name = reference.slice(1).replace(/^['"]|['"]$/g, "");
    const value = this.#variables.get(name);
    if (value === undefined) {
      return reference;
    }
    return quote ? `${quote}${value.replaceAll(quote, quote + quote)}${quote}` : value;
  }
}
