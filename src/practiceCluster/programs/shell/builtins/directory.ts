import { posix } from "node:path";
import { codeOf, reasonOf } from "../../kit/errors.ts";
import { realPath } from "../../kit/realPath.ts";
import { ShellFailure } from "../running/messages.ts";
import { type BuiltinCall, type RunBuiltin, splitOptions } from "./builtin.ts";

export const pwd: RunBuiltin = async ({ shell, operands }) => {
  const { state } = shell;
  const path = operands.includes("-P") ? realPath(state.directory, state.files) : state.directory;
  await shell.write(1, `${path}\n`);
  return 0;
};

export const cd: RunBuiltin = async (call) => {
  const { shell } = call;
  const { state } = shell;
  const { options, rest } = splitOptions(call.operands, "LP");
  if (rest.length > 1 && state.flavour.isBash) {
    throw new ShellFailure("too many arguments", 1, { builtin: "cd" });
  }
  const operand = rest[0] ?? state.variables.get("HOME");
  if (operand === undefined) {
    throw state.messages.builtinError("cd", "HOME not set");
  }
  const isBack = operand === "-";
  const target = isBack ? (state.variables.get("OLDPWD") ?? "") : operand;
  if (isBack && target === "") {
    throw new ShellFailure("OLDPWD not set", state.flavour.isBash ? 1 : 2, { builtin: "cd" });
  }
  const path = posix.resolve(state.directory, target === "" ? "." : target);
  requireFolder(call, path, target);
  const old = state.directory;
  state.context.directory = options.has("P") ? realPath(path, state.files) : path.replace(/(.)\/+$/, "$1");
  state.assign("OLDPWD", old);
  state.assign("PWD", state.directory);
  if (isBack) {
    await shell.write(1, `${state.directory}\n`);
  }
  return 0;
};

function requireFolder({ shell: { state } }: BuiltinCall, path: string, shown: string): void {
  let error: unknown;
  try {
    if (state.files.status(path).type === "directory") {
      return;
    }
    error = Object.assign(new Error(path), { code: "ENOTDIR" });
  } catch (cause) {
    error = cause;
  }
  const reason = codeOf(error) === "ENOTDIR" ? "Not a directory" : reasonOf(error);
  const text = {
    ash: `can't cd to ${shown}: ${reason}`,
    dash: `can't cd to ${shown}`,
    bash: `${shown}: ${reason}`,
  }[state.flavour.name];
  throw new ShellFailure(text, state.flavour.isBash ? 1 : 2, { builtin: "cd" });
}

export const umask: RunBuiltin = async (call) => {
  const { state } = call.shell;
  const [operand] = call.operands;
  if (operand === undefined) {
    await call.shell.write(1, `${state.umask.toString(8).padStart(4, "0")}\n`);
    return 0;
  }
  if (!/^[0-7]+$/.test(operand)) {
    throw state.messages.builtinError("umask", `Illegal mode: ${operand}`);
  }
  state.umask = Number.parseInt(operand, 8) & 0o777;
  return 0;
};
