import { PassThrough, Readable, type Writable } from "node:stream";
import type { Clock } from "../../common/clock.ts";
import type { ContainerFileSystem } from "./fileSystem.ts";
import { findProgram } from "./kit/findProgram.ts";
import { BrokenPipe } from "./kit/output.ts";
import { Process } from "./process.ts";
import type {
  ContainerNetwork,
  ProcessContext,
  Program,
  RunningProcess,
  SignalName,
  SpawnOptions,
} from "./program.ts";
import { LineTerminal, TerminalInput } from "./terminal.ts";

export { CommandNotFound, PermissionDenied } from "./kit/findProgram.ts";

/** A program of ours that failed in a way that no real one does: told on stderr, exit 70 (EX_SOFTWARE). */
const faultExitCode = 70;
/** 128 + SIGPIPE: how a program ends that writes to a pipe which nobody reads any more. */
const brokenPipeExitCode = 141;

export interface ContainerProcessesOptions {
  /** Absolute path → program. */
  readonly programs: Readonly<Record<string, Program>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly hostname: string;
  readonly directory: string;
  readonly files: ContainerFileSystem;
  readonly network: ContainerNetwork;
  readonly clock: Clock;
  readonly memoryLimitBytes: number | undefined;
  readonly onOutOfMemory: () => void;
}

/** What a process is started with beside its program. */
interface StartOptions extends SpawnOptions {
  readonly terminal?: LineTerminal | undefined;
  readonly parent?: Process | undefined;
}

/** The processes of one container: their table, signals and memory. The first one is pid 1. */
export class ContainerProcesses {
  readonly #options: ContainerProcessesOptions;
  readonly #table = new Map<number, Process>();
  #memoryLimitBytes: number | undefined;
  #nextPid = 1;

  constructor(options: ContainerProcessesOptions) {
    this.#options = options;
    this.#memoryLimitBytes = options.memoryLimitBytes;
  }

  /** Another limit for the accounted memory, from the next claim on; undefined: none. */
  limitMemory(bytes: number | undefined): void {
    this.#memoryLimitBytes = bytes;
  }

  get processes(): ReadonlyMap<number, RunningProcess> {
    return this.#table;
  }

  /**
   * Starts a program by path or by name on PATH, as the container's first process or beside it (exec). With `tty`
   * its streams are a terminal's. Throws CommandNotFound or PermissionDenied.
   */
  start({ tty, ...options }: SpawnOptions & { readonly tty?: boolean }): RunningProcess {
    const environment = { ...this.#options.environment, ...options.environment };
    if (!tty || !options.stdin || !options.stdout) {
      return this.#spawn({ ...options, environment });
    }
    const terminal = new LineTerminal(options.stdin, options.stdout, (group, signal) =>
      this.#signalGroup(group, signal),
    );
    const process = this.#spawn({ ...options, environment, terminal, stdin: terminal.open() });
    terminal.foreground = process.group;
    void process.exited.then(() => terminal.close());
    return process;
  }

  /** Ends everything at once. */
  killAll(): void {
    for (const process of this.#table.values()) {
      process.signal("SIGKILL");
    }
  }

  #signalGroup(group: number, signal: SignalName): void {
    for (const process of this.#table.values()) {
      if (process.group === group) {
        process.signal(signal);
      }
    }
  }

  #spawn(options: StartOptions): Process {
    const { program, argv } = this.#find(options);
    return this.#run(program, { ...options, argv });
  }

  #find({ argv, environment, directory, parent }: StartOptions) {
    return findProgram(argv, {
      programs: this.#options.programs,
      files: this.#options.files,
      searchPath: (environment ?? this.#options.environment)["PATH"] ?? "/usr/local/bin:/usr/bin:/bin",
      directory: directory ?? parent?.directory() ?? this.#options.directory,
    });
  }

  #run(program: Program, options: StartOptions): Process {
    const { parent } = options;
    const pid = this.#nextPid++;
    const group = options.ownGroup || !parent ? pid : parent.group;
    const startedAt = this.#options.clock.now();
    const process = new Process({ pid, parentPid: parent?.pid ?? 0, group, argv: options.argv, startedAt });
    this.#table.set(pid, process);
    const context = this.#contextOf(process, options);
    process.directory = () => context.directory;
    void process.exited.then(() => {
      this.#table.delete(pid);
      if (context.stdin instanceof TerminalInput) {
        context.stdin.destroy();
      }
    });
    void this.#runToEnd(program, context, process);
    return process;
  }

  /** Runs the program to its end; a killed one is over at once, whatever it still does. */
  async #runToEnd(program: Program, context: ProcessContext, process: Process): Promise<void> {
    try {
      process.finish(await program(context));
    } catch (error) {
      process.finish(exitCodeOf(error, context, process));
    }
  }

  #contextOf(process: Process, options: StartOptions): ProcessContext {
    const { hostname, files, network, clock } = this.#options;
    const { parent, terminal } = options;
    const environment = { ...(options.environment ?? this.#options.environment) };
    const child = (given: SpawnOptions): StartOptions => ({
      environment,
      directory: context.directory,
      ...given,
      terminal,
      parent: process,
    });
    const context: ProcessContext = {
      pid: process.pid,
      parentPid: process.parentPid,
      argv: options.argv,
      environment,
      directory: options.directory ?? parent?.directory() ?? this.#options.directory,
      hostname,
      stdin: ownInput(options.stdin),
      stdout: options.stdout ?? nowhere(),
      stderr: options.stderr ?? nowhere(),
      tty: terminal !== undefined && options.stdin instanceof TerminalInput,
      terminal,
      files,
      network,
      memory: { use: (bytes) => this.#account(process, bytes) },
      clock,
      killed: process.killed,
      onSignal: (name, handler) => process.handle(name, handler),
      spawn: (given) => this.#spawn(child(given)),
      fork: (program, given) => this.#run(program, child(given)),
      replace: (given) => this.#replace(process, child(given)),
      processes: this.#table,
    };
    return context;
  }

  async #replace(process: Process, options: StartOptions): Promise<number> {
    const { program, argv } = this.#find(options);
    process.becomes(argv);
    const context = this.#contextOf(process, { ...options, argv });
    process.directory = () => context.directory;
    return await program(context);
  }

  /** When the memory of a container grows beyond its limit, everything in it is killed (memory.oom.group, as the kubelet sets it). */
  #account(process: Process, bytes: number): void {
    process.memoryBytes = bytes;
    const total = [...this.#table.values()].reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
    if (this.#memoryLimitBytes !== undefined && total > this.#memoryLimitBytes) {
      this.#options.onOutOfMemory();
      this.killAll();
    }
  }
}

/** Each process reads the terminal through an end of its own, so that Ctrl-D ends the input of one of them only. */
function ownInput(stdin: Readable | undefined): Readable {
  return stdin instanceof TerminalInput ? stdin.again() : (stdin ?? Readable.from([]));
}

function nowhere(): Writable {
  return new PassThrough().resume();
}

function exitCodeOf(error: unknown, context: ProcessContext, process: Process): number {
  if (error instanceof BrokenPipe) {
    return brokenPipeExitCode;
  }
  if (!process.killed.aborted) {
    context.stderr.write(`${context.argv[0]}: ${error instanceof Error ? error.message : error}\n`);
  }
  return faultExitCode;
}
