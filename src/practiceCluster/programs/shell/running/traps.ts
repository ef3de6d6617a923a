import type { SignalName } from "../../program.ts";
import type { Interpreter } from "./interpreter.ts";
import { Interrupted, ShellExit } from "./jumps.ts";

export const trappable: readonly SignalName[] = [
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  "SIGUSR1",
  "SIGUSR2",
  "SIGTERM",
];
const interruptedCode = 130;

/** What a shell does when signals come: `trap`, and what an interactive shell does without. */
export class Traps {
  readonly #shell: Interpreter;
  readonly #restore = new Map<SignalName, () => void>();
  #pending: SignalName[] = [];
  #isInterrupted = false;
  #waits = 0;
  #onSignal: () => void = () => undefined;
  #isInTrap = false;

  constructor(shell: Interpreter) {
    this.#shell = shell;
  }

  /** Whether anything is to be done at a signal or at the end. */
  get hasAny(): boolean {
    return [...this.#shell.state.traps.values()].some((command) => command !== "");
  }

  /** Takes up the state's traps, and the ways of an interactive shell. */
  install(): void {
    const { state } = this.#shell;
    for (const signal of trappable) {
      if (state.traps.has(signal) || (state.isInteractive && signal !== "SIGHUP")) {
        this.#listen(signal);
      }
    }
  }

  /** `trap`: undefined restores the default, "" ignores the signal. */
  set(condition: SignalName | "EXIT", command: string | undefined): void {
    const { state } = this.#shell;
    if (command === undefined) {
      state.traps.delete(condition);
    } else {
      state.traps.set(condition, command);
    }
    if (condition === "EXIT" || condition === "SIGKILL") {
      return;
    }
    this.#restore.get(condition)?.();
    this.#restore.delete(condition);
    if (command !== undefined || state.isInteractive) {
      this.#listen(condition);
    }
  }

  #listen(signal: SignalName): void {
    this.#restore.set(
      signal,
      this.#shell.context.onSignal(signal, () => this.#arrive(signal)),
    );
  }

  #arrive(signal: SignalName): void {
    const command = this.#shell.state.traps.get(signal);
    if (command !== undefined && command !== "") {
      this.#pending.push(signal);
      this.#onSignal();
    } else if (command === undefined && signal === "SIGINT" && this.#waits === 0) {
      this.#isInterrupted = true;
      this.#onSignal();
    }
  }

  /** Forgets a Ctrl-C that came before this. */
  beginLine(): void {
    this.#isInterrupted = false;
  }

  throwIfInterrupted(): void {
    if (this.#isInterrupted) {
      this.#isInterrupted = false;
      throw new Interrupted("interrupted");
    }
  }

  /** Runs the commands of the signals that have come. */
  async runPending(): Promise<void> {
    for (let signal = this.#pending.shift(); signal; signal = this.#pending.shift()) {
      await this.#run(this.#shell.state.traps.get(signal) ?? "");
    }
  }

  async #run(command: string): Promise<void> {
    const { state } = this.#shell;
    const before = state.status;
    await this.#shell.runText(command);
    state.status = before;
  }

  /** Runs the EXIT trap, once. Resolves with the exit code of the process. */
  async runExit(code: number): Promise<number> {
    const { state } = this.#shell;
    const command = state.traps.get("EXIT");
    state.traps.delete("EXIT");
    if (command === undefined || command === "" || this.#isInTrap) {
      return code;
    }
    this.#isInTrap = true;
    state.status = code;
    try {
      await this.#shell.reporting(() => this.#shell.runText(command));
      return code;
    } catch (error) {
      if (error instanceof ShellExit) {
        return error.status;
      }
      throw error;
    }
  }

  /** Waits for what this shell runs in the foreground. Throws Interrupted when Ctrl-C ended it. */
  async waitFor<T>(work: Promise<T>, { isForeground = false } = {}): Promise<T> {
    this.#waits++;
    try {
      const result = await work;
      if (isForeground && result === interruptedCode && this.#shell.state.isInteractive) {
        throw new Interrupted("interrupted");
      }
      return result;
    } finally {
      this.#waits--;
    }
  }

  /** Waits as `wait` does: a signal with a trap ends it. Resolves with undefined then. */
  async waitForOrSignal<T>(work: Promise<T>): Promise<T | { readonly signal: SignalName | "SIGINT" }> {
    const signalled = new Promise<{ signal: SignalName }>((resolve) => {
      this.#onSignal = () => resolve({ signal: this.#pending[0] ?? "SIGINT" });
    });
    try {
      return await Promise.race([work, signalled]);
    } finally {
      this.#onSignal = () => undefined;
    }
  }
}
