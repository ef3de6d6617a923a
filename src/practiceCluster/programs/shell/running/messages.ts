import { codeOf, reasonOf } from "../../kit/errors.ts";
import type { ArithmeticError } from "../expansion/arithmetic.ts";
import type { Flavour } from "../flavour.ts";
import type { ShellSyntaxError } from "../parsing/source.ts";

/** Where a message comes from. */
export interface MessagePlace {
  /** $0. */
  readonly shellName: string;
  readonly line: number;
  /** Whether a file is being run, not -c or lines typed. */
  readonly isScript: boolean;
  readonly isInteractive: boolean;
  readonly builtin?: string | undefined;
}

/** A command failed in the shell itself; a shell that is not interactive ends when it is fatal. */
export class ShellFailure extends Error {
  readonly exitCode: number;
  readonly isFatal: boolean;
  readonly builtin: string | undefined;

  constructor(
    message: string,
    exitCode: number,
    { isFatal = false, builtin }: { isFatal?: boolean; builtin?: string | undefined } = {},
  ) {
    super(message);
    this.exitCode = exitCode;
    this.isFatal = isFatal;
    this.builtin = builtin;
  }
}

/** What stands before a message: the shell's name, and the line as each shell shows it. */
export function messagePrefix(flavour: Flavour, place: MessagePlace): string {
  const { shellName, line, isScript, isInteractive, builtin } = place;
  const command = builtin === undefined ? "" : `${builtin}: `;
  if (flavour.name === "dash") {
    return `${shellName}: ${line}: ${command}`;
  }
  if (flavour.name === "bash") {
    return isInteractive ? `${shellName}: ${command}` : `${shellName}: line ${line}: ${command}`;
  }
  const showsLine = !isInteractive && (isScript || builtin !== undefined);
  return `${shellName}: ${command}${showsLine ? `line ${isScript ? line : 0}: ` : ""}`;
}

/** The texts of one shell. */
export class Messages {
  readonly #flavour: Flavour;
  readonly exitsOnError: () => boolean;

  /** `exitsOnError`: whether `set -e` holds, in which case bash's exit code of an unset variable is another. */
  constructor(flavour: Flavour, exitsOnError: () => boolean = () => false) {
    this.#flavour = flavour;
    this.exitsOnError = exitsOnError;
  }

  #choose<T>(ash: T, dash: T, bash: T): T {
    return { ash, dash, bash }[this.#flavour.name];
  }

  notFound(command: string): string {
    if (this.#flavour.isBash) {
      return command.includes("/")
        ? `${command}: No such file or directory`
        : `${command}: command not found`;
    }
    return `${command}: not found`;
  }

  permissionDenied(command: string, isFolder: boolean): string {
    return this.#flavour.isBash && isFolder ? `${command}: Is a directory` : `${command}: Permission denied`;
  }

  /** `set -u`, and `${x?}` without a text of its own. */
  notSet(name: string, how: "unbound" | "unset" | "null"): ShellFailure {
    const text =
      how === "unbound"
        ? this.#choose("parameter not set", "parameter not set", "unbound variable")
        : how === "unset"
          ? "parameter not set"
          : this.#choose(
              "parameter not set or null",
              "parameter not set or null",
              "parameter null or not set",
            );
    return this.fatal(`${name}: ${text}`, this.#choose(2, 2, this.exitsOnError() ? 1 : 127));
  }

