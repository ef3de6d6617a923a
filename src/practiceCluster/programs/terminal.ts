import { Readable, type Writable } from "node:stream";
import type { SignalName, Terminal } from "./program.ts";

const control = (letter: string) => letter.charCodeAt(0) & 0x1f;
const interrupt = control("C");
const endOfFile = control("D");
const eraseWord = control("W");
const eraseLine = control("U");
const quit = 0x1c;
const backspaces = [0x08, 0x7f];
const carriageReturn = 0x0d;
const lineFeed = 0x0a;

/**
 * A terminal between the learner's keys and the programs of one session: the line discipline of Linux (termios,
 * canonical mode) as far as programs here notice it.
 */
export class LineTerminal implements Terminal {
  readonly columns = 80;
  foreground = 0;
  readonly #output: Writable;
  readonly #signal: (group: number, name: SignalName) => void;
  readonly #readers: TerminalInput[] = [];
  /** What readers may have: chunks, and ends of input (undefined). */
  readonly #ready: (Buffer | undefined)[] = [];
  #line: number[] = [];
  #isRaw = false;
  #isClosed = false;

  constructor(input: Readable, output: Writable, signal: (group: number, name: SignalName) => void) {
    this.#output = output;
    this.#signal = signal;
    input.on("data", (chunk: Buffer) => this.#type(chunk));
    input.on("end", () => this.close());
  }

  setRaw(isRaw: boolean): void {
    this.#isRaw = isRaw;
  }

  /** An end to read from. */
  open(): TerminalInput {
    return new TerminalInput(this);
  }

  /** The session is over: readers see the end of their input. */
  close(): void {
    this.#isClosed = true;
    this.#deliver();
  }

  /** A reader wants more; the last one that asked is served first. */
  pull(reader: TerminalInput): void {
    if (!this.#readers.includes(reader)) {
      this.#readers.push(reader);
    }
    this.#deliver();
  }

  forget(reader: TerminalInput): void {
    const index = this.#readers.indexOf(reader);
    if (index >= 0) {
      this.#readers.splice(index, 1);
    }
  }

  #type(chunk: Buffer): void {
    if (this.#isRaw) {
      this.#ready.push(chunk);
    } else {
      for (const byte of chunk) {
        this.#cook(byte);
      }
    }
    this.#deliver();
  }

  #cook(byte: number): void {
    if (byte === interrupt || byte === quit) {
      this.#echo(byte === interrupt ? "^C" : "^\\");
      this.#line = [];
      this.#signal(this.foreground, byte === interrupt ? "SIGINT" : "SIGQUIT");
    } else if (byte === carriageReturn || byte === lineFeed) {
      this.#echo("\n");
      this.#ready.push(Buffer.from([...this.#line, lineFeed]));
      this.#line = [];
    } else if (byte === endOfFile) {
      this.#ready.push(this.#line.length > 0 ? Buffer.from(this.#line) : undefined);
      this.#line = [];
    } else if (backspaces.includes(byte)) {
      this.#erase(1);
    } else if (byte === eraseLine) {
      this.#erase(this.#line.length);
    } else if (byte === eraseWord) {
      this.#erase(/\S*\s*$/.exec(Buffer.from(this.#line).toString("latin1"))?.[0].length ?? 0);
    } else {
      this.#line.push(byte);
      this.#echo(Buffer.from([byte]));
    }
  }

  #erase(count: number): void {
    for (let left = count; left > 0 && this.#line.length > 0; left--) {
      // a character of several bytes goes as one
      while (((this.#line.pop() ?? 0) & 0xc0) === 0x80) {
        // its following bytes
      }
      this.#echo("\b \b");
    }
  }

  #echo(text: string | Buffer): void {
    if (!this.#output.destroyed) {
      this.#output.write(text);
    }
  }

  #deliver(): void {
    while (this.#readers.length > 0 && (this.#ready.length > 0 || this.#isClosed)) {
      const reader = this.#readers.pop();
      const chunk = this.#ready.length > 0 ? this.#ready.shift() : undefined;
      reader?.push(chunk ?? null);
    }
  }
}

/** One process's end of the terminal: it asks for input only when the process reads. */
export class TerminalInput extends Readable {
  readonly #terminal: LineTerminal;

  constructor(terminal: LineTerminal) {
    super({ highWaterMark: 0 });
    this.#terminal = terminal;
  }

  /** Another end of the same terminal. */
  again(): TerminalInput {
    return new TerminalInput(this.#terminal);
  }

  override _read(): void {
    this.#terminal.pull(this);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#terminal.forget(this);
    done(error);
  }
}
