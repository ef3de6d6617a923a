import { linesOf } from "../kit/input.ts";
import { BadExpression } from "../kit/posixExpression.ts";
import { readSedScript, type SedAddress, type SedCommand } from "./sedScript.ts";
import { type Tool, ToolFailure, tool } from "./tool.ts";

const long = {
  quiet: "n",
  silent: "n",
  expression: "e",
  file: "f",
  "in-place": "i",
  "regexp-extended": "E",
};

/** `sed`: scripts of one line or many, in place with -i. */
export const sed = tool({ short: "nErse:f:iz", long }, async (run) => {
  const operands = [...run.operands];
  const scripts = [...(run.options.values.get("e") ?? [])];
  for (const file of run.options.values.get("f") ?? []) {
    scripts.push((await run.read(file)).toString());
  }
  const script = scripts.length > 0 ? scripts.join("\n") : operands.shift();
  if (script === undefined) {
    throw new ToolFailure("no script specified");
  }
  const isExtended = run.options.has("E") || run.options.has("r");
  const commands = parse(script, isExtended);
  if (!run.options.has("i")) {
    const lines = inputLines(run, operands);
    const editor = new Editor(run, commands, (text) => run.out(text));
    await editor.edit(lines);
    return editor.exitCode || (lines.isFailed ? 1 : 0);
  }
  let status = 0;
  for (const operand of operands) {
    const lines = inputLines(run, [operand]);
    let text = "";
    const editor = new Editor(run, parse(script, isExtended), async (part) => {
      text += part;
    });
    await editor.edit(lines);
    if (lines.isFailed) {
      status = 1;
    } else {
      run.context.files.write(run.path(operand), text);
    }
  }
  return status;
});

function parse(script: string, isExtended: boolean): SedCommand[] {
  try {
    return readSedScript(script, isExtended);
  } catch (error) {
    throw error instanceof BadExpression ? new ToolFailure(`bad regex: ${error.message}`) : error;
  }
}

interface InputLines extends AsyncIterable<string> {
  isFailed: boolean;
}

