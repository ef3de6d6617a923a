import { posix } from "node:path";
import type { FileStatus } from "../fileSystem.ts";
import { reasonOf } from "../kit/errors.ts";
import { readAll } from "../kit/input.ts";
import { matchesPattern } from "../kit/pattern.ts";
import type { RunningProcess } from "../program.ts";
import { readOptions } from "./options.ts";
import { cannotRun } from "./system.ts";
import { type MakeProgram, Tool, ToolFailure, tool } from "./tool.ts";

interface Found {
  readonly shown: string;
  readonly path: string;
  readonly status: FileStatus;
  readonly depth: number;
}

/** One condition or action of find. */
type Test = (found: Found) => boolean | Promise<boolean>;

/** `find [PATH…] [EXPRESSION]`. */
export const find: MakeProgram = (style) => async (context) => {
  const words = context.argv.slice(1);
  const start = words.findIndex((word) => /^[-(!]/.test(word));
  const operands = start < 0 ? words : words.slice(0, start);
  const run = new Tool(context, style, "find", readOptions(operands, { short: "" }));
  try {
    const expression = new Expression(run, start < 0 ? [] : words.slice(start));
    return await walkAll(run, expression);
  } catch (error) {
    if (error instanceof ToolFailure) {
      if (error.exitCode !== 0) {
        await run.complain(error.message);
      }
      return error.exitCode;
    }
    throw error;
  }
};

async function walkAll(run: Tool, expression: Expression): Promise<number> {
  let status = 0;
  for (const operand of run.operands.length > 0 ? run.operands : ["."]) {
    try {
      const path = run.path(operand);
      const found = {
        shown: operand,
        path,
        status: run.context.files.status(path, { followLinks: false }),
        depth: 0,
      };
      await walk(run, found, expression);
    } catch (error) {
      const reason = reasonOf(error);
      await run.complain(run.text(`${operand}: ${reason}`, `‘${operand}’: ${reason}`));
      status = 1;
    }
  }
  await expression.finish();
  return status;
}

async function walk(run: Tool, found: Found, expression: Expression): Promise<void> {
  const { files } = run.context;
  if (!expression.isDepthFirst) {
    await expression.look(found);
  }
  const isOpen =
    found.status.type === "directory" && found.depth < expression.deepest && !expression.takePruned();
  for (const name of isOpen && files.exists(found.path) ? files.list(found.path) : []) {
    const path = posix.join(found.path, name);
    const shown = found.shown.endsWith("/") ? found.shown + name : `${found.shown}/${name}`;
    await walk(
      run,
      { shown, path, status: files.status(path, { followLinks: false }), depth: found.depth + 1 },
      expression,
    );
  }
  if (expression.isDepthFirst) {
    await expression.look(found);
  }
}

class Expression {
  readonly #run: Tool;
  readonly #words: string[];
  readonly #test: Test;
  #hasAction = false;
  #pruned = false;
  #shallowest = 0;
  deepest = Number.POSITIVE_INFINITY;
  isDepthFirst = false;
  readonly #batches: (() => Promise<unknown>)[] = [];

  constructor(run: Tool, words: string[]) {
    this.#run = run;
    this.#words = words;
    const test = words.length > 0 ? this.#or() : () => true;
    const rest = this.#words[0];
    if (rest !== undefined) {
      throw new ToolFailure(`unrecognized: ${rest}`);
    }
    this.#test = this.#hasAction
      ? test
      : async (found) => (await test(found)) && (await this.#print(found, "\n"));
  }

  async look(found: Found): Promise<void> {
    if (found.depth >= this.#shallowest) {
      await this.#test(found);
    }
  }

  takePruned(): boolean {
    const isPruned = this.#pruned;
    this.#pruned = false;
    return isPruned;
  }

  async finish(): Promise<void> {
    for (const batch of this.#batches) {
      await batch();
    }
  }

  async #print(found: Found, end: string): Promise<boolean> {
    await this.#run.out(found.shown + end);
    return true;
  }

  #or(): Test {
    let left = this.#and();
    while (this.#words[0] === "-o" || this.#words[0] === "-or") {
      this.#words.shift();
      const [first, second] = [left, this.#and()];
      left = async (found) => (await first(found)) || (await second(found));
    }
    return left;
  }

  #and(): Test {
    let left = this.#primary();
    while (this.#words.length > 0 && !["-o", "-or", ")"].includes(this.#words[0] ?? "")) {
      if (this.#words[0] === "-a" || this.#words[0] === "-and") {
        this.#words.shift();
      }
      const [first, second] = [left, this.#primary()];
      left = async (found) => (await first(found)) && (await second(found));
    }
    return left;
  }

  #value(name: string): string {
    const value = this.#words.shift();
    if (value === undefined) {
      throw new ToolFailure(
        this.#run.text(`option requires an argument -- '${name.slice(1)}'`, `missing argument to \`${name}'`),
      );
    }
    return value;
  }

  #primary(): Test {
    const word = this.#words.shift() ?? "";
    switch (word) {
      case "(": {
        const inner = this.#or();
        this.#words.shift();
        return inner;
      }
      case "!":
      case "-not": {
        const inner = this.#primary();
        return async (found) => !(await inner(found));
      }
      case "-name":
      case "-iname": {
        const pattern = this.#value(word);
        const fold = (text: string) => (word === "-iname" ? text.toLowerCase() : text);
        return ({ shown }) => matchesPattern(fold(pattern), fold(posix.basename(shown)));
      }
      case "-path":
      case "-wholename": {
        const pattern = this.#value(word);
        return ({ shown }) => matchesPattern(pattern, shown);
      }
      case "-type": {
        const type = { f: "file", d: "directory", l: "symlink" }[this.#value(word)];
        return ({ status }) => status.type === type;
      }
      case "-maxdepth":
        this.deepest = Number(this.#value(word));
        return () => true;
      case "-mindepth":
        this.#shallowest = Number(this.#value(word));
        return () => true;
      case "-depth":
        this.isDepthFirst = true;
        return () => true;
      case "-size":
        return this.#size(this.#value(word));
      case "-empty":
        return ({ status, path }) =>
          status.type === "directory" ? this.#run.context.files.list(path).length === 0 : status.size === 0;
      case "-mtime":
      case "-mmin":
        return this.#age(this.#value(word), word === "-mtime" ? 86_400_000 : 60_000);
      case "-newer": {
        const { modifiedAt } = this.#run.context.files.status(this.#run.path(this.#value(word)));
        return ({ status }) => status.modifiedAt > modifiedAt;
      }
      case "-perm": {
        const mode = Number.parseInt(this.#value(word).replace(/^[-/]/, ""), 8);
        return ({ status }) => (status.mode & mode) === mode;
      }
      case "-user":
      case "-group":
        this.#value(word);
        return ({ status }) => status.uid === 0;
      default:
        return this.#action(word);
    }
  }

  #action(word: string): Test {
    this.#hasAction = true;
    switch (word) {
      case "-print":
        return (found) => this.#print(found, "\n");
      case "-print0":
        return (found) => this.#print(found, "\0");
      case "-prune":
        this.#hasAction = false;
        return () => {
          this.#pruned = true;
          return true;
        };
      case "-delete":
        this.isDepthFirst = true;
        return ({ path }) => {
          this.#run.context.files.remove(path);
          return true;
        };
      case "-quit":
        return () => {
          throw new ToolFailure("", 0);
        };
      case "-exec":
        return this.#exec();
      default:
        throw new ToolFailure(this.#run.text(`unrecognized: ${word}`, `unknown predicate \`${word}'`));
    }
  }

  #size(text: string): Test {
    const [, sign = "", digits = "0", unit = "b"] = /^([-+]?)(\d+)([bckMGw]?)$/.exec(text) ?? [];
    const bytes: Readonly<Record<string, number>> = {
      "": 512,
      b: 512,
      c: 1,
      w: 2,
      k: 1024,
      M: 1024 ** 2,
      G: 1024 ** 3,
    };
    return ({ status }) => compare(Math.ceil(status.size / (bytes[unit] ?? 512)), sign, Number(digits));
  }

  #age(text: string, unitMs: number): Test {
    const [, sign = "", digits = "0"] = /^([-+]?)(\d+)$/.exec(text) ?? [];
    const now = this.#run.context.clock.now();
    return ({ status }) => compare(Math.floor((now - status.modifiedAt) / unitMs), sign, Number(digits));
  }

  #exec(): Test {
    const command: string[] = [];
    for (let word = this.#words.shift(); word !== ";" && word !== "+"; word = this.#words.shift()) {
      if (word === undefined) {
        throw new ToolFailure(this.#run.text("-exec needs a closing ';'", "missing argument to `-exec'"));
      }
      command.push(word);
      if (this.#words[0] === "+") {
        this.#words.shift();
        const all: string[] = [];
        this.#batches.push(
          async () =>
            all.length > 0 &&
            (await runCommand(
              this.#run,
              command.flatMap((each) => (each === "{}" ? all : [each])),
            )),
        );
        return ({ shown }) => all.push(shown) > 0;
      }
    }
    return async ({ shown }) =>
      (await runCommand(
        this.#run,
        command.map((word) => word.replaceAll("{}", shown)),
      )) === 0;
  }
}

