import { matchesPattern } from "../../kit/pattern.ts";
import type { Command, ListItem } from "../syntax.ts";
import { evaluateCondition } from "./conditions.ts";
import type { Interpreter, RunFlags } from "./interpreter.ts";
import { LoopJump } from "./jumps.ts";

type Of<Kind extends Command["kind"]> = Extract<Command, { kind: Kind }>;

/** Runs if, loops, case, groups and subshells. */
export async function runCompound(shell: Interpreter, command: Command, flags: RunFlags): Promise<number> {
  switch (command.kind) {
    case "group":
      return await shell.runList(command.body, flags);
    case "subshell":
      return await runSubshell(shell, command.body, flags);
    case "if":
      return await runIf(shell, command, flags);
    case "while":
      return await runWhile(shell, command, flags);
    case "for":
      return await runFor(shell, command, flags);
    case "arithmeticFor":
      return await runArithmeticFor(shell, command, flags);
    case "case":
      return await runCase(shell, command, flags);
    case "condition":
      return await evaluateCondition(shell, command.condition);
    case "arithmetic":
      return Number((await shell.expander.arithmetic(command.expression)) === 0n);
    case "simple":
    case "function":
      return await shell.runCommand(command, flags);
  }
}

async function runSubshell(shell: Interpreter, body: readonly ListItem[], flags: RunFlags): Promise<number> {
  const isTested = flags.isTested === true;
  if (flags.isLast && !shell.traps.hasAny) {
    return await shell.runList(body, { isTested, isLast: true });
  }
  const child = shell.fork(shell.descriptors.copy(), (own) => own.runList(body, { isTested, isLast: true }));
  const code = await shell.traps.waitFor(child.exited, { isForeground: true });
  await shell.tellOfSignal(child, "", { isForeground: true });
  return code;
}

async function runIf(shell: Interpreter, command: Of<"if">, flags: RunFlags): Promise<number> {
  for (const { condition, body } of command.branches) {
    if ((await shell.runList(condition, { isTested: true })) === 0) {
      return await shell.runList(body, flags);
    }
  }
  return command.otherwise ? await shell.runList(command.otherwise, flags) : 0;
}

/** Runs a part of a loop, in which `break` and `continue` may stand. Resolves with whether the loop goes on. */
async function inLoop(shell: Interpreter, run: () => Promise<unknown>): Promise<boolean> {
  shell.state.loopDepth++;
  try {
    await run();
    return true;
  } catch (error) {
    if (!(error instanceof LoopJump)) {
      throw error;
    }
    if (error.depth > 1 && shell.state.loopDepth > 1) {
      error.depth--;
      throw error;
    }
    shell.state.status = 0;
    return error.kind === "continue";
  } finally {
    shell.state.loopDepth--;
  }
}

function runBody(shell: Interpreter, body: readonly ListItem[], flags: RunFlags): Promise<boolean> {
  return inLoop(shell, () => shell.runList(body, { isTested: flags.isTested === true }));
}

async function runWhile(shell: Interpreter, command: Of<"while">, flags: RunFlags): Promise<number> {
  let status = 0;
  for (;;) {
    let condition = 0;
    const goesOn = await inLoop(shell, async () => {
      condition = await shell.runList(command.condition, { isTested: true });
    });
    if (!goesOn || (condition === 0) === command.isUntil) {
      return status;
    }
    if (!(await runBody(shell, command.body, flags))) {
      return 0;
    }
    status = shell.state.status;
  }
}

async function runFor(shell: Interpreter, command: Of<"for">, flags: RunFlags): Promise<number> {
  const { state } = shell;
  const values = command.words ? await shell.expander.fields(command.words) : [...state.positional];
  let status = 0;
  for (const value of values) {
    if (state.flavour.isBash) {
      await shell.trace(`for ${command.name} in ${values.join(" ")}`);
    }
    state.assign(command.name, value);
    if (!(await runBody(shell, command.body, flags))) {
      return 0;
    }
    status = state.status;
  }
  return status;
}

async function runArithmeticFor(
  shell: Interpreter,
  command: Of<"arithmeticFor">,
  flags: RunFlags,
): Promise<number> {
  const [start, test, step] = command.steps;
  let status = 0;
  await shell.expander.arithmetic(start);
  while (test.length === 0 || (await shell.expander.arithmetic(test)) !== 0n) {
    if (!(await runBody(shell, command.body, flags))) {
      return 0;
    }
    status = shell.state.status;
    await shell.expander.arithmetic(step);
  }
  return status;
}

async function runCase(shell: Interpreter, command: Of<"case">, flags: RunFlags): Promise<number> {
  const subject = await shell.expander.text(command.subject);
  let status = 0;
  let fallsThrough = false;
  for (const { patterns, body, end } of command.clauses) {
    if (!fallsThrough && !(await matchesAny(shell, patterns, subject))) {
      continue;
    }
    status = await shell.runList(body, end === ";;" ? flags : { isTested: flags.isTested === true });
    if (end === ";;") {
      return status;
    }
    fallsThrough = end === ";&";
  }
  return status;
}

async function matchesAny(
  shell: Interpreter,
  patterns: Of<"case">["clauses"][number]["patterns"],
  subject: string,
): Promise<boolean> {
  for (const pattern of patterns) {
    if (matchesPattern(await shell.expander.pattern(pattern), subject)) {
      return true;
    }
  }
  return false;
}
