import { CommandNotFound, PermissionDenied } from "../../kit/findProgram.ts";
import { readAll } from "../../kit/input.ts";
import { BrokenPipe, write } from "../../kit/output.ts";
import type { ProcessContext, RunningProcess, SignalName } from "../../program.ts";
import { builtins, specialBuiltins } from "../builtins/index.ts";
import { Expander } from "../expansion/expander.ts";
import type { Flavour } from "../flavour.ts";
import { Parser } from "../parsing/parser.ts";
import { ShellSyntaxError, Source } from "../parsing/source.ts";
import type { AndOr, Command, ListItem, Pipeline } from "../syntax.ts";
import { assign } from "./assign.ts";
import { runCompound } from "./compound.ts";
import { type Descriptors, openPipe } from "./descriptors.ts";
import { Jobs } from "./jobs.ts";
import { FunctionReturn, Interrupted, LoopJump, ShellExit } from "./jumps.ts";
import { messagePrefix, ShellFailure } from "./messages.ts";
import { redirect } from "./redirect.ts";
import type { ShellState } from "./state.ts";
import { Traps } from "./traps.ts";
import { Turns } from "./turns.ts";

/** How a command is run. */
export interface RunFlags {
  /** Its failure is looked at, so that `set -e` does not end the shell. */
  readonly isTested?: boolean;
  /** Nothing follows in this process: a program may take its place. */
  readonly isLast?: boolean;
}

/** Runs commands of one shell process. */
export class Interpreter {
  readonly context: ProcessContext;
  readonly state: ShellState;
  readonly expander: Expander;
  readonly jobs: Jobs;
  readonly traps: Traps;
  readonly #turns: Turns;
  descriptors: Descriptors;
  /** Exit code of the last command substitution of the command that is being expanded. */
  #substitutionStatus: number | undefined;

  constructor(state: ShellState, descriptors: Descriptors) {
    this.state = state;
    this.context = state.context;
    this.descriptors = descriptors;
    this.expander = new Expander(state, (script) => this.#substitute(script));
    this.jobs = new Jobs();
    this.traps = new Traps(this);
    this.#turns = new Turns(state.context.killed);
  }

  /** Runs a text line by line; what stands before a syntax error is run. Throws ShellExit. */
  async runText(text: string, { isLast = false, firstLine = 1 } = {}): Promise<number> {
    const { state } = this;
    const hasAliases = state.isInteractive || !state.flavour.isBash;
    const parser = new Parser(new Source(text, firstLine), {
      flavour: state.flavour,
      ...(hasAliases ? { aliases: state.aliases } : {}),
    });
    let status = 0;
    for (let items = parser.nextLine(); items; items = parser.nextLine()) {
      const isEnd = isLast && parser.source.text.slice(parser.source.position).trim() === "";
      status = await this.runList(items, { isLast: isEnd });
    }
    return status;
  }

  /** Runs commands one after the other. Resolves with the last one's exit code. */
  async runList(items: readonly ListItem[], flags: RunFlags = {}): Promise<number> {
    let status = 0;
    if (this.state.options.has("noexec") && !this.state.isInteractive) {
      return status;
    }
    for (const [index, item] of items.entries()) {
      const isLast = flags.isLast === true && index === items.length - 1;
      if (item.isBackground) {
        this.#startBackground(item);
        status = 0;
      } else {
        status = await this.runAndOr(item.command, { ...flags, isLast });
      }
      this.state.status = status;
      await this.traps.runPending();
    }
    return status;
  }

  async runAndOr(command: AndOr | Pipeline, flags: RunFlags): Promise<number> {
    if (command.kind === "pipeline") {
      return await this.#runPipeline(command, flags);
    }
    const left = await this.runAndOr(command.left, { isTested: true });
    this.state.status = left;
    if ((left === 0) !== (command.operator === "&&")) {
      return left;
    }
    return await this.#runPipeline(command.right, flags);
  }

  async #runPipeline(pipeline: Pipeline, flags: RunFlags): Promise<number> {
    const { commands, isNegated, isTimed } = pipeline;
    const [only] = commands;
    const isTested = flags.isTested === true || isNegated;
    const startedAt = this.context.clock.now();
    const isLast = flags.isLast === true && !isNegated && !isTimed;
    const status =
      only && commands.length === 1
        ? await this.runCommand(only, { isTested, isLast })
        : await this.#runPiped(commands);
    if (isTimed) {
      await this.#reportTime(startedAt);
    }
    const result = isNegated ? Number(status === 0) : status;
    this.state.status = result;
    const fails = result !== 0 && !isTested && isSelfContained(pipeline);
    if (fails && this.state.options.has("errexit")) {
      throw new ShellExit(result);
    }
    return result;
  }

