import { locate } from "../../kit/findProgram.ts";
import type { Interpreter } from "../running/interpreter.ts";
import { type BuiltinCall, type RunBuiltin, splitOptions } from "./builtin.ts";

const reserved = new Set("! { } case do done elif else esac fi for if in then until while".split(" "));

interface Meaning {
  readonly kind: "alias" | "reserved" | "function" | "builtin" | "file";
  readonly text: string;
}

/** What a command's name means now. */
function meaningOf(shell: Interpreter, name: string): Meaning | undefined {
  const { state } = shell;
  const alias = state.aliases.get(name);
  if (alias !== undefined) {
    return { kind: "alias", text: alias };
  }
  if (
    reserved.has(name) ||
    (state.flavour.isBash && ["[[", "]]", "function", "select", "time"].includes(name))
  ) {
    return { kind: "reserved", text: name };
  }
  if (state.functions.has(name)) {
    return { kind: "function", text: name };
  }
  return shell.findBuiltin(name) ? { kind: "builtin", text: name } : fileOf(shell, name);
}

function fileOf({ state }: Interpreter, name: string): Meaning | undefined {
  const { files, directory, variables } = state;
  try {
    const searchPath = variables.get("PATH") ?? "";
    return { kind: "file", text: locate(name, { programs: {}, files, searchPath, directory }) };
  } catch {
    return undefined;
  }
}

/** ash runs busybox's own tools by name and shows them so. */
function shownPath({ state }: Interpreter, name: string, path: string): string {
  return state.flavour.name === "ash" && path === `/bin/${name}` ? name : path;
}

export const type: RunBuiltin = async (call) => {
  const { shell } = call;
  const { options, rest } = splitOptions(call.operands, "tpa");
  let status = 0;
  for (const name of rest) {
    const meaning = meaningOf(shell, name);
    if (meaning && options.has("t")) {
      await shell.write(1, `${meaning.kind === "reserved" ? "keyword" : meaning.kind}\n`);
    } else if (meaning) {
      await shell.write(1, `${describe(shell, name, meaning)}\n`);
    } else {
      status = shell.state.flavour.isBash ? 1 : 127;
      if (!options.has("t")) {
        await refuse(call, name);
      }
    }
  }
  return status;
};

async function refuse({ shell, name: builtin }: BuiltinCall, name: string): Promise<void> {
  if (shell.state.flavour.isBash) {
    await shell.complain(`${name}: not found`, builtin);
  } else {
    await shell.write(1, `${name}: not found\n`);
  }
}

function describe(shell: Interpreter, name: string, { kind, text }: Meaning): string {
  const { isBash } = shell.state.flavour;
  switch (kind) {
    case "alias":
      return isBash ? `${name} is aliased to \`${text}'` : `${name} is an alias for ${text}`;
    case "reserved":
      return `${name} is a shell keyword`;
    case "function":
      return isBash
        ? `${name} is a function`
        : `${name} is a ${shell.state.flavour.name === "dash" ? "shell " : ""}function`;
    case "builtin":
      return `${name} is a shell builtin`;
    case "file":
      return `${name} is ${shownPath(shell, name, text)}`;
  }
}

/** `command`: a program or built-in command, never a function; -v says what a name means. */
export const command: RunBuiltin = async (call) => {
  const { shell } = call;
  const { options, rest } = splitOptions(call.operands, "pvV");
  if (options.has("V")) {
    return await type({ ...call, operands: rest });
  }
  if (!options.has("v")) {
    return rest.length > 0 ? await shell.call(rest, { ...call.flags, skipsFunctions: true }) : 0;
  }
  const names = shell.state.flavour.isBash ? rest : rest.slice(0, 1);
  let isFound = false;
  for (const name of names) {
    const meaning = meaningOf(shell, name);
    isFound ||= meaning !== undefined;
    if (meaning) {
      const text = meaning.kind === "alias" ? `alias ${name}='${meaning.text}'` : name;
      await shell.write(1, `${meaning.kind === "file" ? shownPath(shell, name, meaning.text) : text}\n`);
    }
  }
  return isFound ? 0 : shell.state.flavour.isBash ? 1 : 127;
};

export const builtin: RunBuiltin = async ({ shell, operands, flags }) => {
  const [name = "", ...rest] = operands;
  const found = shell.findBuiltin(name);
  if (!found) {
    await shell.complain(`${name}: not a shell builtin`, "builtin");
    return 1;
  }
  return await found.run({ shell, name, operands: rest, flags });
};

export const alias: RunBuiltin = async ({ shell, operands }) => {
  const { aliases, flavour } = shell.state;
  const show = async (name: string, value: string) =>
    await shell.write(1, `${flavour.isBash ? "alias " : ""}${name}='${value}'\n`);
  if (operands.length === 0) {
    for (const [name, value] of aliases) {
      await show(name, value);
    }
  }
  let status = 0;
  for (const operand of operands) {
    const [name = "", ...value] = operand.split("=");
    const known = aliases.get(name);
    if (operand.includes("=")) {
      aliases.set(name, value.join("="));
    } else if (known === undefined) {
      await shell.complain(`${name}: not found`, "alias");
      status = 1;
    } else {
      await show(name, known);
    }
  }
  return status;
};

export const unalias: RunBuiltin = async ({ shell, operands }) => {
  const { aliases } = shell.state;
  if (operands[0] === "-a") {
    aliases.clear();
    return 0;
  }
  let status = 0;
  for (const name of operands) {
    if (!aliases.delete(name)) {
      await shell.complain(`${name}: not found`, "unalias");
      status = 1;
    }
  }
  return status;
};