  missing(name: string, text: string): ShellFailure {
    return this.fatal(`${name}: ${text}`, this.#choose(2, 2, 127));
  }

  badSubstitution(text: string): ShellFailure {
    return this.fatal(
      this.#choose("syntax error: bad substitution", "Bad substitution", `${text}: bad substitution`),
      this.#choose(2, 2, 1),
    );
  }

  isReadonly(name: string): ShellFailure {
    return this.fatal(
      `${name}: ${this.#choose("is read only", "is read only", "readonly variable")}`,
      this.#choose(2, 2, 1),
    );
  }

  arithmetic({ problem, expression, rest }: ArithmeticError): ShellFailure {
    const trimmed = expression.trim();
    const isOctal = /^0[0-9]+/.test(rest);
    const texts = {
      division: this.#choose(
        "divide by zero",
        `arithmetic expression: division by zero: "${expression}"`,
        `${trimmed}: division by 0 (error token is "${rest}")`,
      ),
      syntax: this.#choose(
        "arithmetic syntax error",
        `arithmetic expression: expecting ${isOctal ? "EOF" : "primary"}: "${expression}"`,
        isOctal
          ? `${trimmed}: value too great for base (error token is "${rest}")`
          : `${trimmed}: syntax error: operand expected (error token is "${rest || trimmed.slice(-1)}")`,
      ),
      recursion: this.#choose(
        "expression recursion loop detected",
        `arithmetic expression: variable conversion error: "${expression}"`,
        `${trimmed}: expression recursion level exceeded (error token is "${trimmed}")`,
      ),
    };
    return this.fatal(texts[problem], this.#choose(2, 2, 1));
  }

  /** A file of a redirection that cannot be opened. */
  redirection(path: string, isForWriting: boolean, error: unknown): ShellFailure {
    const code = codeOf(error);
    const exitCode = this.#choose(1, 2, 1);
    if (this.#flavour.isBash) {
      const reason = code === "EEXIST" ? "cannot overwrite existing file" : reasonOf(error);
      return new ShellFailure(`${path}: ${reason}`, exitCode);
    }
    const missing = isForWriting
      ? this.#choose("nonexistent directory", "Directory nonexistent", "")
      : this.#choose("no such file", "No such file", "");
    const verb = isForWriting ? "create" : "open";
    const reason = code === "ENOENT" || code === "ENOTDIR" ? missing : reasonOf(error);
    return new ShellFailure(`${this.#choose("can't", "cannot", "")} ${verb} ${path}: ${reason}`, exitCode);
  }

  badDescriptor(text: string): ShellFailure {
    return new ShellFailure(`${text}: Bad file descriptor`, this.#choose(1, 2, 1));
  }

  illegalNumber(text: string, builtin: string): ShellFailure {
    return this.builtinError(
      builtin,
      this.#choose(
        `Illegal number: ${text}`,
        `Illegal number: ${text}`,
        `${text}: numeric argument required`,
      ),
    );
  }

  badName(text: string, builtin: string): ShellFailure {
    return this.builtinError(
      builtin,
      this.#choose(
        `${text}: bad variable name`,
        `${text}: bad variable name`,
        `\`${text}': not a valid identifier`,
      ),
    );
  }

  /** An error of a built-in command: in ash and dash the special ones end a script. */
  builtinError(builtin: string, message: string): ShellFailure {
    const isFatal = !this.#flavour.isBash;
    return new ShellFailure(message, this.#choose(2, 2, 1), { builtin, isFatal });
  }

  fatal(message: string, exitCode: number): ShellFailure {
    return new ShellFailure(message, exitCode, { isFatal: true });
  }

  /** A syntax error as lines without prefix, the first to follow the shell's name. */
  syntax(error: ShellSyntaxError, sourceLine: string): readonly string[] {
    if (this.#flavour.isBash) {
      return bashSyntax(error, sourceLine);
    }
    return [this.#flavour.name === "ash" ? ashSyntax(error) : `Syntax error: ${dashSyntax(error)}`];
  }
}

function ashSyntax({ problem }: ShellSyntaxError): string {
  switch (problem.kind) {
    case "unexpected":
      return `syntax error: unexpected ${problem.token}${expecting(problem.expected)}`;
    case "endOfFile":
      return `syntax error: unexpected end of file${expecting(problem.expected)}`;
    case "unterminatedQuote":
      return problem.quote === "`"
        ? "syntax error: EOF in backquote substitution"
        : "syntax error: unterminated quoted string";
    case "missingBrace":
      return "syntax error: missing '}'";
    case "badSubstitution":
      return "syntax error: bad substitution";
    case "badForVariable":
      return "syntax error: bad for loop variable";
    case "badFunctionName":
      return "syntax error: bad function name";
  }
}

function dashSyntax({ problem }: ShellSyntaxError): string {
  switch (problem.kind) {
    case "unexpected":
      return `${problem.token} unexpected${expecting(problem.expected)}`;
    case "endOfFile":
      return `end of file unexpected${expecting(problem.expected)}`;
    case "unterminatedQuote":
      return problem.quote === "`" ? "EOF in backquote substitution" : "Unterminated quoted string";
    case "missingBrace":
      return "Missing '}'";
    case "badSubstitution":
      return "Bad substitution";
    case "badForVariable":
      return "Bad for loop variable";
    case "badFunctionName":
      return "Bad function name";
  }
}

function expecting(expected: string | undefined): string {
  return expected === undefined ? "" : ` (expecting "${expected}")`;
}

function bashSyntax({ problem }: ShellSyntaxError, sourceLine: string): readonly string[] {
  switch (problem.kind) {
    case "unexpected":
      return [
        `syntax error near unexpected token \`${problem.token.replace(/^"(.*)"$/s, "$1")}'`,
        `\`${sourceLine}'`,
      ];
    case "endOfFile":
      return problem.expected === ")"
        ? ["unexpected EOF while looking for matching `)'"]
        : ["syntax error: unexpected end of file"];
    case "unterminatedQuote":
      return [`unexpected EOF while looking for matching \`${problem.quote}'`];
    case "missingBrace":
      return ["unexpected EOF while looking for matching `}'"];
    case "badSubstitution":
      return [`${problem.text}: bad substitution`];
    case "badForVariable":
      return [`\`${problem.text}': not a valid identifier`];
    case "badFunctionName":
      return ["syntax error"];
  }
}
