import { posix } from "node:path";
import { reasonOf } from "../../kit/errors.ts";
import { locate } from "../../kit/findProgram.ts";
import { ShellSyntaxError } from "../parsing/source.ts";
import { FunctionReturn, LoopJump, ShellExit } from "../running/jumps.ts";
import { ShellFailure } from "../running/messages.ts";
import type { BuiltinCall, RunBuiltin } from "./builtin.ts";

/** The number that an operand gives. Throws ShellFailure. */
export function numberOperand({ shell, name }: BuiltinCall, operand: string): number {
  if (!/^-?\d+$/.test(operand)) {
    throw shell.state.messages.illegalNumber(operand, name);
  }
  return Number(operand);
}

export const exit: RunBuiltin = async (call) => {
  const [operand] = call.operands;
  const { state } = call.shell;
  if (operand !== undefined && state.flavour.isBash && !/^-?\d+$/.test(operand)) {
    await call.shell.complain(`${operand}: numeric argument required`, "exit");
    throw new ShellExit(2);
  }
  throw new ShellExit(operand === undefined ? state.status : numberOperand(call, operand) & 0xff);
};

export const returnFrom: RunBuiltin = async (call) => {
  const { state } = call.shell;
  const [operand] = call.operands;
  const status = operand === undefined ? state.status : numberOperand(call, operand) & 0xff;
  if (state.flavour.isBash && state.functionDepth + state.sourceDepth === 0) {
    await call.shell.complain("can only `return' from a function or sourced script", "return");
    return 2;
  }
  throw new FunctionReturn(status);
};

function jump(kind: LoopJump["kind"]): RunBuiltin {
  return async (call) => {
    const { state } = call.shell;
    const depth = numberOperand(call, call.operands[0] ?? "1");
    if (state.loopDepth === 0) {
      if (state.flavour.isBash) {
        await call.shell.complain("only meaningful in a `for', `while', or `until' loop", call.name);
      }
      return 0;
    }
    throw new LoopJump(kind, depth);
  };
}

export const breakLoop = jump("break");
export const continueLoop = jump("continue");

export const evaluateText: RunBuiltin = async ({ shell, operands }) => {
  const { state } = shell;
  state.evalDepth++;
  try {
    return await shell.runText(operands.join(" "), { firstLine: state.flavour.isBash ? 1 : state.line });
  } catch (error) {
    if (error instanceof ShellSyntaxError) {
      await shell.reportSyntax(error);
      if (state.flavour.isBash) {
        return 1;
      }
      throw new ShellExit(2, { isOfFailure: true });
    }
    throw error;
  } finally {
    state.evalDepth--;
  }
};

/** `.` and `source`: runs a file in this shell. */
export const source: RunBuiltin = async ({ shell, name, operands }) => {
  const { state } = shell;
  const [file, ...positional] = operands;
  if (file === undefined) {
    throw state.messages.builtinError(name, "filename argument required");
  }
  const text = readSource(shell.state, name, file);
  const outer = state.positional;
  state.sourceDepth++;
  if (positional.length > 0) {
    state.positional = positional;
  }
  try {
    return await shell.runText(text);
  } catch (error) {
    if (error instanceof FunctionReturn) {
      return error.status;
    }
    throw error;
  } finally {
    state.sourceDepth--;
    state.positional = positional.length > 0 ? outer : state.positional;
  }
};

function readSource(state: BuiltinCall["shell"]["state"], name: string, file: string): string {
  const { files, directory, flavour, messages } = state;
  const folders = file.includes("/") ? [""] : [...(state.variables.get("PATH") ?? "").split(":"), directory];
  const candidates = folders.map((folder) => posix.resolve(directory, folder, file));
  const path = candidates.find((candidate) => files.exists(candidate)) ?? posix.resolve(directory, file);
  try {
    return files.read(path).toString();
  } catch (error) {
    const reason = reasonOf(error);
    if (flavour.isBash) {
      throw new ShellFailure(`${file}: ${reason}`, 1);
    }
    const text =
      flavour.name === "ash"
        ? `can't open '${file}': ${reason}`
        : `cannot open ${file}: ${reason === "No such file or directory" ? "No such file" : reason}`;
    throw messages.builtinError(name, text);
  }
}

/** `exec`: its redirections are already in place. */
export const exec: RunBuiltin = async ({ shell, operands, name }) => {
  if (operands.length === 0) {
    return 0;
  }
  const { state } = shell;
  const [command = ""] = operands;
  try {
    locate(command, {
      programs: {},
      files: state.files,
      searchPath: state.variables.get("PATH") ?? "",
      directory: state.directory,
    });
  } catch {
    await shell.complain(`${command}: not found`, name);
    throw new ShellExit(127);
  }
  state.traps.clear();
  throw new ShellExit(await shell.runProgram(operands, {}, true));
};
