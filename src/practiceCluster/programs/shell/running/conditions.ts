import { escapeExpression, matchesPattern } from "../../kit/pattern.ts";
import { testFile, testText } from "../../kit/testOperators.ts";
import type { Condition, Word } from "../syntax.ts";
import type { Interpreter } from "./interpreter.ts";

/** `[[ … ]]`: resolves with its exit code. */
export async function evaluateCondition(shell: Interpreter, condition: Condition): Promise<number> {
  return Number(!(await holds(shell, condition)));
}

async function holds(shell: Interpreter, condition: Condition): Promise<boolean> {
  switch (condition.kind) {
    case "not":
      return !(await holds(shell, condition.operand));
    case "and":
      return (await holds(shell, condition.left)) && (await holds(shell, condition.right));
    case "or":
      return (await holds(shell, condition.left)) || (await holds(shell, condition.right));
    case "unary":
      return await unary(shell, condition.operator, await shell.expander.text(condition.operand));
    case "binary":
      return await binary(shell, condition.operator, condition.left, condition.right);
  }
}

async function unary(shell: Interpreter, operator: string, operand: string): Promise<boolean> {
  if (operator === "-v") {
    return shell.state.parameter(operand) !== undefined;
  }
  return (
    testText(operator, operand) ??
    testFile(operator, operand, { ...fileContext(shell), isTerminal: () => shell.context.tty })
  );
}

const fileContext = ({ state }: Interpreter) => ({ files: state.files, directory: state.directory });

async function binary(shell: Interpreter, operator: string, left: Word, right: Word): Promise<boolean> {
  const subject = await shell.expander.text(left);
  switch (operator) {
    case "=":
    case "==":
      return matchesPattern(await shell.expander.pattern(right), subject);
    case "!=":
      return !matchesPattern(await shell.expander.pattern(right), subject);
    case "<":
      return subject < (await shell.expander.text(right));
    case ">":
      return subject > (await shell.expander.text(right));
    case "=~":
      return await matchesExpression(shell, subject, right);
    default:
      return compares(
        operator,
        shell.expander.evaluate(subject),
        shell.expander.evaluate(await shell.expander.text(right)),
      );
  }
}

function compares(operator: string, left: bigint, right: bigint): boolean {
  const results: Readonly<Record<string, boolean>> = {
    "-eq": left === right,
    "-ne": left !== right,
    "-lt": left < right,
    "-le": left <= right,
    "-gt": left > right,
    "-ge": left >= right,
  };
  return results[operator] ?? false;
}

/** Sets BASH_REMATCH. Quoted text stands for itself. */
async function matchesExpression(shell: Interpreter, subject: string, expression: Word): Promise<boolean> {
  let source = "";
  for (const part of expression) {
    const text = await shell.expander.text([part]);
    const isQuoted = part.kind === "doubleQuoted" || (part.kind === "literal" && part.quoted);
    source += isQuoted ? escapeExpression(text) : text;
  }
  const found = new RegExp(source.replace(/\[:(\w+):\]/g, posixClass), "su").exec(subject);
  shell.state.variables.setArray("BASH_REMATCH", found ? [...found].map((group) => group ?? "") : []);
  return found !== null;
}

function posixClass(_: string, name: string): string {
  const classes: Readonly<Record<string, string>> = {
    alnum: "A-Za-z0-9",
    alpha: "A-Za-z",
    digit: "0-9",
    lower: "a-z",
    space: "\\s",
    upper: "A-Z",
    xdigit: "0-9A-Fa-f",
    punct: "!-\\/:-@\\[-`{-~",
  };
  return classes[name] ?? "";
}