function inputLines(run: Tool, operands: readonly string[]): InputLines {
  const lines = {
    isFailed: false,
    async *[Symbol.asyncIterator]() {
      for (const operand of operands.length > 0 ? operands : ["-"]) {
        try {
          yield* linesOf(run.open(operand), run.context.killed);
        } catch (error) {
          if (!(error instanceof Error && "code" in error)) {
            throw error;
          }
          const reason = run.cannotOpen(operand, error);
          await run.complain(
            run.text(reason.replace(/^can't open '(.*)': /, "$1: "), `can't read ${reason}`),
          );
          lines.isFailed = true;
        }
      }
    },
  };
  return lines;
}

/** One run of a script over lines. */
class Editor {
  readonly #run: Tool;
  readonly #commands: SedCommand[];
  readonly #write: (text: string) => Promise<void>;
  readonly #ahead: string[] = [];
  #source: AsyncIterator<string> | undefined;
  #isAtEnd = false;
  #line = 0;
  #pattern = "";
  #hold = "";
  #after: string[] = [];
  #lastExpression: RegExp | undefined;
  #isQuitting = false;
  exitCode = 0;

  constructor(run: Tool, commands: SedCommand[], write: (text: string) => Promise<void>) {
    this.#run = run;
    this.#commands = commands;
    this.#write = write;
  }

  async edit(lines: AsyncIterable<string>): Promise<void> {
    this.#source = lines[Symbol.asyncIterator]();
    let keepsPattern = false;
    while (!this.#isQuitting && (keepsPattern || (await this.#nextLine()))) {
      const result = await this.#cycle();
      keepsPattern = result === "restart";
      if (result === "end" && !this.#run.options.has("n")) {
        await this.#write(`${this.#pattern}\n`);
      }
      await this.#flush();
    }
  }

  async #flush(): Promise<void> {
    for (const text of this.#after.splice(0)) {
      await this.#write(text);
    }
  }

  async #look(): Promise<boolean> {
    if (this.#ahead.length === 0 && !this.#isAtEnd) {
      const next = await this.#source?.next();
      if (!next || next.done) {
        this.#isAtEnd = true;
      } else {
        this.#ahead.push(next.value);
      }
    }
    return this.#ahead.length > 0;
  }

  async #nextLine({ appends = false } = {}): Promise<boolean> {
    if (!(await this.#look())) {
      return false;
    }
    const line = this.#ahead.shift() ?? "";
    this.#line++;
    this.#pattern = appends ? `${this.#pattern}\n${line}` : line;
    return true;
  }

  /** Runs the script on the pattern space: "end" prints it, "delete" doesn't, "restart" begins again without a new line. */
  async #cycle(): Promise<"end" | "delete" | "restart"> {
    let isSubstituted = false;
    for (let index = 0; index < this.#commands.length; index++) {
      const command = this.#commands[index];
      if (!command || command.name === ":") {
        continue;
      }
      if ((await this.#selects(command)) === command.isNegated) {
        index = command.name === "{" ? command.end - 1 : index;
        continue;
      }
      switch (command.name) {
        case "s":
          isSubstituted = (await this.#substitute(command)) || isSubstituted;
          break;
        case "b":
        case "t":
        case "T":
          if (command.name === "b" || (command.name === "t") === isSubstituted) {
            isSubstituted = false;
            const target = this.#commands.findIndex(
              ({ name, text }) => name === ":" && text === command.text,
            );
            index = target < 0 ? this.#commands.length : target;
          }
          break;
        default: {
          const result = await this.#simple(command);
          if (result !== "on") {
            return result;
          }
        }
      }
    }
    return "end";
  }

  async #simple({
    name,
    text,
    replacement = "",
    addresses,
  }: SedCommand): Promise<"on" | "end" | "delete" | "restart"> {
    switch (name) {
      case "d":
        return "delete";
      case "D": {
        const end = this.#pattern.indexOf("\n");
        this.#pattern = end < 0 ? "" : this.#pattern.slice(end + 1);
        return end < 0 ? "delete" : "restart";
      }
      case "p":
        await this.#write(`${this.#pattern}\n`);
        return "on";
      case "P":
        await this.#write(`${this.#pattern.split("\n")[0]}\n`);
        return "on";
      case "=":
        await this.#write(`${this.#line}\n`);
        return "on";
      case "q":
      case "Q":
        this.#isQuitting = true;
        this.exitCode = Number(text);
        return name === "q" ? "end" : "delete";
      case "n":
        if (!(await this.#look())) {
          return "end";
        }
        if (!this.#run.options.has("n")) {
          await this.#write(`${this.#pattern}\n`);
        }
        await this.#nextLine();
        return "on";
      case "N":
        return (await this.#nextLine({ appends: true })) ? "on" : "end";
      case "g":
        this.#pattern = this.#hold;
        return "on";
      case "G":
        this.#pattern += `\n${this.#hold}`;
        return "on";
      case "h":
        this.#hold = this.#pattern;
        return "on";
      case "H":
        this.#hold += `\n${this.#pattern}`;
        return "on";
      case "x":
        [this.#pattern, this.#hold] = [this.#hold, this.#pattern];
        return "on";
      case "a":
        this.#after.push(`${text}\n`);
        return "on";
      case "i":
        await this.#write(`${text}\n`);
        return "on";
      case "c":
        if (addresses.length < 2 || !(await this.#look())) {
          await this.#write(`${text}\n`);
        }
        return "delete";
      case "r":
        this.#after.push(
          this.#run.context.files.exists(this.#run.path(text))
            ? this.#run.context.files.read(this.#run.path(text)).toString()
            : "",
        );
        return "on";
      case "w":
        this.#run.context.files.write(this.#run.path(text), `${this.#pattern}\n`, { append: true });
        return "on";
      case "y":
        this.#pattern = [...this.#pattern]
          .map((character) => [...replacement][[...text].indexOf(character)] ?? character)
          .join("");
        return "on";
      default:
        return "on";
    }
  }

  async #substitute({
    expression = this.#lastExpression,
    replacement = "",
    flags = "",
  }: SedCommand): Promise<boolean> {
    if (!expression) {
      throw new ToolFailure("no previous regular expression");
    }
    this.#lastExpression = expression;
    const wanted = Number(/\d+/.exec(flags)?.[0] ?? 1);
    let count = 0;
    const all = new RegExp(expression.source, `${expression.flags.replace("g", "")}g`);
    this.#pattern = this.#pattern.replace(all, (...found) => {
      count++;
      const isWanted = count === wanted || (flags.includes("g") && count > wanted);
      return isWanted ? replace(replacement, found) : String(found[0]);
    });
    const isDone = count >= wanted;
    if (isDone && flags.includes("p")) {
      await this.#write(`${this.#pattern}\n`);
    }
    return isDone;
  }

  async #selects(command: SedCommand): Promise<boolean> {
    const [first, second] = command.addresses;
    if (!first) {
      return true;
    }
    if (!second) {
      return await this.#matches(first);
    }
    if (command.since === undefined) {
      if (!(await this.#matches(first))) {
        return false;
      }
      const isOneLine =
        (second.kind === "line" && second.line <= this.#line) ||
        (second.kind === "count" && second.count === 0);
      command.since = isOneLine ? undefined : this.#line;
      return true;
    }
    const isEnd =
      second.kind === "line"
        ? second.line <= this.#line
        : second.kind === "count"
          ? this.#line >= command.since + second.count
          : await this.#matches(second);
    command.since = isEnd ? undefined : command.since;
    return true;
  }

  async #matches(address: SedAddress): Promise<boolean> {
    switch (address.kind) {
      case "line":
        return address.line === this.#line;
      case "step":
        return (
          this.#line >= address.first &&
          (address.step === 0
            ? this.#line === address.first
            : (this.#line - address.first) % address.step === 0)
        );
      case "last":
        return !(await this.#look());
      case "count":
        return false;
      case "expression":
        this.#lastExpression = address.expression ?? this.#lastExpression;
        return this.#lastExpression?.test(this.#pattern) ?? false;
    }
  }
}

/** The replacement of s: `&`, `\1`, `\n` and GNU's changes of case. */
function replace(replacement: string, found: readonly unknown[]): string {
  let change = (text: string) => text;
  let result = "";
  for (const [part] of replacement.matchAll(/\\[\s\S]|&|[^\\&]+/g)) {
    const letter = part[0] === "\\" ? (part[1] ?? "") : "";
    if (letter === "U" || letter === "L" || letter === "E") {
      change = (text) => (letter === "U" ? text.toUpperCase() : letter === "L" ? text.toLowerCase() : text);
    } else if (part === "&" || /\d/.test(letter)) {
      const group = found[part === "&" ? 0 : Number(letter)];
      result += change(typeof group === "string" ? group : "");
    } else {
      const plain = letter === "n" ? "\n" : letter === "t" ? "\t" : letter;
      result += change(letter === "" ? part : plain);
    }
  }
  return result;
}
