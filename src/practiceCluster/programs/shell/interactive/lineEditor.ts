import type { Readable, Writable } from "node:stream";
import { readChunk } from "../../kit/input.ts";
import { write } from "../../kit/output.ts";
import type { Terminal } from "../../program.ts";

export type EditedLine = { readonly text: string } | "interrupted" | undefined;

/** One key: an escape sequence of several characters, or a character. */
const keyExpression = new RegExp(`^(?:${String.fromCharCode(27)}(?:\\[[0-9;]*[A-Za-z~]|O[A-Z])|[^])`, "u");

const key = (letter: string) => String.fromCharCode(letter.charCodeAt(0) & 0x1f);

/** A line at a prompt with the keys that learners use: arrows, history, Home, End, Ctrl-A E U K W L C D. */
export class LineEditor {
  readonly #input: Readable;
  readonly #output: Writable;
  readonly #terminal: Terminal;
  readonly #killed: AbortSignal;
  readonly #history: string[] = [];
  #text: string[] = [];
  #cursor = 0;
  #prompt = "";
  #historyIndex = 0;
  #draft = "";
  /** Keys that came behind the end of a line. */
  #typedAhead = "";

  constructor(input: Readable, output: Writable, terminal: Terminal, killed: AbortSignal) {
    this.#input = input;
    this.#output = output;
    this.#terminal = terminal;
    this.#killed = killed;
  }

  remember(text: string): void {
    if (text !== "" && this.#history.at(-1) !== text) {
      this.#history.push(text);
    }
  }

  /** The next line; undefined at Ctrl-D on an empty line or the end of the session. */
  async readLine(prompt: string): Promise<EditedLine> {
    this.#prompt = prompt;
    this.#text = [];
    this.#cursor = 0;
    this.#historyIndex = this.#history.length;
    this.#terminal.setRaw(true);
    try {
      await write(this.#output, prompt);
      return await this.#edit();
    } finally {
      this.#terminal.setRaw(false);
    }
  }

  async #edit(): Promise<EditedLine> {
    for (;;) {
      for (let typed = this.#nextKey(); typed !== undefined; typed = this.#nextKey()) {
        const result = await this.#press(typed);
        if (result !== "on") {
          return result;
        }
      }
      const chunk = await readChunk(this.#input, this.#killed);
      if (!chunk) {
        return undefined;
      }
      this.#typedAhead += chunk.toString();
    }
  }

  /** A key, which may be an escape sequence of several characters. */
  #nextKey(): string | undefined {
    const [typed] = keyExpression.exec(this.#typedAhead) ?? [];
    this.#typedAhead = this.#typedAhead.slice(typed?.length ?? 0);
    return typed;
  }

  async #press(typed: string): Promise<EditedLine | "on"> {
    switch (typed) {
      case "\r":
      case "\n":
        await write(this.#output, "\n");
        return { text: this.#text.join("") };
      case key("C"):
        await write(this.#output, "^C\n");
        return "interrupted";
      case key("D"):
        if (this.#text.length === 0) {
          return undefined;
        }
        this.#delete(this.#cursor, this.#cursor + 1);
        break;
      case key("L"):
        await write(this.#output, "\x1b[H\x1b[2J");
        break;
      default:
        this.#change(typed);
    }
    await this.#redraw();
    return "on";
  }

  #change(typed: string): void {
    const end = this.#text.length;
    const moves: Readonly<Record<string, () => void>> = {
      "\x7f": () => this.#delete(this.#cursor - 1, this.#cursor),
      "\b": () => this.#delete(this.#cursor - 1, this.#cursor),
      "\x1b[3~": () => this.#delete(this.#cursor, this.#cursor + 1),
      [key("U")]: () => this.#delete(0, this.#cursor),
      [key("K")]: () => this.#delete(this.#cursor, end),
      [key("W")]: () => this.#delete(this.#cursor - this.#wordBefore(), this.#cursor),
      [key("A")]: () => this.#moveTo(0),
      [key("E")]: () => this.#moveTo(end),
      "\x1b[H": () => this.#moveTo(0),
      "\x1b[F": () => this.#moveTo(end),
      "\x1b[1~": () => this.#moveTo(0),
      "\x1b[4~": () => this.#moveTo(end),
      "\x1b[D": () => this.#moveTo(this.#cursor - 1),
      "\x1b[C": () => this.#moveTo(this.#cursor + 1),
      "\x1b[A": () => this.#recall(-1),
      "\x1b[B": () => this.#recall(1),
      [key("P")]: () => this.#recall(-1),
      [key("N")]: () => this.#recall(1),
    };
    if (Object.hasOwn(moves, typed)) {
      moves[typed]?.();
    } else if (typed >= " " || typed === "\t") {
      this.#text.splice(this.#cursor, 0, typed === "\t" ? " " : typed);
      this.#cursor++;
    }
  }

  #wordBefore(): number {
    return /\S*\s*$/.exec(this.#text.slice(0, this.#cursor).join(""))?.[0].length ?? 0;
  }

  #moveTo(position: number): void {
    this.#cursor = Math.max(0, Math.min(this.#text.length, position));
  }

  #delete(from: number, to: number): void {
    const start = Math.max(0, from);
    this.#text.splice(start, to - start);
    this.#moveTo(start);
  }

  #recall(step: number): void {
    const index = this.#historyIndex + step;
    if (index < 0 || index > this.#history.length) {
      return;
    }
    if (this.#historyIndex === this.#history.length) {
      this.#draft = this.#text.join("");
    }
    this.#historyIndex = index;
    this.#text = [...(this.#history[index] ?? this.#draft)];
    this.#cursor = this.#text.length;
  }

  async #redraw(): Promise<void> {
    const shownPrompt = this.#prompt.split("\n").at(-1) ?? "";
    const back = this.#text.length - this.#cursor;
    const move = back > 0 ? `\x1b[${back}D` : "";
    await write(this.#output, `\r${shownPrompt}${this.#text.join("")}\x1b[K${move}`);
  }
}
