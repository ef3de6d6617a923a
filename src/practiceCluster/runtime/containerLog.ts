import { Writable } from "node:stream";
import type { LogOptions } from "../api/nodeRuntime.ts";

interface LogLine {
  readonly at: number;
  readonly text: string;
}

/** A log is cut at its oldest end, as a node rotates it. */
const keptLines = 10_000;

/** What a container wrote, line by line with the time, and who follows it. */
export class ContainerLog {
  readonly #now: () => number;
  #lines: LogLine[] = [];
  readonly #followers = new Set<(line: LogLine) => void>();
  readonly #endings = new Set<() => void>();
  #isEnded = false;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A stream of the container that ends up in the log. */
  stream(): Writable {
    let rest = "";
    return new Writable({
      decodeStrings: false,
      write: (chunk: Buffer | string, _encoding, done) => {
        const parts = (rest + chunk.toString()).split("\n");
        rest = parts.pop() ?? "";
        for (const text of parts) {
          this.#add(text);
        }
        done();
      },
      final: (done) => {
        if (rest !== "") {
          this.#add(rest);
        }
        done();
      },
    });
  }

  /** Nothing more will be written: followers are told. */
  end(): void {
    this.#isEnded = true;
    for (const ending of this.#endings) {
      ending();
    }
  }

  /** The last lines, at most so many lines and characters. */
  tail(lines: number, characters: number): string {
    const text = this.#lines.slice(-lines).map((line) => `${line.text}\n`);
    return text.join("").slice(-characters);
  }

  /** Writes what the options ask for; with `follow` until the log ends or the signal is aborted. */
  async write(options: LogOptions, sink: Writable, signal: AbortSignal): Promise<void> {
    const formed = ({ at, text }: LogLine) =>
      `${options.timestamps ? `${new Date(at).toISOString()} ` : ""}${text}\n`;
    const text = this.#selected(options).map(formed).join("");
    sink.write(options.limitBytes === undefined ? text : Buffer.from(text).subarray(0, options.limitBytes));
    if (!options.follow || this.#isEnded) {
      return;
    }
    await new Promise<void>((resolve) => {
      const follower = (line: LogLine) => void sink.write(formed(line));
      const stop = () => {
        this.#followers.delete(follower);
        this.#endings.delete(stop);
        resolve();
      };
      this.#followers.add(follower);
      this.#endings.add(stop);
      signal.addEventListener("abort", stop, { once: true });
    });
  }

  #add(text: string): void {
    const line = { at: this.#now(), text };
    this.#lines.push(line);
    if (this.#lines.length > keptLines * 1.1) {
      this.#lines = this.#lines.slice(-keptLines);
    }
    for (const follower of this.#followers) {
      follower(line);
    }
  }

  #selected({ tailLines, sinceSeconds, sinceTime }: LogOptions): LogLine[] {
    const since = sinceTime ? Date.parse(sinceTime) : sinceSeconds ? this.#now() - sinceSeconds * 1000 : 0;
    const recent = this.#lines.filter(({ at }) => at >= since);
    return tailLines === undefined ? recent : tailLines === 0 ? [] : recent.slice(-tailLines);
  }
}
