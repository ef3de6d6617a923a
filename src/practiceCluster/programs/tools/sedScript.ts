import { posixExpression } from "../kit/posixExpression.ts";
import { ToolFailure } from "./tool.ts";

export type SedAddress =
  | { readonly kind: "line"; readonly line: number }
  | { readonly kind: "last" }
  | { readonly kind: "expression"; readonly expression: RegExp | undefined }
  | { readonly kind: "step"; readonly first: number; readonly step: number }
  | { readonly kind: "count"; readonly count: number };

export interface SedCommand {
  readonly addresses: readonly SedAddress[];
  readonly isNegated: boolean;
  readonly name: string;
  readonly text: string;
  readonly expression?: RegExp | undefined;
  readonly replacement?: string;
  readonly flags?: string;
  /** Where `}` of a `{` stands. */
  end: number;
  /** Line at which a range of addresses began. */
  since: number | undefined;
}

/** Reads a script of sed. Throws ToolFailure. */
export function readSedScript(script: string, isExtended: boolean): SedCommand[] {
  return new SedReader(script, isExtended).read();
}

class SedReader {
  readonly #text: string;
  readonly #isExtended: boolean;
  readonly #commands: SedCommand[] = [];
  #position = 0;

  constructor(text: string, isExtended: boolean) {
    this.#text = text;
    this.#isExtended = isExtended;
  }

  read(): SedCommand[] {
    const open: number[] = [];
    for (this.#skip(/[\s;]*/y); this.#position < this.#text.length; this.#skip(/[\s;]*/y)) {
      if (this.#take("#")) {
        this.#skip(/[^\n]*/y);
        continue;
      }
      const command = this.#command();
      if (command.name === "}") {
        const start = this.#commands[open.pop() ?? -1];
        if (!start) {
          throw new ToolFailure("-e expression #1, char 1: unexpected `}'");
        }
        start.end = this.#commands.length;
        continue;
      }
      if (command.name === "{") {
        open.push(this.#commands.length);
      }
      this.#commands.push(command);
    }
    if (open.length > 0) {
      throw new ToolFailure("-e expression #1, char 0: unmatched `{'");
    }
    return this.#commands;
  }

  #skip(expression: RegExp): string {
    expression.lastIndex = this.#position;
    const found = expression.exec(this.#text)?.[0] ?? "";
    this.#position += found.length;
    return found;
  }

  #take(text: string): boolean {
    const isHere = this.#text.startsWith(text, this.#position);
    this.#position += isHere ? text.length : 0;
    return isHere;
  }

  #command(): SedCommand {
    const addresses: SedAddress[] = [];
    for (
      let address = this.#address();
      address;
      address = addresses.length < 2 && this.#take(",") ? this.#address() : undefined
    ) {
      addresses.push(address);
      this.#skip(/[ \t]*/y);
    }
    this.#skip(/[ \t]*/y);
    const isNegated = this.#take("!");
    this.#skip(/[ \t]*/y);
    const name = this.#text[this.#position++] ?? "";
    return { addresses, isNegated, name, end: 0, since: undefined, ...this.#operands(name) };
  }

  #address(): SedAddress | undefined {
    this.#skip(/[ \t]*/y);
    const number = this.#skip(/\d+/y);
    if (number !== "") {
      return this.#take("~")
        ? { kind: "step", first: Number(number), step: Number(this.#skip(/\d+/y)) }
        : { kind: "line", line: Number(number) };
    }
    if (this.#take("+")) {
      return { kind: "count", count: Number(this.#skip(/\d+/y)) };
    }
    if (this.#take("$")) {
      return { kind: "last" };
    }
    const delimiter = this.#take("/")
      ? "/"
      : this.#take("\\")
        ? (this.#text[this.#position++] ?? "")
        : undefined;
    if (delimiter === undefined) {
      return undefined;
    }
    const source = this.#until(delimiter);
    const flags = this.#skip(/[IM]*/y).includes("I") ? "i" : "";
    return { kind: "expression", expression: this.#expression(source, flags) };
  }

  /** An empty expression is the last one that was used. */
  #expression(source: string, flags: string): RegExp | undefined {
    return source === "" ? undefined : posixExpression(source, { isExtended: this.#isExtended, flags });
  }

  #until(delimiter: string): string {
    let text = "";
    let isInBracket = false;
    for (;;) {
      const character = this.#text[this.#position++];
      if (character === undefined || (character === "\n" && delimiter !== "\n")) {
        throw new ToolFailure(`-e expression #1, char ${this.#position}: unterminated address regex`);
      }
      if (character === "\\") {
        const next = this.#text[this.#position++] ?? "";
        text += next === delimiter ? next : `\\${next}`;
      } else if (character === delimiter && !isInBracket) {
        return text;
      } else {
        isInBracket = character === "[" ? true : character === "]" ? false : isInBracket;
        text += character;
      }
    }
  }

  #operands(name: string): Pick<SedCommand, "text" | "expression" | "replacement" | "flags"> {
    switch (name) {
      case "s":
        return this.#substitution();
      case "y": {
        const delimiter = this.#text[this.#position++] ?? "/";
        return { text: this.#until(delimiter), replacement: this.#until(delimiter) };
      }
      case "a":
      case "i":
      case "c": {
        const text = this.#skip(/[ \t]*(?:\\\n)?(?:[^\\\n]|\\[\s\S])*/y);
        return { text: text.replace(/^[ \t]*(?:\\\n|\\)?/, "").replace(/\\([\s\S])/g, "$1") };
      }
      case "b":
      case "t":
      case "T":
      case ":":
        return { text: this.#skip(/[^\n;}]*/y).trim() };
      case "r":
      case "w":
        return { text: this.#skip(/[^\n]*/y).trim() };
      case "q":
      case "Q":
        return { text: this.#skip(/[ \t]*\d*/y).trim() };
      default:
        if (!"{}dDgGhHnNpPxl=".includes(name) || name === "") {
          throw new ToolFailure(
            name === ""
              ? "-e expression #1, char 0: missing command"
              : `-e expression #1, char ${this.#position}: unknown command: \`${name}'`,
          );
        }
        return { text: "" };
    }
  }

  #substitution() {
    const delimiter = this.#text[this.#position++] ?? "/";
    const source = this.#until(delimiter);
    const replacement = this.#until(delimiter);
    const flags = this.#skip(/[gpiIme0-9]*/y);
    const expressionFlags = `g${/i/i.test(flags) ? "i" : ""}${/m/i.test(flags) ? "m" : ""}`;
    return { text: "", expression: this.#expression(source, expressionFlags), replacement, flags };
  }
}
