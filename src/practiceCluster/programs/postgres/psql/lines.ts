import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

/** Where psql reads its input from, line by line. */
export interface Lines {
  /** The next line without its end, or undefined at the end of the input. */
  next(prompt: string): Promise<string | undefined>;
}

/** The lines of a text that is there already. */
export function linesOfText(content: string): Lines {
  const lines = content.split(/\r?\n/);
  if (lines.at(-1) === "") {
    lines.pop();
  }
  return { next: async () => lines.shift() };
}

/** Lines of a stream as they come; `prompt` is written before each when there is somebody to read it. */
export class StreamLines implements Lines {
  readonly #decoder = new StringDecoder("utf8");
  readonly #write: (prompt: string) => void;
  #buffered = "";
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(stream: Readable, write: (prompt: string) => void) {
    this.#write = write;
    stream.on("data", (bytes: Buffer) => {
      this.#buffered += this.#decoder.write(bytes);
      this.#wake?.();
    });
    for (const event of ["end", "close", "error"]) {
      stream.on(event, () => {
        this.#ended = true;
        this.#wake?.();
      });
    }
  }

  async next(prompt: string): Promise<string | undefined> {
    this.#write(prompt);
    while (!/[\r\n]/.test(this.#buffered) && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#take();
  }

  #take(): string | undefined {
    const found = /\r?\n|\r/.exec(this.#buffered);
    const length = found ? found.index : this.#buffered.length;
    const line = this.#buffered.slice(0, length);
    this.#buffered = this.#buffered.slice(length + (found?.[0].length ?? 0));
    return found || line !== "" ? line : undefined;
  }
}
