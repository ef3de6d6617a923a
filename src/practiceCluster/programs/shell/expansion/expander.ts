import { posix } from "node:path";
import { isPattern } from "../../kit/pattern.ts";
import type { ShellState } from "../running/state.ts";
import { type ListItem, literalText, type Word, type WordPart } from "../syntax.ts";
import { ArithmeticError, type ArithmeticVariables, evaluate } from "./arithmetic.ts";
import { expandBraces } from "./braces.ts";
import { Field, FieldBuilder } from "./fields.ts";
import { glob } from "./glob.ts";
import { expandParameter } from "./parameters.ts";

const declarations = new Set(["export", "readonly", "local", "declare", "typeset"]);

/** Runs a command substitution: resolves with what it wrote. */
export type Substitute = (script: readonly ListItem[]) => Promise<string>;

/** Where expanded text goes: fields that are split, or one text. */
export interface Sink {
  add(text: string, isQuoted: boolean): void;
  addSplit(text: string): void;
  endField(): void;
}

/** One field, whatever is expanded. */
class WholeText implements Sink {
  readonly field = new Field();

  add(text: string, isQuoted: boolean): void {
    this.field.pieces.push({ text, isQuoted });
  }

  addSplit(text: string): void {
    this.add(text, false);
  }

  endField(): void {
    this.add(" ", true);
  }
}

/** Expands words (XCU 2.6): parameters, commands, arithmetic, then splitting and paths. */
export class Expander {
  readonly state: ShellState;
  readonly #substitute: Substitute;

  constructor(state: ShellState, substitute: Substitute) {
    this.state = state;
    this.#substitute = substitute;
  }

