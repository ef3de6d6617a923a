import { posix } from "node:path";
import type { Readable } from "node:stream";
import { linesOf } from "../kit/input.ts";
import { escapeExpression } from "../kit/pattern.ts";
import { BadExpression, posixExpression } from "../kit/posixExpression.ts";
import { type Tool, ToolFailure, tool, UsageFailure } from "./tool.ts";

const long = {
  "extended-regexp": "E",
  "fixed-strings": "F",
  "ignore-case": "i",
  "invert-match": "v",
  count: "c",
  "line-number": "n",
  quiet: "q",
  silent: "q",
  recursive: "r",
  "only-matching": "o",
  "word-regexp": "w",
  "line-regexp": "x",
  "files-with-matches": "l",
  "files-without-match": "L",
  "no-filename": "h",
  "with-filename": "H",
  "no-messages": "s",
  regexp: "e",
  "max-count": "m",
  "after-context": "A",
  "before-context": "B",
  context: "C",
  color: "z",
};

/** `grep`, `egrep`, `fgrep`: exit code 0 when a line matched, 1 when none did, 2 after an error. */
export const grep = tool(
  { short: "EFGPiyvcnqrRowxlLhHse:f:m:A:B:C:az", long },
  async (run) => {
    const operands = [...run.operands];
    const expression = await readExpression(run, operands);
    const isDeep = run.options.has("r") || run.options.has("R");
    const names = isDeep ? filesBelow(run, operands.length > 0 ? operands : ["."]) : operands;
    const showsName = run.options.has("H") || ((names.length > 1 || isDeep) && !run.options.has("h"));
    let isFound = false;
    let status = 0;
    for (const name of names.length > 0 ? names : ["-"]) {
      try {
        isFound = (await search(run, run.open(name), name, expression, showsName)) || isFound;
      } catch (error) {
        if (error instanceof ToolFailure || !(error instanceof Error && "code" in error)) {
          throw error;
        }
        status = 2;
        if (!run.options.has("s")) {
          const text = run.cannotOpen(name, error).replace(/^can't open '(.*)': /, "$1: ");
          await run.complain(text);
        }
      }
      if (isFound && run.options.has("q")) {
        return 0;
      }
    }
    return isFound && status === 0 ? 0 : status || 1;
  },
  { usageCode: 2 },
);

async function readExpression(run: Tool, operands: string[]): Promise<RegExp> {
  const { options } = run;
  const given = [...(options.values.get("e") ?? [])];
  for (const file of options.values.get("f") ?? []) {
    given.push(...(await run.read(file)).toString().replace(/\n$/, "").split("\n"));
  }
  if (given.length === 0) {
    const pattern = operands.shift();
    if (pattern === undefined) {
      throw new UsageFailure(run.text("missing operand", "missing pattern"), 2);
    }
    given.push(pattern);
  }
  const isFixed = options.has("F") || run.name === "fgrep";
  const isExtended = options.has("E") || options.has("P") || run.name === "egrep";
  const flags = `${options.has("i") || options.has("y") ? "i" : ""}g`;
  try {
    const sources = given
      .flatMap((pattern) => pattern.split("\n"))
      .map((pattern) =>
        isFixed ? escapeExpression(pattern) : posixExpression(pattern, { isExtended }).source,
      );
    const whole = sources.map((source) => (source === "(?:)" ? "" : source)).join("|");
    const bounded = options.has("x")
      ? `^(?:${whole})$`
      : options.has("w")
        ? `(?<!\\w)(?:${whole})(?!\\w)`
        : whole;
    return new RegExp(bounded === "" ? "(?:)" : bounded, flags);
  } catch (error) {
    if (error instanceof BadExpression) {
      throw new ToolFailure(run.text(`bad regex '${given.join("\n")}': ${error.message}`, error.message), 2);
    }
    throw error;
  }
}

function filesBelow(run: Tool, operands: readonly string[]): string[] {
  const { files } = run.context;
  return operands.flatMap((operand) => {
    const path = run.path(operand);
    if (!files.exists(path) || files.status(path).type !== "directory") {
      return [operand];
    }
    return filesBelow(
      run,
      files.list(path).map((name) => posix.join(operand, name)),
    );
  });
}

/** Searches one input. Resolves with whether a line was found. */
async function search(
  run: Tool,
  input: Readable,
  name: string,
  expression: RegExp,
  showsName: boolean,
): Promise<boolean> {
  const { options } = run;
  const most = Number(options.value("m") ?? Number.POSITIVE_INFINITY);
  const context = Number(options.value("C") ?? 0);
  const after = Number(options.value("A") ?? context);
  const before = Number(options.value("B") ?? context);
  const isSilent = ["q", "c", "l", "L"].some((letter) => options.has(letter));
  const prefix = showsName ? (name === "-" ? "(standard input)" : name) : "";
  const show = async (text: string, number: number, separator: string) => {
    const parts = [...(prefix === "" ? [] : [prefix]), ...(options.has("n") ? [String(number)] : [])];
    await run.out(`${parts.map((part) => part + separator).join("")}${text}\n`);
  };
  const held: string[] = [];
  let [count, number, following, lastShown] = [0, 0, 0, 0];
  for await (const line of linesOf(input, run.context.killed)) {
    number++;
    expression.lastIndex = 0;
    if (expression.test(line) === options.has("v")) {
      if (following > 0 && !isSilent) {
        await show(line, number, "-");
        following--;
        lastShown = number;
      } else if (before > 0) {
        held.push(line);
        held.splice(0, held.length - before);
      }
      continue;
    }
    count++;
    if (!isSilent) {
      if ((after > 0 || before > 0) && lastShown > 0 && number - held.length > lastShown + 1) {
        await run.out("--\n");
      }
      for (const [index, text] of held.entries()) {
        await show(text, number - held.length + index, "-");
      }
      held.length = 0;
      for (const text of options.has("o") ? matchesOf(line, expression) : [line]) {
        await show(text, number, ":");
      }
      following = after;
      lastShown = number;
    }
    if (count >= most || options.has("q") || options.has("l")) {
      break;
    }
  }
  if (options.has("c")) {
    await run.out(`${prefix === "" ? "" : `${prefix}:`}${count}\n`);
  } else if (options.has(count > 0 ? "l" : "L")) {
    await run.out(`${name === "-" ? "(standard input)" : name}\n`);
  }
  return count > 0;
}

function matchesOf(line: string, expression: RegExp): string[] {
  return [...line.matchAll(expression)].map(([text]) => text).filter((text) => text !== "");
}
