import { expandEscapes, printf as format, type Printed } from "../../kit/printf.ts";
import { TestProblem, testExpression } from "../../kit/testExpression.ts";
import type { BuiltinCall, RunBuiltin } from "./builtin.ts";

/** The text that `echo` writes: dash takes backslashes always, the others with -e. */
export function echoText(operands: readonly string[], alwaysEscapes: boolean): string {
  const rest = [...operands];
  let hasNewline = true;
  let escapes = alwaysEscapes;
  const option = alwaysEscapes ? /^-n$/ : /^-[neE]+$/;
  while (rest[0] !== undefined && option.test(rest[0])) {
    const letters = rest.shift() ?? "";
    hasNewline &&= !letters.includes("n");
    escapes = letters.includes("e") ? true : letters.includes("E") ? false : escapes;
    if (alwaysEscapes) {
      break;
    }
  }
  const text = rest.join(" ");
  const made = escapes ? expandEscapes(text, true) : { text, isCut: false };
  return made.text + (hasNewline && !made.isCut ? "\n" : "");
}

export const echo: RunBuiltin = async ({ shell, operands }) => {
  await shell.write(1, echoText(operands, shell.state.flavour.echoEscapes));
  return 0;
};

export const printf: RunBuiltin = async (call) => {
  const { shell } = call;
  const { flavour } = shell.state;
  const operands = call.operands[0] === "--" ? call.operands.slice(1) : [...call.operands];
  const variable = flavour.isBash && operands[0] === "-v" ? operands.splice(0, 2)[1] : undefined;
  const [pattern, ...values] = operands;
  if (pattern === undefined) {
    throw shell.state.messages.builtinError(
      "printf",
      flavour.isBash ? "usage: printf [-v var] format [arguments]" : "usage: printf format [arg ...]",
    );
  }
  const printed = format(pattern, values);
  await complainOf(call, printed);
  if (variable === undefined) {
    await shell.write(1, printed.text);
  } else {
    shell.state.assign(variable, printed.text);
  }
  return printed.problems.length > 0 ? 1 : 0;
};

async function complainOf({ shell }: BuiltinCall, { problems }: Printed): Promise<void> {
  for (const { kind, operand } of problems) {
    if (shell.state.flavour.name === "ash") {
      const text = kind === "notNumber" ? `invalid number '${operand}'` : `${operand}: invalid format`;
      await shell.write(2, `sh: ${text}\n`);
    } else {
      const isBash = shell.state.flavour.isBash;
      const text =
        kind === "notNumber"
          ? `${operand}: ${isBash ? "invalid number" : "expected numeric value"}`
          : isBash
            ? `\`${operand.slice(1)}': invalid format character`
            : `${operand}: invalid directive`;
      await shell.complain(text, "printf");
    }
  }
}

/** `test`, `[`, and ash's `[[`. */
export const test: RunBuiltin = async (call) => {
  const { shell, name } = call;
  const operands = [...call.operands];
  if (name !== "test" && operands.pop() !== (name === "[" ? "]" : "]]")) {
    await complainOfTest(call, name === "[" ? "missing ]" : "missing ]]");
    return 2;
  }
  const { files, directory } = shell.state;
  const isTerminal = (number: number) => shell.context.tty && number <= 2;
  try {
    const context = { files, directory, isTerminal };
    const expression =
      name === "[[" ? operands.map((word) => word.replace(/^&&$/, "-a").replace(/^\|\|$/, "-o")) : operands;
    return Number(!(name === "[[" ? ashCondition(expression, context) : testExpression(expression, context)));
  } catch (error) {
    if (error instanceof TestProblem) {
      await complainOfTest(call, describe(error, shell.state.flavour.name));
      return 2;
    }
    throw error;
  }
};

/** ash's `[[` also compares with an expression: `=~` without groups. */
function ashCondition(operands: readonly string[], context: Parameters<typeof testExpression>[1]): boolean {
  const [left = "", operator, right = ""] = operands;
  if (operands.length === 3 && operator === "=~") {
    return new RegExp(right, "su").test(left);
  }
  return testExpression(operands, context);
}

function describe({ problem, operand, operands }: TestProblem, flavour: "ash" | "dash" | "bash"): string {
  if (problem === "notNumber") {
    return {
      ash: `${operand}: bad number`,
      dash: `Illegal number: ${operand}`,
      bash: `${operand}: integer expression expected`,
    }[flavour];
  }
  if (flavour === "ash") {
    return problem === "missingOperand"
      ? `${operand}: argument expected`
      : `${operands[1] ?? operand}: unknown operand`;
  }
  if (flavour === "dash") {
    const at = problem === "binary" ? (operands[1] ?? operand) : (operands[0] ?? operand);
    return problem === "missingOperand" ? "argument expected" : `${at}: unexpected operator`;
  }
  const texts = {
    unary: `${operand}: unary operator expected`,
    binary: `${operand}: binary operator expected`,
    tooMany: "too many arguments",
    missingOperand: "argument expected",
  };
  return texts[problem];
}

async function complainOfTest({ shell, name }: BuiltinCall, text: string): Promise<void> {
  if (shell.state.flavour.name === "ash") {
    await shell.write(2, `sh: ${text}\n`);
  } else {
    await shell.complain(shell.state.flavour.isBash ? text.replace("missing ]", "missing `]'") : text, name);
  }
}
