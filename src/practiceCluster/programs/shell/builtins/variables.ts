import { optionLetters } from "../running/state.ts";
import { ReadonlyVariable } from "../running/variables.ts";
import { type BuiltinCall, type RunBuiltin, splitOptions } from "./builtin.ts";
import { numberOperand } from "./control.ts";

const nameExpression = /^[A-Za-z_]\w*$/;

/** Splits `name=value`. Throws ShellFailure when the name is none. */
function readOperand(
  { shell, name }: BuiltinCall,
  operand: string,
): { name: string; value: string | undefined } {
  const equals = operand.indexOf("=");
  const variable = equals < 0 ? operand : operand.slice(0, equals);
  if (!nameExpression.test(variable)) {
    throw shell.state.messages.badName(shell.state.flavour.isBash ? operand : variable, name);
  }
  return { name: variable, value: equals < 0 ? undefined : operand.slice(equals + 1) };
}

const quoted = (text: string) => `'${text.replaceAll("'", `'"'"'`)}'`;

/** `export` and `readonly`. */
function attribute(property: "isExported" | "isReadonly", word: string): RunBuiltin {
  return async (call) => {
    const { state } = call.shell;
    const { options, rest } = splitOptions(call.operands, "pn");
    for (const operand of rest) {
      const { name, value } = readOperand(call, operand);
      if (value !== undefined) {
        state.assign(name, value);
      }
      state.variables.declare(name)[property] = !options.has("n");
    }
    if (rest.length === 0) {
      const prefix = state.flavour.isBash ? (word === "export" ? "declare -x" : "declare -r") : word;
      const listed = state.variables.names().filter((name) => state.variables.find(name)?.[property]);
      for (const name of listed) {
        const value = state.variables.get(name);
        const shown = state.flavour.isBash ? JSON.stringify(value ?? "") : quoted(value ?? "");
        await call.shell.write(1, `${prefix} ${name}${value === undefined ? "" : `=${shown}`}\n`);
      }
    }
    return 0;
  };
}

export const exportVariables = attribute("isExported", "export");
export const readonlyVariables = attribute("isReadonly", "readonly");

export const local: RunBuiltin = (call) => {
  const { state } = call.shell;
  const { rest } = splitOptions(call.operands, "airx");
  if (state.functionDepth === 0) {
    const text = state.flavour.isBash ? "can only be used in a function" : "not in a function";
    throw state.messages.builtinError("local", text);
  }
  for (const operand of rest) {
    const { name, value } = readOperand(call, operand);
    try {
      state.variables.makeLocal(name, !state.flavour.isBash);
    } catch (error) {
      throw state.readonlyFailure(error);
    }
    if (value !== undefined) {
      state.assign(name, value);
    }
  }
  return 0;
};

/** `declare` and `typeset` of bash, as far as variables and indexed arrays go. */
export const declare: RunBuiltin = async (call) => {
  const { state } = call.shell;
  const { options, rest } = splitOptions(call.operands, "aAfgiprxF");
  if (options.has("A")) {
    await call.shell.complain(
      "-A: associative arrays are not implemented by the practice cluster",
      call.name,
    );
    return 2;
  }
  for (const operand of rest) {
    const { name, value } = readOperand(call, operand);
    if (options.has("p")) {
      await call.shell.write(1, `declare -- ${name}=${JSON.stringify(state.variables.get(name) ?? "")}\n`);
      continue;
    }
    if (state.functionDepth > 0 && !options.has("g")) {
      state.variables.makeLocal(name, false);
    }
    if (value !== undefined) {
      state.assign(name, options.has("i") ? String(call.shell.expander.evaluate(value)) : value);
    } else if (options.has("a")) {
      state.variables.setArray(name, []);
    }
    const variable = state.variables.declare(name);
    variable.isExported ||= options.has("x");
    variable.isReadonly ||= options.has("r");
  }
  return 0;
};

export const unset: RunBuiltin = (call) => {
  const { state } = call.shell;
  const { options, rest } = splitOptions(call.operands, "fv");
  for (const name of rest) {
    if (options.has("f")) {
      state.functions.delete(name);
    } else if (!nameExpression.test(name)) {
      if (!state.flavour.isBash) {
        throw state.messages.badName(name, "unset");
      }
    } else {
      unsetVariable(call, name);
    }
  }
  return 0;
};

function unsetVariable({ shell: { state } }: BuiltinCall, name: string): void {
  try {
    if (!state.variables.find(name) && state.flavour.isBash) {
      state.functions.delete(name);
    }
    state.variables.unset(name);
  } catch (error) {
    throw error instanceof ReadonlyVariable
      ? state.messages.builtinError(
          "unset",
          state.flavour.isBash ? `${name}: cannot unset: readonly variable` : `${name}: is read only`,
        )
      : error;
  }
}

export const shift: RunBuiltin = (call) => {
  const { state } = call.shell;
  const count = numberOperand(call, call.operands[0] ?? "1");
  if (count > state.positional.length) {
    if (state.flavour.name === "dash") {
      throw state.messages.builtinError("shift", "can't shift that many");
    }
    return 1;
  }
  state.positional = state.positional.slice(count);
  return 0;
};