  async #reportTime(startedAt: number): Promise<void> {
    const seconds = (this.context.clock.now() - startedAt) / 1000;
    const text = this.state.flavour.isBash
      ? `\nreal\t0m${seconds.toFixed(3)}s\nuser\t0m0.000s\nsys\t0m0.000s\n`
      : `real\t0m ${seconds.toFixed(2)}s\nuser\t0m 0.00s\nsys\t0m 0.00s\n`;
    await this.write(2, text);
  }

  /** Each command of a pipeline is a process of its own; all run at the same time. */
  async #runPiped(commands: readonly Command[]): Promise<number> {
    const running = [];
    let input = this.descriptors.get(0)?.hold();
    for (const [index, command] of commands.entries()) {
      const pipe = index < commands.length - 1 ? openPipe() : undefined;
      const descriptors = this.descriptors.copy();
      if (input) {
        descriptors.set(0, input);
      }
      if (pipe) {
        descriptors.set(1, pipe.writer);
      }
      input = pipe?.reader;
      running.push(this.fork(descriptors, (child) => child.runCommand(command, { isLast: true })));
    }
    const codes = await this.traps.waitFor(Promise.all(running.map(({ exited }) => exited)));
    for (const process of this.state.flavour.isBash ? [] : running) {
      await this.tellOfSignal(process, "", { isForeground: true });
    }
    const failed = codes.findLast((code) => code !== 0) ?? 0;
    return this.state.options.has("pipefail") ? failed : (codes.at(-1) ?? 0);
  }

  /** A process of its own that goes on as a copy of this shell. It takes over `descriptors`. */
  fork(
    descriptors: Descriptors,
    run: (child: Interpreter) => Promise<number>,
    { ownGroup = false }: { readonly ownGroup?: boolean } = {},
  ) {
    const { readable: stdin } = descriptors.get(0) ?? {};
    const { writable: stdout } = descriptors.get(1) ?? {};
    const { writable: stderr } = descriptors.get(2) ?? {};
    const streams = { ...(stdin && { stdin }), ...(stdout && { stdout }), ...(stderr && { stderr }) };
    const process = this.context.fork(
      async (context) => {
        const child = new Interpreter(this.state.copy(context), descriptors);
        child.traps.install();
        return await child.runToEnd(() => run(child));
      },
      { argv: this.context.argv, environment: this.context.environment, ownGroup, ...streams },
    );
    void process.exited.then(() => descriptors.closeAll());
    return process;
  }

  #startBackground(item: ListItem): void {
    const descriptors = this.descriptors.copy();
    const ownGroup = this.state.isInteractive;
    const process = this.fork(descriptors, (child) => child.runAndOr(item.command, { isLast: true }), {
      ownGroup,
    });
    this.state.lastBackground = process.pid;
    const number = this.jobs.add(process, item.text);
    if (this.state.isInteractive) {
      void this.write(2, `[${number}] ${process.pid}\n`);
    }
  }

  /** What `$(…)` writes. */
  async #substitute(script: readonly ListItem[]): Promise<string> {
    const pipe = openPipe();
    const descriptors = this.descriptors.copy();
    descriptors.set(1, pipe.writer);
    const process = this.fork(descriptors, (child) => child.runList(script, { isLast: true }));
    const output = pipe.reader.readable
      ? await this.traps.waitFor(readAll(pipe.reader.readable, this.context.killed))
      : Buffer.alloc(0);
    this.#substitutionStatus = await process.exited;
    if (!this.state.flavour.isBash) {
      await this.tellOfSignal(process, "", { isForeground: true });
    }
    pipe.reader.release();
    return output.toString().replaceAll("\0", "");
  }

  /** Runs what a process does, to its exit code: EXIT trap, messages of what ended it. */
  async runToEnd(run: () => Promise<number>): Promise<number> {
    let code: number;
    try {
      code = await this.reporting(run);
    } catch (error) {
      code = exitCodeOf(error);
    }
    return await this.traps.runExit(code);
  }

  /** Runs something; failures of the shell's own are written, and end the shell where they are fatal. */
  async reporting(run: () => Promise<number>): Promise<number> {
    try {
      return await run();
    } catch (error) {
      if (error instanceof ShellSyntaxError) {
        await this.reportSyntax(error);
        throw new ShellExit(2, { isOfFailure: true });
      }
      if (error instanceof ShellFailure) {
        return await this.#report(error);
      }
      throw error;
    }
  }

  async #report(failure: ShellFailure): Promise<number> {
    await this.complain(failure.message, failure.builtin);
    if (failure.isFatal) {
      throw new ShellExit(failure.exitCode, { isOfFailure: true });
    }
    return failure.exitCode;
  }

  async reportSyntax(error: ShellSyntaxError): Promise<void> {
    const { flavour, messages, shellName, isScript, isInteractive, evalDepth } = this.state;
    const sourceLine = error.sourceLine;
    for (const message of messages.syntax(error, sourceLine)) {
      const source =
        evalDepth > 0 ? `${shellName}: eval` : isScript || isInteractive ? shellName : `${shellName}: -c`;
      const name = flavour.isBash ? source : shellName;
      const isPastEnd = flavour.isBash && error.problem.kind === "endOfFile";
      const line = isPastEnd ? error.endLine : error.line;
      const builtin = evalDepth > 0 && !flavour.isBash ? "eval" : undefined;
      const place = { shellName: name, line, isScript, isInteractive, builtin };
      await this.write(2, `${messagePrefix(flavour, place)}${message}\n`);
    }
  }

  /** Writes a message of the shell itself, or of one of its built-in commands. */
  async complain(message: string, builtin?: string): Promise<void> {
    const { flavour, shellName, line, isScript, isInteractive } = this.state;
    const place = { shellName, line, isScript, isInteractive, builtin };
    await this.write(2, `${messagePrefix(flavour, place)}${message}\n`);
  }

  /** Writes to a descriptor. Throws BrokenPipe; a closed descriptor takes nothing. */
  async write(descriptor: number, text: string | Uint8Array): Promise<void> {
    const writable = this.descriptors.get(descriptor)?.writable;
    if (writable) {
      await write(writable, text);
    }
  }

  /** Runs a command with its redirections. */
  async runCommand(command: Command, flags: RunFlags = {}): Promise<number> {
    await this.#turns.take();
    this.traps.throwIfInterrupted();
    this.state.line = command.line;
    if (command.kind === "simple") {
      return await this.#runSimple(command, flags);
    }
    if (command.kind === "function") {
      this.state.functions.set(command.name, command.body);
      return 0;
    }
    if (command.redirections.length === 0) {
      return await runCompound(this, command, flags);
    }
    return await this.#reportingHere(() =>
      this.withRedirections(command, () => runCompound(this, command, { isTested: flags.isTested === true })),
    );
  }

  /** A failure that is not fatal is this command's exit code. */
  async #reportingHere(run: () => Promise<number>, { tellsFatal = false } = {}): Promise<number> {
    try {
      return await run();
    } catch (error) {
      if (error instanceof ShellFailure && (tellsFatal || !error.isFatal)) {
        return await this.#report(error);
      }
      throw error;
    }
  }

  async withRedirections(command: Command, run: () => Promise<number>): Promise<number> {
    const outer = this.descriptors;
    const inner = outer.copy();
    try {
      await redirect(command.redirections, inner, this.expander);
      this.descriptors = inner;
      return await run();
    } finally {
      this.descriptors = outer;
      inner.closeAll();
    }
  }

  async #runSimple(command: Command & { kind: "simple" }, flags: RunFlags): Promise<number> {
    return await this.#reportingHere(async () => {
      this.#substitutionStatus = undefined;
      const words = await this.expander.commandFields(command.words);
      if (words.length === 0) {
        return await this.#runAssignments(command);
      }
      if (command.redirections.length === 0) {
        return await this.#invoke(words, command, flags);
      }
      if (words[0] === "exec") {
        await redirect(command.redirections, this.descriptors, this.expander);
        return await this.#invoke(words, command, flags);
      }
      return await this.withRedirections(command, () => this.#invoke(words, command, flags));
    });
  }

  /** A command without a name: its assignments stay. */
  async #runAssignments(command: Command & { kind: "simple" }): Promise<number> {
    const run = async () => {
      for (const assignment of command.assignments) {
        await this.#traceAssignments([await assign(this, assignment)]);
      }
      return this.#substitutionStatus ?? 0;
    };
    return await (command.redirections.length > 0 ? this.withRedirections(command, run) : run());
  }

  async #traceAssignments(texts: readonly string[]): Promise<void> {
    for (const text of texts) {
      await this.trace(quoteAssignment(text, this.state.flavour));
    }
  }

  /** A line of `set -x`. */
  async trace(text: string): Promise<void> {
    if (this.state.options.has("xtrace")) {
      await this.write(2, `${this.state.variables.get("PS4") ?? ""}${text}\n`);
    }
  }

  async #invoke(
    words: readonly string[],
    command: Command & { kind: "simple" },
    flags: RunFlags,
  ): Promise<number> {
    const [name = ""] = words;
    const isSpecial = specialBuiltins.has(name);
    const isFunction = this.state.functions.has(name) && !(isSpecial && !this.state.flavour.isBash);
    const isOurs = isFunction || this.findBuiltin(name) !== undefined;
    const restore: (() => void)[] = [];
    const given: Record<string, string> = {};
    const traced: string[] = [];
    for (const assignment of command.assignments) {
      if (isOurs && !(isSpecial && !this.state.flavour.isBash)) {
        restore.push(this.#rememberVariable(assignment.name));
      }
      if (isOurs) {
        traced.push(await assign(this, assignment));
        this.state.variables.declare(assignment.name).isExported ||= !isSpecial;
      } else {
        const value = await this.expander.text(assignment.value, { isAssignment: true });
        given[assignment.name] = value;
        traced.push(`${assignment.name}=${value}`);
      }
    }
    await this.#traceCommand(traced, words);
    try {
      return await this.call(words, { ...flags, environment: given });
    } finally {
      for (const undo of restore.reverse()) {
        undo();
      }
    }
  }

  #rememberVariable(name: string): () => void {
    const found = this.state.variables.find(name);
    const saved = found && { ...found };
    return () => {
      if (saved) {
        Object.assign(this.state.variables.declare(name), saved);
      } else {
        this.state.variables.unset(name);
      }
    };
  }

  async #traceCommand(assignments: readonly string[], words: readonly string[]): Promise<void> {
    const { flavour } = this.state;
    const shown = flavour.name === "dash" ? words : words.map(quoteForTrace);
    if (flavour.isBash) {
      await this.#traceAssignments(assignments);
      await this.trace(shown.join(" "));
    } else {
      await this.trace([...assignments.map((text) => quoteAssignment(text, flavour)), ...shown].join(" "));
    }
  }

  /** The built-in command of that name which this shell has. */
  findBuiltin(name: string) {
    const builtin = builtins.get(name);
    return builtin && (!builtin.flavours || builtin.flavours.includes(this.state.flavour.name))
      ? builtin
      : undefined;
  }

  /** Runs a function, a built-in command or a program. */
  async call(
    words: readonly string[],
    {
      environment = {},
      skipsFunctions = false,
      ...flags
    }: RunFlags & { readonly environment?: Record<string, string>; readonly skipsFunctions?: boolean } = {},
  ): Promise<number> {
    const [name = ""] = words;
    const body = skipsFunctions ? undefined : this.state.functions.get(name);
    if (body && !(specialBuiltins.has(name) && !this.state.flavour.isBash)) {
      return await this.#callFunction(body, words.slice(1), flags);
    }
    const builtin = this.findBuiltin(name);
    if (builtin) {
      // told here, where the command's own redirections still hold
      return await this.#reportingHere(
        async () => await builtin.run({ shell: this, name, operands: words.slice(1), flags }),
        { tellsFatal: name !== "eval" && name !== "." && name !== "source" },
      );
    }
    return await this.runProgram(words, environment, flags.isLast === true);
  }

  async #callFunction(body: Command, positional: readonly string[], flags: RunFlags): Promise<number> {
    const { state } = this;
    const outer = { positional: state.positional, loopDepth: state.loopDepth };
    state.positional = positional;
    state.loopDepth = 0;
    state.functionDepth++;
    state.variables.enterFunction();
    try {
      return await this.runCommand(body, { isTested: flags.isTested === true });
    } catch (error) {
      if (error instanceof FunctionReturn) {
        return error.status;
      }
      throw error;
    } finally {
      Object.assign(state, outer);
      state.functionDepth--;
      state.variables.leaveFunction();
    }
  }

  /** Runs a program and waits for it; as the last command of this process it takes its place. */
  async runProgram(
    words: readonly string[],
    given: Readonly<Record<string, string>>,
    takesPlace: boolean,
  ): Promise<number> {
    const [name = ""] = words;
    if (
      this.state.variables.get("PATH") === undefined &&
      !name.includes("/") &&
      this.state.flavour.name !== "ash"
    ) {
      return await this.#cannotRun(this.state.flavour.isBash ? `./${name}` : name, new CommandNotFound(name));
    }
    const [stdin, stdout, stderr] = [
      this.descriptors.get(0),
      this.descriptors.get(1),
      this.descriptors.get(2),
    ];
    const options = {
      argv: words,
      environment: { ...this.state.variables.environment(), ...given },
      directory: this.state.directory,
      ...(stdin?.readable && { stdin: stdin.readable }),
      ...(stdout?.writable && { stdout: stdout.writable }),
      ...(stderr?.writable && { stderr: stderr.writable }),
    };
    try {
      if (takesPlace && !this.traps.hasAny) {
        return await this.context.replace(options);
      }
      const process = this.context.spawn(options);
      const code = await this.traps.waitFor(process.exited, { isForeground: true });
      await this.tellOfSignal(process, words.join(" "), { isForeground: true });
      return code;
    } catch (error) {
      return await this.#cannotRun(words[0] ?? "", error);
    }
  }

  /** Says that a signal ended a process that was waited for, as each shell does. */
  async tellOfSignal(
    { endedBy, pid }: RunningProcess,
    text: string,
    { isForeground }: { readonly isForeground: boolean },
  ): Promise<void> {
    const description = endedBy === undefined ? undefined : signalTexts[endedBy];
    if (description === undefined) {
      return;
    }
    const { flavour, isInteractive } = this.state;
    if (!flavour.isBash || isInteractive) {
      await this.write(2, `${description}\n`);
    } else if (endedBy !== "SIGTERM") {
      await this.complain(`${String(pid).padStart(5)} ${description.padEnd(23)} ${text}`);
    } else if (isForeground) {
      await this.write(2, `${description}\n`);
    }
  }

  async #cannotRun(command: string, error: unknown): Promise<number> {
    const { messages, files, directory } = this.state;
    if (error instanceof CommandNotFound) {
      await this.complain(messages.notFound(command));
      return 127;
    }
    if (error instanceof PermissionDenied) {
      const path = command.startsWith("/") ? command : `${directory}/${command}`;
      const isFolder = files.exists(path) && files.status(path).type === "directory";
      await this.complain(messages.permissionDenied(command, isFolder));
      return 126;
    }
    throw error;
  }
}

