import type { Readable } from "node:stream";
import { readChunk, readUntil } from "../../kit/input.ts";
import { ShellFailure } from "../running/messages.ts";
import type { BuiltinCall, RunBuiltin } from "./builtin.ts";

interface ReadOptions {
  isRaw: boolean;
  isSilent: boolean;
  prompt: string | undefined;
  timeoutMs: number | undefined;
  count: number | undefined;
  delimiter: string;
  array: string | undefined;
  names: readonly string[];
}

/** `read`: a line of the input into variables, split at IFS. Exit code 1 at the end of the input. */
export const read: RunBuiltin = async (call) => {
  const { shell } = call;
  const options = readOptions(call);
  if (options.names.length === 0 && shell.state.flavour.name === "dash") {
    throw shell.state.messages.builtinError("read", "arg count");
  }
  const input = shell.descriptors.get(0)?.readable;
  if (options.prompt !== undefined && shell.context.tty) {
    await shell.write(2, options.prompt);
  }
  const line = input ? await readLogicalLine(call, input, options) : { text: "", state: "end" as const };
  store(call, line.text, options);
  if (line.state === "timeout") {
    return shell.state.flavour.isBash ? 142 : 1;
  }
  return line.state === "end" ? 1 : 0;
};

function readOptions(call: BuiltinCall): ReadOptions {
  const options: ReadOptions = {
    isRaw: false,
    isSilent: false,
    prompt: undefined,
    timeoutMs: undefined,
    count: undefined,
    delimiter: "\n",
    array: undefined,
    names: [],
  };
  const rest = [...call.operands];
  const { flavour, messages } = call.shell.state;
  for (let word = rest[0]; word !== undefined && /^-./.test(word); word = rest[0]) {
    rest.shift();
    if (word === "--") {
      break;
    }
    for (let index = 1; index < word.length; index++) {
      const letter = word[index] ?? "";
      if (letter === "r" || letter === "s" || letter === "e") {
        options.isRaw ||= letter === "r";
        options.isSilent ||= letter === "s";
        continue;
      }
      if (!"ptndaNu".includes(letter) || (flavour.name === "dash" && letter !== "p")) {
        throw messages.builtinError(
          "read",
          flavour.isBash ? `-${letter}: invalid option` : `Illegal option -${letter}`,
        );
      }
      setValue(options, letter, word.slice(index + 1) || (rest.shift() ?? ""));
      break;
    }
  }
  return { ...options, names: rest };
}

function setValue(options: ReadOptions, letter: string, value: string): void {
  switch (letter) {
    case "p":
      options.prompt = value;
      break;
    case "t":
      options.timeoutMs = Number(value) * 1000;
      break;
    case "n":
    case "N":
      options.count = Number(value);
      break;
    case "d":
      options.delimiter = value.slice(0, 1) || "\0";
      break;
    case "a":
      options.array = value;
      break;
    default:
      throw new ShellFailure(`-${letter}: not implemented by the practice cluster`, 2, { builtin: "read" });
  }
}

type LineState = "line" | "end" | "timeout";

/** A line; without -r a backslash before its end joins the next one. */
async function readLogicalLine(
  call: BuiltinCall,
  input: Readable,
  options: ReadOptions,
): Promise<{ text: string; state: LineState }> {
  let text = "";
  for (;;) {
    const chunk = await readPart(call, input, options);
    if (chunk === "timeout" || chunk === undefined) {
      return { text, state: chunk === "timeout" ? "timeout" : "end" };
    }
    const part = chunk.toString();
    const isComplete = part.endsWith(options.delimiter) || options.count !== undefined;
    text += isComplete && options.count === undefined ? part.slice(0, -1) : part;
    if (!isComplete) {
      return { text, state: "end" };
    }
    if (options.isRaw || !/(?:^|[^\\])(?:\\\\)*\\$/.test(text) || options.delimiter !== "\n") {
      return { text, state: "line" };
    }
    text = text.slice(0, -1);
  }
}

async function readPart(
  { shell }: BuiltinCall,
  input: Readable,
  { delimiter, count, timeoutMs }: ReadOptions,
): Promise<Buffer | undefined | "timeout"> {
  const { killed, clock } = shell.context;
  const expired = new AbortController();
  const timer = timeoutMs === undefined ? undefined : clock.after(timeoutMs, () => expired.abort());
  const limit = AbortSignal.any([killed, expired.signal]);
  try {
    const work =
      count === undefined ? readUntil(input, delimiter.charCodeAt(0), limit) : readCount(input, count, limit);
    const result = await shell.traps.waitForOrSignal(work);
    if (Buffer.isBuffer(result) || result === undefined) {
      return result;
    }
    shell.traps.throwIfInterrupted();
    return undefined;
  } catch (error) {
    if (expired.signal.aborted) {
      return "timeout";
    }
    throw error;
  } finally {
    timer?.cancel();
  }
}

async function readCount(input: Readable, count: number, killed: AbortSignal): Promise<Buffer | undefined> {
  const chunk = await readChunk(input, killed);
  const cut = chunk?.subarray(0, count);
  if (chunk && chunk.length > count) {
    input.unshift(chunk.subarray(count));
  }
  return cut;
}

/** Splits the line: the last name takes the rest. */
function store({ shell }: BuiltinCall, line: string, { names, isRaw, array }: ReadOptions): void {
  const { state } = shell;
  const ifs = state.variables.get("IFS") ?? " \t\n";
  if (array !== undefined) {
    state.variables.setArray(array, splitLine(line, ifs, isRaw, Number.POSITIVE_INFINITY));
    return;
  }
  if (names.length === 0) {
    state.assign("REPLY", isRaw ? line : line.replace(/\\(.)/gs, "$1"));
    return;
  }
  const fields = splitLine(line, ifs, isRaw, names.length);
  for (const [index, name] of names.entries()) {
    state.assign(name, fields[index] ?? "");
  }
}

function splitLine(line: string, ifs: string, isRaw: boolean, most: number): string[] {
  const isSpace = (character: string) => ifs.includes(character) && " \t\n".includes(character);
  const fields: string[] = [];
  let index = 0;
  const skipSpace = () => {
    while (index < line.length && isSpace(line[index] ?? "")) {
      index++;
    }
  };
  skipSpace();
  while (index < line.length) {
    if (fields.length === most - 1) {
      fields.push(lastField(line.slice(index), ifs, isRaw));
      return fields;
    }
    let field = "";
    while (index < line.length && !ifs.includes(line[index] ?? "")) {
      if (!isRaw && line[index] === "\\") {
        index++;
      }
      field += line[index] ?? "";
      index++;
    }
    fields.push(field);
    skipSpace();
    if (index < line.length && ifs.includes(line[index] ?? "")) {
      const isOwnSeparator = !isSpace(line[index] ?? "");
      index += Number(isOwnSeparator);
      skipSpace();
    }
  }
  return fields;
}

function lastField(rest: string, ifs: string, isRaw: boolean): string {
  const spaces = [...ifs].filter((character) => " \t\n".includes(character)).join("");
  let end = rest.length;
  while (end > 0 && spaces.includes(rest[end - 1] ?? "x")) {
    end--;
  }
  const text = rest.slice(0, end);
  const separators = [...ifs].filter((character) => !" \t\n".includes(character));
  const isOnlySeparator =
    separators.includes(text.slice(-1)) && ![...text.slice(0, -1)].some((each) => ifs.includes(each));
  const own = isOnlySeparator ? text.slice(0, -1) : text;
  return isRaw ? own : own.replace(/\\(.)/gs, "$1");
}
