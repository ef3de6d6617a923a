import { posix } from "node:path";
import { reasonOf } from "../kit/errors.ts";
import { readLine } from "../kit/input.ts";
import type { ProcessContext, Program } from "../program.ts";
import { type Flavour, flavours } from "./flavour.ts";
import { runInteractive } from "./interactive/session.ts";
import { Descriptors, OpenFile } from "./running/descriptors.ts";
import { wantsMore } from "./running/incomplete.ts";
import { Interpreter } from "./running/interpreter.ts";
import { messagePrefix } from "./running/messages.ts";
import { optionLetters, ShellState } from "./running/state.ts";

interface StartOptions {
  /** `-c`. */
  readonly text: string | undefined;
  readonly isInteractive: boolean;
  readonly readsInput: boolean;
  readonly options: ReadonlySet<string>;
  readonly operands: readonly string[];
  readonly bad: string | undefined;
}

/** A shell: `sh`, `sh -c TEXT [NAME [ARGUMENT…]]`, `sh FILE [ARGUMENT…]`, `sh -s`. */
export function shellProgram(name: Flavour["name"]): Program {
  const flavour = flavours[name];
  return async (context) => {
    const given = readOptions(context, flavour);
    if (given.bad !== undefined) {
      const text = flavour.isBash
        ? `${given.bad}: invalid option`
        : `${flavour.name === "ash" ? "illegal" : "Illegal"} option ${given.bad}`;
      context.stderr.write(`${prefixOf(flavour, context.argv[0] ?? "sh")}${text}\n`);
      return 2;
    }
    if (given.text !== undefined) {
      return await runText(context, flavour, given, given.text);
    }
    const [file] = given.operands;
    if (file !== undefined && !given.readsInput) {
      return await runFile(context, flavour, given, file);
    }
    const shell = startShell(context, flavour, given, { shellName: context.argv[0] ?? "sh" });
    return given.isInteractive ? await runInteractive(shell) : await runInput(shell);
  };
}

function readOptions(context: ProcessContext, flavour: Flavour): StartOptions {
  const rest = [...context.argv.slice(1)];
  const options = new Set<string>();
  const letters = new Set<string>();
  let bad: string | undefined;
  for (let word = rest[0]; word !== undefined && /^[-+]./.test(word); word = rest[0]) {
    rest.shift();
    if (word === "--") {
      break;
    }
    if (word.startsWith("--")) {
      bad = flavour.isBash && ["--login", "--norc", "--noprofile", "--posix"].includes(word) ? bad : word;
      continue;
    }
    for (const letter of word.slice(1)) {
      const option = letter === "o" ? rest.shift() : optionLetters[letter];
      if (option !== undefined && word.startsWith("-")) {
        options.add(option);
      } else if ("csil".includes(letter)) {
        letters.add(letter);
      } else if (option === undefined) {
        bad = `-${letter}`;
      }
    }
  }
  const text = letters.has("c") ? rest.shift() : undefined;
  const readsInput = letters.has("s") || rest.length === 0;
  return {
    text,
    isInteractive: letters.has("i") || (text === undefined && readsInput && context.tty),
    readsInput,
    options,
    operands: rest,
    bad: bad ?? (letters.has("c") && text === undefined ? "-c requires an argument" : undefined),
  };
}

function prefixOf(flavour: Flavour, shellName: string): string {
  return messagePrefix(flavour, { shellName, line: 0, isScript: false, isInteractive: true });
}

function startShell(
  context: ProcessContext,
  flavour: Flavour,
  { options, operands, isInteractive, text, readsInput }: StartOptions,
  { shellName, isScript = false }: { readonly shellName: string; readonly isScript?: boolean },
): Interpreter {
  const start = flavour.isBash ? `h${isInteractive ? "im" : ""}B` : isInteractive ? "im" : "";
  const mode = text !== undefined ? "c" : readsInput ? "s" : "";
  const state = new ShellState({
    flavour,
    context,
    shellName,
    positional: isScript || (text !== undefined && operands.length > 0) ? operands.slice(1) : operands,
    options,
    isScript,
    isInteractive,
    startLetters: start + (flavour.name === "dash" && mode === "c" ? "" : mode),
  });
  const descriptors = new Descriptors([
    [0, new OpenFile({ readable: context.stdin })],
    [1, new OpenFile({ writable: context.stdout })],
    [2, new OpenFile({ writable: context.stderr })],
  ]);
  const shell = new Interpreter(state, descriptors);
  shell.traps.install();
  return shell;
}

async function runText(
  context: ProcessContext,
  flavour: Flavour,
  given: StartOptions,
  text: string,
): Promise<number> {
  const shell = startShell(context, flavour, given, {
    shellName: given.operands[0] ?? context.argv[0] ?? "sh",
  });
  return await shell.runToEnd(() => shell.runText(text, { isLast: true }));
}

async function runFile(
  context: ProcessContext,
  flavour: Flavour,
  given: StartOptions,
  file: string,
): Promise<number> {
  let text: string;
  try {
    text = context.files.read(posix.resolve(context.directory, file)).toString();
  } catch (error) {
    const reason = reasonOf(error);
    const missing = flavour.name === "ash" ? `can't open '${file}': ${reason}` : `${file}: ${reason}`;
    const shown =
      flavour.name === "dash" ? `cannot open ${file}: ${reason.replace(" or directory", "")}` : missing;
    context.stderr.write(`${prefixOf(flavour, context.argv[0] ?? "sh")}${shown}\n`);
    return flavour.name === "bash" ? 127 : 2;
  }
  const shell = startShell(context, flavour, given, { shellName: file, isScript: true });
  return await shell.runToEnd(() => shell.runText(text, { isLast: true }));
}

/** Commands from the input, a line at a time, so that commands may read the rest of it. */
async function runInput(shell: Interpreter): Promise<number> {
  const { context, state } = shell;
  return await shell.runToEnd(async () => {
    let text = "";
    let firstLine = 1;
    let status = 0;
    for (;;) {
      const line = await readLine(context.stdin, context.killed);
      text += line ?? "";
      if (text !== "" && (line === undefined || !wantsMore(text, shell))) {
        status = await shell.reporting(() => shell.runText(text, { firstLine }));
        state.status = status;
        firstLine += text.split("\n").length - 1;
        text = "";
      }
      if (line === undefined) {
        return status;
      }
    }
  });
}
