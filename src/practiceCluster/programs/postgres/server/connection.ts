import type { Duplex } from "node:stream";
import { type Message, MessageReader } from "../protocol.ts";

/** One client's stream as a server reads it: message after message. */
export class ClientConnection {
  readonly #stream: Duplex;
  readonly #reader = new MessageReader(true);
  readonly #messages: Message[] = [];
  #wake: (() => void) | undefined;
  #ended = false;

  constructor(stream: Duplex) {
    this.#stream = stream;
    stream.on("data", (bytes: Buffer) => this.#receive(bytes));
    for (const event of ["end", "close", "error"]) {
      stream.on(event, () => this.#end());
    }
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** The next message, or undefined when the client has gone. */
  async next(): Promise<Message | undefined> {
    while (this.#messages.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#messages.shift();
  }

  expectStartup(): void {
    this.#reader.expectStartup();
  }

  send(...messages: readonly Uint8Array[]): void {
    if (!this.#stream.destroyed && !this.#stream.writableEnded) {
      this.#stream.write(Buffer.concat(messages));
    }
  }

  close(): void {
    this.#end();
    this.#stream.end();
  }

  #receive(bytes: Buffer): void {
    try {
      this.#messages.push(...this.#reader.push(bytes));
    } catch {
      this.close();
    }
    this.#wake?.();
  }

  #end(): void {
    this.#ended = true;
    this.#wake?.();
  }
}
