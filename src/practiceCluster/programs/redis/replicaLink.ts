import type { Duplex } from "node:stream";
import type { ProcessContext } from "../program.ts";
import { encodeCommand, type Reply, RespReader, wordsOf } from "./resp.ts";

export interface PrimaryAddress {
  readonly host: string;
  readonly port: number;
}

/** What a link tells its server. */
export interface LinkEvents {
  /** The primary's whole contents, as commands. */
  replaced(commands: readonly (readonly string[])[], replicationId: string, offset: number): void;
  /** A write of the primary. */
  written(words: readonly string[]): void;
  log(message: string): void;
}

const retryMs = 1000;

/** A replica's connection to its primary: connects, asks for everything, follows; again when it breaks. */
export class ReplicaLink {
  readonly address: PrimaryAddress;
  readonly #context: ProcessContext;
  readonly #events: LinkEvents;
  readonly #password: string;
  readonly #port: number;
  readonly #ended = new AbortController();
  #stream: Duplex | undefined;
  #synchronised = false;

  constructor(
    context: ProcessContext,
    address: PrimaryAddress,
    own: { readonly port: number; readonly password: string },
    events: LinkEvents,
  ) {
    this.#context = context;
    this.address = address;
    this.#password = own.password;
    this.#port = own.port;
    this.#events = events;
  }

  get isUp(): boolean {
    return this.#synchronised;
  }

  start(): void {
    if (this.#ended.signal.aborted || this.#context.killed.aborted) {
      return;
    }
    this.#events.log(`Connecting to MASTER ${this.address.host}:${this.address.port}`);
    this.#connect().catch((cause: unknown) => {
      this.#events.log(cause instanceof Error ? cause.message : String(cause));
      this.#again();
    });
  }

  stop(): void {
    this.#ended.abort();
    this.#synchronised = false;
    this.#stream?.destroy();
  }

  #again(): void {
    this.#synchronised = false;
    const timer = this.#context.clock.after(retryMs, () => this.start());
    this.#ended.signal.addEventListener("abort", () => timer.cancel(), { once: true });
    this.#context.killed.addEventListener("abort", () => timer.cancel(), { once: true });
  }

  async #connect(): Promise<void> {
    const { host, port } = this.address;
    const [ip] = /^[\d.]+$/.test(host) ? [host] : await this.#context.network.resolve(host);
    if (ip === undefined) {
      throw new Error(`Unable to connect to MASTER: Name or service not known`);
    }
    const stream = await this.#context.network.connect(ip, port, this.#ended.signal);
    this.#stream = stream;
    this.#events.log("MASTER <-> REPLICA sync started");
    const reader = new RespReader();
    let expected: "answer" | "contents" | "writes" = "answer";
    let [id, offset] = ["", 0];
    stream.on("data", (bytes: Buffer) => {
      reader.push(bytes);
      for (let value = reader.next(); value !== undefined; value = reader.next()) {
        const resync = fullResync(value);
        if (resync) {
          [id, offset] = resync;
          expected = "contents";
        } else if (expected === "contents" && typeof value === "string") {
          expected = "writes";
          this.#receiveContents(value, id, offset);
        } else if (expected === "writes") {
          this.#receiveWrite(value);
        } else if (isError(value)) {
          this.#events.log(`Error reply from MASTER: ${value.error}`);
        }
      }
    });
    this.#whenClosed(stream);
    const hello = this.#password === "" ? "" : encodeCommand(["AUTH", this.#password]);
    const listening = encodeCommand(["REPLCONF", "listening-port", String(this.#port)]);
    stream.write(hello + encodeCommand(["PING"]) + listening + encodeCommand(["PSYNC", "?", "-1"]));
  }

  #whenClosed(stream: Duplex): void {
    let isClosed = false;
    const closed = () => {
      if (!isClosed && !this.#ended.signal.aborted) {
        isClosed = true;
        this.#events.log("Connection with master lost.");
        stream.destroy();
        this.#again();
      }
    };
    stream.on("end", closed).on("close", closed).on("error", closed);
  }

  #receiveContents(contents: string, id: string, offset: number): void {
    const reader = new RespReader();
    reader.push(Buffer.from(contents));
    const commands: string[][] = [];
    for (let value = reader.next(); value !== undefined; value = reader.next()) {
      commands.push(wordsOf(value) ?? []);
    }
    this.#events.replaced(commands, id, offset);
    this.#synchronised = true;
    this.#events.log("MASTER <-> REPLICA sync: Finished with success");
  }

  #receiveWrite(value: Reply): void {
    const words = wordsOf(value);
    if (words && words[0] !== "PING") {
      this.#events.written(words);
    }
  }
}

function isError(value: Reply): value is { readonly error: string } {
  return typeof value === "object" && value !== null && "error" in value;
}

function fullResync(value: Reply): [string, number] | undefined {
  if (typeof value !== "object" || value === null || !("status" in value)) {
    return undefined;
  }
  const found = /^FULLRESYNC (\S+) (\d+)$/.exec(value.status);
  return found ? [found[1] ?? "", Number(found[2])] : undefined;
}
