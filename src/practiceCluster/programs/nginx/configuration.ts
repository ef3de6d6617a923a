import { posix } from "node:path";
import type { ContainerFileSystem } from "../fileSystem.ts";
import { reasonOf } from "../kit/errors.ts";
import { isPattern } from "../kit/pattern.ts";
import { glob } from "../shell/expansion/glob.ts";

/** One directive with its block, if it has one. */
export interface Directive {
  readonly name: string;
  readonly values: readonly string[];
  readonly block: readonly Directive[] | undefined;
  readonly file: string;
  readonly line: number;
}

/** A configuration that nginx refuses: the text after "[emerg]". */
export class ConfigurationError extends Error {}

interface Token {
  readonly text: string;
  readonly isQuoted: boolean;
  readonly line: number;
}

/** Reads a configuration file with what it includes. Throws ConfigurationError. */
export function readConfiguration(path: string, files: ContainerFileSystem): readonly Directive[] {
  let text: string;
  try {
    text = files.read(path).toString();
  } catch (error) {
    throw new ConfigurationError(`open() "${path}" failed (2: ${reasonOf(error)})`);
  }
  return new ConfigurationReader(path, tokensOf(text, path), files).readAll();
}

/** Reads directives given on the command line (`-g`). Throws ConfigurationError. */
export function readDirectives(text: string, files: ContainerFileSystem): readonly Directive[] {
  return new ConfigurationReader("command line", tokensOf(text, "command line"), files).readAll();
}

function tokensOf(text: string, file: string): Token[] {
  const tokens: Token[] = [];
  const expression =
    /\s+|#[^\n]*|([{};])|"((?:[^"\\]|\\[\s\S])*)"|'((?:[^'\\]|\\[\s\S])*)'|((?:\$\{|\\[\s\S]|[^\s{};"'])(?:\$\{[^}]*\}|\\[\s\S]|[^\s{};])*)|(["'])/g;
  let line = 1;
  for (const match of text.matchAll(expression)) {
    const [all, mark, double, single, bare, open] = match;
    if (open !== undefined) {
      throw new ConfigurationError(`unexpected end of file, expecting ";" or "}" in ${file}:${line}`);
    }
    const value = mark ?? double ?? single ?? bare;
    if (value !== undefined) {
      const isQuoted = double !== undefined || single !== undefined;
      tokens.push({ text: isQuoted ? value.replace(/\\(["'\\])/g, "$1") : value, isQuoted, line });
    }
    line += all.split("\n").length - 1;
  }
  return tokens;
}

class ConfigurationReader {
  readonly #file: string;
  readonly #tokens: readonly Token[];
  readonly #files: ContainerFileSystem;
  #next = 0;

  constructor(file: string, tokens: readonly Token[], files: ContainerFileSystem) {
    this.#file = file;
    this.#tokens = tokens;
    this.#files = files;
  }

  readAll(): readonly Directive[] {
    return this.#block(false);
  }

  #fail(text: string): never {
    const line = this.#tokens[Math.min(this.#next, this.#tokens.length) - 1]?.line ?? 1;
    throw new ConfigurationError(`${text} in ${this.#file}:${line}`);
  }

  #block(isInner: boolean): readonly Directive[] {
    const directives: Directive[] = [];
    for (;;) {
      const token = this.#tokens[this.#next++];
      if (!token) {
        return isInner ? this.#fail('unexpected end of file, expecting "}"') : directives;
      }
      if (!token.isQuoted && token.text === "}") {
        return isInner ? directives : this.#fail('unexpected "}"');
      }
      if (!token.isQuoted && /^[{;]$/.test(token.text)) {
        this.#fail(`unexpected "${token.text}"`);
      }
      directives.push(...this.#directive(token));
    }
  }

  #directive(name: Token): readonly Directive[] {
    const values: string[] = [];
    for (;;) {
      const token = this.#tokens[this.#next++];
      if (!token) {
        return this.#fail('unexpected end of file, expecting ";" or "}"');
      }
      if (token.isQuoted || !/^[{};]$/.test(token.text)) {
        values.push(token.text);
        continue;
      }
      if (token.text === "}") {
        return this.#fail('unexpected "}"');
      }
      if (name.text === "include" && token.text === ";") {
        return this.#include(values[0] ?? "");
      }
      const block = token.text === "{" ? this.#block(true) : undefined;
      return [{ name: name.text, values, block, file: this.#file, line: name.line }];
    }
  }

  #include(pattern: string): readonly Directive[] {
    const path = posix.resolve("/etc/nginx", pattern);
    const paths = isPattern(path) ? glob(path, this.#files, "/") : [path];
    return paths.flatMap((each) => readConfiguration(each, this.#files));
  }
}