  /** Words of a command: each becomes any number of fields. */
  async fields(words: readonly Word[]): Promise<string[]> {
    const fields: string[] = [];
    for (const word of words) {
      const plain = literalText(word);
      if (plain !== undefined && !/[~*?[{\\]/.test(plain)) {
        fields.push(plain);
        continue;
      }
      for (const each of this.state.flavour.isBash ? expandBraces(word) : [word]) {
        fields.push(...(await this.#fieldsOf(each)));
      }
    }
    return fields;
  }

  /** As `fields`, but what `export` and its like assign is not split. */
  async commandFields(words: readonly Word[]): Promise<string[]> {
    const [first] = words;
    if (!first || !declarations.has(literalText(first) ?? "")) {
      return await this.fields(words);
    }
    const fields: string[] = [];
    for (const word of words) {
      const [part] = word;
      const isAssignment = part?.kind === "literal" && !part.quoted && /^[A-Za-z_]\w*=/.test(part.text);
      fields.push(...(isAssignment ? [await this.text(word, { isAssignment })] : await this.fields([word])));
    }
    return fields;
  }

  async #fieldsOf(word: Word): Promise<string[]> {
    const builder = new FieldBuilder(this.state.variables.get("IFS") ?? " \t\n");
    await this.#expand(this.#withHome(word, false), builder, false);
    return builder.finish().flatMap((field) => this.#paths(field));
  }

  #paths(field: Field): string[] {
    const { files, directory, options } = this.state;
    if (!field.hasUnquotedPattern || options.has("noglob")) {
      return [field.text];
    }
    const { pattern } = field;
    const found = isPattern(pattern)
      ? glob(pattern, files, directory, { withDots: !this.state.flavour.isBash })
      : [];
    return found.length > 0 ? found : [field.text];
  }

  /** A word as one text: assignments, here-documents, names of files. */
  async text(word: Word, { isAssignment = false } = {}): Promise<string> {
    return literalText(word) !== undefined && !literalText(word)?.includes("~")
      ? (literalText(word) ?? "")
      : (await this.#whole(this.#withHome(word, isAssignment))).text;
  }

  /** A word as a pattern, in which quoted text stands for itself. */
  async pattern(word: Word): Promise<string> {
    return (await this.#whole(this.#withHome(word, false))).pattern;
  }

  async #whole(word: Word): Promise<Field> {
    const whole = new WholeText();
    await this.#expand(word, whole, false);
    return whole.field;
  }

  /** The value of an arithmetic expression. Throws ShellFailure. */
  async arithmetic(expression: Word): Promise<bigint> {
    return this.evaluate(await this.text(expression));
  }

  /** Throws ShellFailure. */
  evaluate(text: string): bigint {
    try {
      const isPosix = this.state.flavour.name === "dash";
      return evaluate(text.replaceAll('"', ""), this.#arithmeticVariables, { isPosix });
    } catch (error) {
      throw error instanceof ArithmeticError ? this.state.messages.arithmetic(error) : error;
    }
  }

  get #arithmeticVariables(): ArithmeticVariables {
    const { state } = this;
    return {
      get: (name, index) =>
        index === undefined ? state.parameter(name) : state.variables.find(name)?.elements?.get(index),
      set: (name, index, value) =>
        index === undefined ? state.assign(name, value) : state.variables.setElement(name, index, value),
    };
  }

  /** Expands parts into a sink; in double quotes nothing is split. */
  async expandParts(parts: readonly WordPart[], sink: Sink, isQuoted: boolean): Promise<void> {
    await this.#expand(parts, sink, isQuoted);
  }

  async #expand(parts: readonly WordPart[], sink: Sink, isQuoted: boolean): Promise<void> {
    for (const part of parts) {
      switch (part.kind) {
        case "literal":
          sink.add(part.text, part.quoted || isQuoted);
          break;
        case "doubleQuoted":
          await this.#expandQuoted(part.parts, sink);
          break;
        case "parameter":
          await expandParameter(this, part, sink, isQuoted);
          break;
        case "command":
          this.#addResult((await this.#substitute(part.script)).replace(/\n+$/, ""), sink, isQuoted);
          break;
        case "arithmetic":
          this.#addResult(String(await this.arithmetic(part.expression)), sink, isQuoted);
          break;
      }
    }
  }

  /** `""` is an empty field, but `"$@"` without parameters is none. */
  async #expandQuoted(parts: readonly WordPart[], sink: Sink): Promise<void> {
    const isOnlyList = parts.length === 1 && isListOfAll(parts[0]);
    if (!isOnlyList) {
      sink.add("", true);
    }
    await this.#expand(parts, sink, true);
  }

  #addResult(text: string, sink: Sink, isQuoted: boolean): void {
    if (isQuoted) {
      sink.add(text, true);
    } else {
      sink.addSplit(text);
    }
  }

  /** Replaces a leading `~` (in assignments also after a colon). */
  #withHome(word: Word, isAssignment: boolean): Word {
    const [first, ...rest] = word;
    if (first?.kind !== "literal" || first.quoted || !first.text.includes("~")) {
      return word;
    }
    const isWhole = rest.length === 0;
    const expression = isAssignment ? /(^|[:=])~([^/:]*)(?=[/:]|$)/g : /(^)~([^/]*)(?=\/|$)/g;
    const parts: WordPart[] = [];
    let end = 0;
    for (const match of first.text.matchAll(expression)) {
      const [all, before = "", user = ""] = match;
      const home = this.#homeOf(user);
      const reachesNextPart = match.index + all.length === first.text.length && !isWhole;
      if (home !== undefined && !reachesNextPart) {
        parts.push({ kind: "literal", text: first.text.slice(end, match.index) + before, quoted: false });
        parts.push({ kind: "literal", text: home, quoted: true });
        end = match.index + all.length;
      }
    }
    parts.push({ kind: "literal", text: first.text.slice(end), quoted: false });
    return [...parts.filter((part) => part.kind !== "literal" || part.text !== ""), ...rest];
  }

  #homeOf(user: string): string | undefined {
    if (user === "") {
      return this.state.variables.get("HOME");
    }
    try {
      const users = this.state.files.read("/etc/passwd").toString();
      const line = users.split("\n").find((each) => each.startsWith(`${user}:`));
      return line === undefined ? undefined : posix.resolve("/", line.split(":")[5] ?? "");
    } catch {
      return undefined;
    }
  }
}

function isListOfAll(part: WordPart | undefined): boolean {
  return part?.kind === "parameter" && (part.name === "@" || literalText(part.subscript ?? []) === "@");
}
