/** What is wrong with a script, in terms that each shell words in its own way. */
export type SyntaxProblem =
  | { readonly kind: "unexpected"; readonly token: string; readonly expected?: string | undefined }
  | { readonly kind: "endOfFile"; readonly expected?: string | undefined }
  | { readonly kind: "unterminatedQuote"; readonly quote: string }
  | { readonly kind: "missingBrace" }
  | { readonly kind: "badSubstitution"; readonly text: string }
  | { readonly kind: "badForVariable"; readonly text: string }
  | { readonly kind: "badFunctionName" };

export class ShellSyntaxError extends Error {
  readonly problem: SyntaxProblem;
  readonly line: number;
  /** The text of that line. */
  readonly sourceLine: string;
  /** The line behind the last one: where bash sees the end of the text. */
  readonly endLine: number;

  constructor(
    problem: SyntaxProblem,
    line: number,
    { sourceLine, endLine }: { sourceLine: string; endLine: number },
  ) {
    super(`syntax error: ${problem.kind}`);
    this.problem = problem;
    this.line = line;
    this.sourceLine = sourceLine;
    this.endLine = endLine;
  }

  /** Whether more text could mend it: an interactive shell asks for another line then. */
  get isIncomplete(): boolean {
    return ["endOfFile", "unterminatedQuote", "missingBrace"].includes(this.problem.kind);
  }
}

/** A script's text and how far it has been read. */
export class Source {
  text: string;
  position = 0;
  readonly firstLine: number;

  constructor(text: string, firstLine = 1) {
    this.text = text;
    this.firstLine = firstLine;
  }

  get isAtEnd(): boolean {
    return this.position >= this.text.length;
  }

  get line(): number {
    return this.lineAt(this.position);
  }

  lineAt(position: number): number {
    if (position < this.#countedTo) {
      this.#countedTo = 0;
      this.#lines = 0;
    }
    for (let next = this.#countedTo; next < position; next++) {
      if (this.text.charCodeAt(next) === 10) {
        this.#lines++;
      }
    }
    this.#countedTo = position;
    return this.firstLine + this.#lines;
  }

  #countedTo = 0;
  #lines = 0;

  peek(offset = 0): string {
    return this.text[this.position + offset] ?? "";
  }

  next(): string {
    return this.text[this.position++] ?? "";
  }

  isAt(text: string): boolean {
    return this.text.startsWith(text, this.position);
  }

  /** Takes `text` if it stands here. */
  take(text: string): boolean {
    const isHere = this.isAt(text);
    if (isHere) {
      this.position += text.length;
    }
    return isHere;
  }

  /** Takes what a sticky expression matches here. */
  match(expression: RegExp): string | undefined {
    expression.lastIndex = this.position;
    const found = expression.exec(this.text)?.[0];
    this.position += found?.length ?? 0;
    return found;
  }

  fail(problem: SyntaxProblem, line = this.line): never {
    const lines = this.text.replace(/\n$/, "").split("\n");
    const sourceLine = lines[line - this.firstLine] ?? "";
    throw new ShellSyntaxError(problem, line, { sourceLine, endLine: this.firstLine + lines.length });
  }
}