function compare(value: number, sign: string, wanted: number): boolean {
  return sign === "+" ? value > wanted : sign === "-" ? value < wanted : value === wanted;
}

async function runCommand(run: Tool, argv: readonly string[]): Promise<number> {
  const { stdin, stdout, stderr } = run.context;
  let child: RunningProcess;
  try {
    child = run.context.spawn({ argv, stdin, stdout, stderr });
  } catch (error) {
    return await cannotRun(run, argv[0] ?? "", error);
  }
  return await child.exited;
}

export const xargs = tool(
  { short: "+n:I:0rtL:P:d:", long: { null: "0", "no-run-if-empty": "r" } },
  async (run) => {
    const text = (await readAll(run.context.stdin, run.context.killed)).toString();
    const place = run.options.value("I");
    const words = splitInput(run, text, place !== undefined);
    const command = run.operands.length > 0 ? run.operands : ["echo"];
    const size =
      Number(run.options.value("n") ?? run.options.value("L") ?? (place === undefined ? words.length : 1)) ||
      1;
    const groups: string[][] = [];
    for (let index = 0; index < words.length; index += size) {
      groups.push(words.slice(index, index + size));
    }
    if (groups.length === 0 && place === undefined && !run.options.has("r")) {
      groups.push([]);
    }
    let status = 0;
    for (const group of groups) {
      const argv =
        place === undefined
          ? [...command, ...group]
          : command.map((word) => word.replaceAll(place, group[0] ?? ""));
      if (run.options.has("t")) {
        run.context.stderr.write(`${argv.join(" ")}\n`);
      }
      const code = await runCommand(run, argv);
      status = code === 0 ? status : code >= 126 ? code : 123;
      if (code === 126 || code === 127) {
        return code;
      }
    }
    return status;
  },
);

function splitInput(run: Tool, text: string, byLine: boolean): string[] {
  const delimiter = run.options.has("0") ? "\0" : run.options.value("d")?.replace("\\n", "\n");
  if (delimiter !== undefined) {
    return text.split(delimiter).filter((word, index, all) => word !== "" || index < all.length - 1);
  }
  if (byLine) {
    return text
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean);
  }
  const words = text.match(/(?:"[^"]*"|'[^']*'|\\.|[^\s"'\\])+/gs) ?? [];
  return words.map((word) => word.replace(/"([^"]*)"|'([^']*)'|\\(.)/gs, (_, a, b, c) => a ?? b ?? c ?? ""));
}
