import { Writable } from "node:stream";
import type { LogOptions } from "../api/nodeRuntime.ts";

interface LogLine {
  readonly at: number;
  readonly text: string;
}

/** A log is cut at its oldest end, as a node rotates it. */
const keptLines = 10_000;
const keptCharacters = 10 * 1024 * 1024;
/** A longer line goes on in the next one. */
const longestLine = 256 * 1024;

/** What a container wrote, line by line with the time, and who follows it. */
export class ContainerLog {
  readonly #now: () => number;
  #lines: LogLine[] = [];
  #characters = 0;
  /** How many lines were cut off so far. */
  #cut = 0;
  readonly #followers = new Set<() => void>();
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
        if (rest.length > longestLine) {
          this.#add(rest);
          rest = "";
        }
        this.#tellFollowers();
        done();
      },
      final: (done) => {
        if (rest !== "") {
          this.#add(rest);
          this.#tellFollowers();
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
    if (!options.follow || this.#isEnded || signal.aborted) {
      return;
    }
    await this.#follow(sink, formed, signal);
  }

  /** A reader that is slow gets the lines when it can take them; those that were cut off by then it misses. */
  #follow(sink: Writable, formed: (line: LogLine) => string, signal: AbortSignal): Promise<void> {
    let next = this.#cut + this.#lines.length;
    const follower = () => {
      while (!sink.writableNeedDrain && next < this.#cut + this.#lines.length) {
        next = Math.max(next, this.#cut);
        const line = this.#lines[next - this.#cut];
        next += 1;
        if (line) {
          sink.write(formed(line));
        }
      }
    };
    return new Promise<void>((resolve) => {
      const stop = () => {
        this.#followers.delete(follower);
        this.#endings.delete(ending);
        sink.off("drain", follower);
        sink.off("drain", ending);
        signal.removeEventListener("abort", stop);
        resolve();
      };
      const ending = () => {
        if (next >= this.#cut + this.#lines.length) {
          stop();
        } else {
          sink.once("drain", ending);
        }
      };
      this.#followers.add(follower);
      this.#endings.add(ending);
      sink.on("drain", follower);
      signal.addEventListener("abort", stop, { once: true });
    });
  }

  #tellFollowers(): void {
    for (const follower of this.#followers) {
      follower();
    }
  }

  #add(text: string): void {
    this.#lines.push({ at: this.#now(), text });
    this.#characters += text.length;
    if (this.#lines.length > keptLines * 1.1 || this.#characters > keptCharacters * 1.1) {
      this.#cutOldest();
    }
  }

  #cutOldest(): void {
    let first = Math.max(0, this.#lines.length - keptLines);
    let kept = this.#lines.slice(first).reduce((sum, { text }) => sum + text.length, 0);
    for (; kept > keptCharacters; first += 1) {
      kept -= this.#lines[first]?.text.length ?? 0;
    }
    this.#lines = this.#lines.slice(first);
    this.#characters = kept;
    this.#cut += first;
  }

  #selected({ tailLines, sinceSeconds, sinceTime }: LogOptions): LogLine[] {
    const since = sinceTime ? Date.parse(sinceTime) : sinceSeconds ? this.#now() - sinceSeconds * 1000 : 0;
    const recent = this.#lines.filter(({ at }) => at >= since);
    return tailLines === undefined ? recent : tailLines === 0 ? [] : recent.slice(-tailLines);
  }
}
