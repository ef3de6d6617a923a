import { PassThrough, Readable, type Writable } from "node:stream";
import type { Clock } from "../../common/clock.ts";
import type { ContainerFileSystem } from "./fileSystem.ts";
import type {
  ContainerNetwork,
  ProcessContext,
  Program,
  RunningProcess,
  SignalName,
  SpawnOptions,
} from "./program.ts";

/** No program of that name in the image; `exec` and shells word it in their own ways. */
export class CommandNotFound extends Error {
  readonly command: string;

  constructor(command: string) {
    super(`exec: "${command}": executable file not found in $PATH`);
    this.command = command;
  }
}

const signalNumbers: Readonly<Record<SignalName, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGTERM: 15,
};

/** A program of ours that failed in a way that no real one does: told on stderr, exit 70 (EX_SOFTWARE). */
const faultExitCode = 70;

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

/** The processes of one container: their table, signals and memory. The first one is pid 1. */
export class ContainerProcesses {
  readonly #options: ContainerProcessesOptions;
  readonly #table = new Map<number, Process>();
  #nextPid = 1;

  constructor(options: ContainerProcessesOptions) {
    this.#options = options;
  }

  get processes(): ReadonlyMap<number, RunningProcess> {
    return this.#table;
  }

  /** Starts a program by path or by name on PATH. Throws CommandNotFound. */
  start(options: SpawnOptions & { readonly tty?: boolean }): RunningProcess {
    const environment = { ...this.#options.environment, ...options.environment };
    const program = this.#find(options.argv[0] ?? "", environment.PATH ?? "/usr/local/bin:/usr/bin:/bin");
    const process = new Process(this.#nextPid++, options.argv);
    this.#table.set(process.pid, process);
    const context = this.#contextOf(process, options, environment);
    void process.run(program, context, () => {
      this.#table.delete(process.pid);
    });
    return process;
  }

  /** Ends everything at once. */
  killAll(): void {
    for (const process of this.#table.values()) {
      process.signal("SIGKILL");
    }
  }

  #find(command: string, searchPath: string): Program {
    const { programs } = this.#options;
    const candidates = command.includes("/")
      ? [command]
      : searchPath.split(":").map((folder) => `${folder}/${command}`);
    for (const candidate of candidates) {
      const program = Object.hasOwn(programs, candidate) ? programs[candidate] : undefined;
      if (program) {
        return program;
      }
    }
    throw new CommandNotFound(command);
  }

  #contextOf(
    process: Process,
    options: SpawnOptions & { readonly tty?: boolean },
    environment: Record<string, string>,
  ): ProcessContext {
    const { hostname, files, network, clock } = this.#options;
    const nowhere = (): Writable => new PassThrough().resume();
    return {
      pid: process.pid,
      argv: options.argv,
      environment,
      directory: options.directory ?? this.#options.directory,
      hostname,
      stdin: options.stdin ?? Readable.from([]),
      stdout: options.stdout ?? nowhere(),
      stderr: options.stderr ?? nowhere(),
      tty: options.tty ?? false,
      files,
      network,
      memory: { use: (bytes) => this.#account(process, bytes) },
      clock,
      killed: process.killed,
      onSignal: (name, handler) => process.handle(name, handler),
      spawn: (child) => this.start({ environment, ...child }),
      processes: this.#table,
    };
  }

  /** The process whose memory grows beyond the container's limit is the one that is killed. */
  #account(process: Process, bytes: number): void {
    process.memoryBytes = bytes;
    const total = [...this.#table.values()].reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
    if (this.#options.memoryLimitBytes !== undefined && total > this.#options.memoryLimitBytes) {
      this.#options.onOutOfMemory();
      process.signal("SIGKILL");
    }
  }
}

class Process implements RunningProcess {
  readonly pid: number;
  readonly argv: readonly string[];
  readonly exited: Promise<number>;
  memoryBytes = 0;
  readonly #handlers = new Map<SignalName, () => void>();
  readonly #kill = new AbortController();
  #finish: (code: number) => void = () => undefined;

  constructor(pid: number, argv: readonly string[]) {
    this.pid = pid;
    this.argv = argv;
    this.exited = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  get killed(): AbortSignal {
    return this.#kill.signal;
  }

  handle(name: SignalName, handler: () => void): () => void {
    this.#handlers.set(name, handler);
    return () => {
      if (this.#handlers.get(name) === handler) {
        this.#handlers.delete(name);
      }
    };
  }

  signal(name: SignalName): void {
    const handler = name === "SIGKILL" ? undefined : this.#handlers.get(name);
    if (handler) {
      handler();
      return;
    }
    // Linux does not give pid 1 of a container the default action of a signal that it does not handle
    if (this.pid === 1 && name !== "SIGKILL") {
      return;
    }
    this.#finish(128 + signalNumbers[name]);
    this.#kill.abort(new Error(name));
  }

  /** Runs the program to its end; a killed one is over at once, whatever it still does. */
  async run(program: Program, context: ProcessContext, ended: () => void): Promise<void> {
    void this.exited.then(ended);
    try {
      this.#finish(await program(context));
    } catch (error) {
      if (!this.#kill.signal.aborted) {
        context.stderr.write(`${context.argv[0]}: ${error instanceof Error ? error.message : error}\n`);
      }
      this.#finish(faultExitCode);
    } finally {
      this.#kill.abort();
    }
  }
}