export const set: RunBuiltin = async (call) => {
  const { state } = call.shell;
  const rest = [...call.operands];
  if (rest.length === 0) {
    await listVariables(call);
    return 0;
  }
  for (let word = rest[0]; word !== undefined && /^[-+]./.test(word); word = rest[0]) {
    rest.shift();
    if (word === "--") {
      state.positional = rest;
      return 0;
    }
    for (const letter of word.slice(1)) {
      const option = letter === "o" ? rest.shift() : optionLetters[letter];
      if (letter === "o" && option === undefined) {
        await listOptions(call, word.startsWith("-"));
        return 0;
      }
      setOption(call, option, word.startsWith("-"), letter === "o" ? `o ${option}` : letter);
    }
  }
  if (rest[0] === "-") {
    rest.shift();
  }
  if (rest.length > 0) {
    state.positional = rest;
  }
  return 0;
};

function setOption(
  { shell: { state } }: BuiltinCall,
  option: string | undefined,
  isOn: boolean,
  letters: string,
): void {
  const isKnown =
    option !== undefined &&
    (Object.values(optionLetters).includes(option) ||
      ["ignoreeof", "vi", "emacs", "nolog"].includes(option) ||
      (option === "pipefail" && state.flavour.hasPipefail) ||
      (state.flavour.isBash &&
        ["posix", "errtrace", "functrace", "braceexpand", "history"].includes(option)));
  if (!isKnown) {
    const sign = isOn ? "-" : "+";
    const text = {
      ash: `illegal option ${sign}${letters}`,
      dash: `Illegal option ${sign}${letters}`,
      bash: `${sign}${letters}: invalid option`,
    };
    throw state.messages.builtinError("set", text[state.flavour.name]);
  }
  if (isOn) {
    state.options.add(option);
  } else {
    state.options.delete(option);
  }
}

async function listVariables({ shell }: BuiltinCall): Promise<void> {
  const { variables, flavour } = shell.state;
  for (const name of variables.names()) {
    const value = variables.get(name);
    const isPlain = flavour.isBash && /^[\w@%+=:,./-]*$/.test(value ?? "");
    if (value !== undefined) {
      await shell.write(1, `${name}=${isPlain ? value : quoted(value)}\n`);
    }
  }
}

async function listOptions({ shell }: BuiltinCall, isTable: boolean): Promise<void> {
  const { options, flavour } = shell.state;
  const names = [...Object.values(optionLetters), ...(flavour.hasPipefail ? ["pipefail"] : [])].sort();
  for (const name of names) {
    const isOn = options.has(name);
    await shell.write(
      1,
      isTable ? `${name.padEnd(16)}${isOn ? "on" : "off"}\n` : `set ${isOn ? "-" : "+"}o ${name}\n`,
    );
  }
}

export const letValues: RunBuiltin = ({ shell, operands }) => {
  let value = 0n;
  for (const operand of operands) {
    value = shell.expander.evaluate(operand);
  }
  return Number(value === 0n);
};

/** `getopts`: one option a call (XCU getopts). */
export const getopts: RunBuiltin = async (call) => {
  const { shell } = call;
  const { state } = shell;
  const [letters, name, ...given] = call.operands;
  if (letters === undefined || name === undefined) {
    throw state.messages.builtinError("getopts", "usage: getopts optstring var [arg]");
  }
  const operands = given.length > 0 ? given : state.positional;
  const { index, offset } = readPlace(state.variables.get("OPTIND") ?? "1", state.optionOffset);
  const word = operands[index - 1];
  if (word === undefined || (offset === 1 && (!/^-./.test(word) || word === "--"))) {
    state.assign("OPTIND", String(word === "--" ? index + 1 : index));
    state.assign(name, "?");
    state.optionOffset = 1;
    return 1;
  }
  const letter = word[offset] ?? "";
  const isSilent = letters.startsWith(":");
  const position = letter === ":" ? -1 : letters.indexOf(letter, isSilent ? 1 : 0);
  const isLastLetter = offset + 1 >= word.length;
  const next = { index: isLastLetter ? index + 1 : index, offset: isLastLetter ? 1 : offset + 1 };
  state.variables.unset("OPTARG");
  if (position < 0) {
    state.assign(name, "?");
    await refuse(call, isSilent, letter, `Illegal option -${letter}`, `illegal option -- ${letter}`);
  } else if (letters[position + 1] === ":") {
    const value = isLastLetter ? operands[index] : word.slice(offset + 1);
    Object.assign(next, { index: isLastLetter ? index + 2 : index + 1, offset: 1 });
    if (value === undefined) {
      state.assign(name, isSilent ? ":" : "?");
      const text = `option requires an argument -- ${letter}`;
      await refuse(call, isSilent, letter, `No arg for -${letter} option`, text);
      next.index = index + 1;
    } else {
      state.assign(name, letter);
      state.assign("OPTARG", value);
    }
  } else {
    state.assign(name, letter);
  }
  state.assign("OPTIND", String(next.index));
  state.optionOffset = next.offset;
  return 0;
};

function readPlace(index: string, offset: number): { index: number; offset: number } {
  return { index: Math.max(1, Number(index) || 1), offset: index === "1" && offset === 0 ? 1 : offset || 1 };
}

async function refuse(
  { shell }: BuiltinCall,
  isSilent: boolean,
  letter: string,
  text: string,
  bashText: string,
): Promise<void> {
  if (isSilent) {
    shell.state.assign("OPTARG", letter);
  } else {
    await shell.write(
      2,
      shell.state.flavour.isBash ? `${shell.state.shellName}: ${bashText}\n` : `${text}\n`,
    );
  }
}