/** Compound commands have had their failing parts looked at already. */
function isSelfContained({ commands }: Pipeline): boolean {
  const [first] = commands;
  return (
    commands.length > 1 ||
    (first !== undefined && ["simple", "subshell", "condition", "arithmetic"].includes(first.kind))
  );
}

function quoteAssignment(text: string, flavour: Flavour): string {
  const [, name = "", value = ""] = /^([^=]*=)(.*)$/s.exec(text) ?? [];
  return flavour.name === "dash" || value === "" ? text : name + quoteForTrace(value);
}

const signalTexts: Readonly<Partial<Record<SignalName, string>>> = {
  SIGHUP: "Hangup",
  SIGQUIT: "Quit",
  SIGKILL: "Killed",
  SIGTERM: "Terminated",
  SIGUSR1: "User defined signal 1",
  SIGUSR2: "User defined signal 2",
};

function quoteForTrace(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function exitCodeOf(error: unknown): number {
  if (error instanceof ShellExit) {
    return error.status;
  }
  if (error instanceof FunctionReturn) {
    return error.status;
  }
  if (error instanceof LoopJump) {
    return 0;
  }
  if (error instanceof Interrupted) {
    return 130;
  }
  if (error instanceof BrokenPipe) {
    return 141;
  }
  throw error;
}
