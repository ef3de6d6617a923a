import type { RunningProcess, SignalName } from "./program.ts";

export const signalNumbers: Readonly<Record<SignalName, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGTERM: 15,
};

interface ProcessOptions {
  readonly pid: number;
  readonly parentPid: number;
  readonly group: number;
  readonly argv: readonly string[];
  readonly startedAt: number;
}

/** One process of a container: its signals and its end. */
export class Process implements RunningProcess {
  readonly pid: number;
  readonly parentPid: number;
  readonly group: number;
  readonly startedAt: number;
  readonly exited: Promise<number>;
  argv: readonly string[];
  memoryBytes = 0;
  endedBy: SignalName | undefined;
  /** Where the process works now; its children begin there. */
  directory: () => string | undefined = () => undefined;
  readonly #handlers = new Map<SignalName, () => void>();
  readonly #kill = new AbortController();
  #resolve: (code: number) => void = () => undefined;

  constructor({ pid, parentPid, group, argv, startedAt }: ProcessOptions) {
    this.pid = pid;
    this.parentPid = parentPid;
    this.group = group;
    this.argv = argv;
    this.startedAt = startedAt;
    this.exited = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** Aborted when the process is over. */
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

  /** Another program in this process: handlers belong to the old one. */
  becomes(argv: readonly string[]): void {
    this.argv = argv;
    this.#handlers.clear();
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
    if (!this.#kill.signal.aborted) {
      this.endedBy = name;
    }
    this.finish(128 + signalNumbers[name]);
  }

  finish(code: number): void {
    this.#resolve(code & 0xff);
    this.#kill.abort();
  }
}
