import type { ContainerFileSystem } from "../../fileSystem.ts";
import type { ProcessContext } from "../../program.ts";
import type { Flavour } from "../flavour.ts";
import type { Command } from "../syntax.ts";
import { Messages } from "./messages.ts";
import { ReadonlyVariable, Variables } from "./variables.ts";

/** Options of `set` by letter. */
export const optionLetters: Readonly<Record<string, string>> = {
  a: "allexport",
  b: "notify",
  C: "noclobber",
  e: "errexit",
  f: "noglob",
  h: "hashall",
  m: "monitor",
  n: "noexec",
  u: "nounset",
  v: "verbose",
  x: "xtrace",
};

export interface StateOptions {
  readonly flavour: Flavour;
  readonly context: ProcessContext;
  readonly shellName: string;
  readonly positional: readonly string[];
  readonly options: Iterable<string>;
  /** Whether a file is run: messages name its lines. */
  readonly isScript: boolean;
  readonly isInteractive: boolean;
  /** Letters of `$-` that stand for how the shell was started. */
  readonly startLetters: string;
}

/** All that a shell knows: what a subshell gets a copy of. */
export class ShellState {
  readonly flavour: Flavour;
  readonly messages: Messages;
  readonly context: ProcessContext;
  /** `$$`: a subshell keeps its parent's. */
  readonly pid: number;
  readonly isInteractive: boolean;
  readonly startLetters: string;
  readonly options: Set<string>;
  variables: Variables;
  functions = new Map<string, Command>();
  aliases = new Map<string, string>();
  /** Commands by signal name or EXIT. */
  traps = new Map<string, string>();
  shellName: string;
  isScript: boolean;
  positional: readonly string[];
  status = 0;
  lastBackground: number | undefined;
  line = 1;
  functionDepth = 0;
  sourceDepth = 0;
  loopDepth = 0;
  /** Where `getopts` stands in its word. */
  optionOffset = 1;
  /** Above 0 inside of `eval`: its syntax errors say so. */
  evalDepth = 0;
  umask = 0o022;
  readonly #startedAt: number;

  constructor(options: StateOptions & { readonly pid?: number; readonly variables?: Variables }) {
    const { flavour, context } = options;
    this.flavour = flavour;
    this.messages = new Messages(flavour, () => this.options.has("errexit"));
    this.context = context;
    this.pid = options.pid ?? context.pid;
    this.shellName = options.shellName;
    this.positional = options.positional;
    this.isScript = options.isScript;
    this.isInteractive = options.isInteractive;
    this.startLetters = options.startLetters;
    this.options = new Set(options.options);
    this.#startedAt = context.clock.now();
    this.variables = options.variables ?? this.#importEnvironment();
  }

  #importEnvironment(): Variables {
    const variables = new Variables();
    for (const [name, value] of Object.entries(this.context.environment)) {
      if (/^[A-Za-z_]\w*$/.test(name)) {
        variables.set(name, value);
        variables.declare(name).isExported = true;
      }
    }
    const given = { IFS: " \t\n", PS4: "+ ", OPTIND: "1", PPID: String(this.context.parentPid) };
    for (const [name, value] of Object.entries(given)) {
      variables.set(name, value);
    }
    variables.set("PWD", this.context.directory);
    variables.declare("PWD").isExported = true;
    variables.set("SHLVL", String(Number(this.context.environment["SHLVL"] ?? 0) + 1));
    variables.declare("SHLVL").isExported = true;
    if (this.flavour.isBash) {
      const bash = {
        UID: "0",
        EUID: "0",
        HOSTNAME: this.context.hostname,
        BASH_VERSION: "5.2.15(1)-release",
      };
      for (const [name, value] of Object.entries({ ...bash, BASH: "/bin/bash", HOSTTYPE: "x86_64" })) {
        variables.set(name, value);
      }
    }
    return variables;
  }

  /** The state of a subshell: changes there stay there. Traps are reset (XCU 2.12). */
  copy(context: ProcessContext): ShellState {
    const copy = new ShellState({
      ...this.#startOptions(context),
      pid: this.pid,
      variables: this.variables.copy(),
    });
    copy.functions = new Map(this.functions);
    copy.aliases = new Map(this.aliases);
    copy.status = this.status;
    copy.lastBackground = this.lastBackground;
    copy.line = this.line;
    copy.functionDepth = this.functionDepth;
    copy.sourceDepth = this.sourceDepth;
    copy.loopDepth = this.loopDepth;
    for (const [signal, command] of this.traps) {
      if (command === "") {
        copy.traps.set(signal, "");
      }
    }
    return copy;
  }

  #startOptions(context: ProcessContext): StateOptions {
    const { flavour, shellName, positional, options, isScript, startLetters } = this;
    return { flavour, context, shellName, positional, options, isScript, isInteractive: false, startLetters };
  }

  get files(): ContainerFileSystem {
    return this.context.files;
  }

  get directory(): string {
    return this.context.directory;
  }

  /** The value of `$name`; undefined when it is not set. */
  parameter(name: string): string | undefined {
    if (/^\d+$/.test(name)) {
      return name === "0" ? this.shellName : this.positional[Number(name) - 1];
    }
    switch (name) {
      case "@":
      case "*":
        return this.positional.length > 0 ? this.positional.join(" ") : undefined;
      case "#":
        return String(this.positional.length);
      case "?":
        return String(this.status);
      case "$":
        return String(this.pid);
      case "!":
        return this.lastBackground === undefined ? undefined : String(this.lastBackground);
      case "-":
        return this.#letters();
      default:
        return this.variables.get(name) ?? this.#computed(name);
    }
  }

  #computed(name: string): string | undefined {
    switch (name) {
      case "LINENO":
        return String(this.line);
      case "RANDOM":
        return this.flavour.name === "dash" ? undefined : String(Math.floor(Math.random() * 32768));
      case "SECONDS":
        return this.flavour.isBash
          ? String(Math.floor((this.context.clock.now() - this.#startedAt) / 1000))
          : undefined;
      case "EPOCHSECONDS":
        return this.flavour.name === "dash" ? undefined : String(Math.floor(this.context.clock.now() / 1000));
      default:
        return undefined;
    }
  }

  /** The letters of `$-`, in each shell's own order. */
  #letters(): string {
    const set = Object.entries(optionLetters).flatMap(([letter, name]) =>
      this.options.has(name) ? letter : [],
    );
    const all = new Set([...set, ...this.startLetters]);
    const order = this.flavour.isBash ? "abefhimnptuvxBCcs" : "ubaCvxcsnmife";
    return [...order].filter((letter) => all.has(letter)).join("");
  }

  /** Sets a variable. Throws ShellFailure when it is readonly. */
  assign(name: string, value: string): void {
    try {
      this.variables.set(name, value);
    } catch (error) {
      throw this.readonlyFailure(error);
    }
    if (this.options.has("allexport")) {
      this.variables.declare(name).isExported = true;
    }
  }

  readonlyFailure(error: unknown): unknown {
    return error instanceof ReadonlyVariable ? this.messages.isReadonly(error.variable) : error;
  }
}
