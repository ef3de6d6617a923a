import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import type { ProcessContext } from "../../program.ts";
import {
  encode,
  int32,
  type Message,
  MessageReader,
  type ReportFields,
  readReport,
  strings,
  text,
} from "../protocol.ts";
import { clientFinalMessage } from "../scram.ts";
import { connectToSocket, socketPath } from "../server/sockets.ts";
import type { ConnectionOptions } from "./options.ts";

/** A server's refusal or error, with all of its fields. */
export class ServerError extends Error {
  readonly fields: ReportFields;

  constructor(fields: ReportFields) {
    super(`${fields.S ?? "ERROR"}:  ${fields.M ?? ""}`);
    this.fields = fields;
  }
}

/** No connection at all, in libpq's words. */
export class ConnectionFailure extends Error {
  readonly needsPassword: boolean;

  constructor(message: string, needsPassword = false) {
    super(message);
    this.needsPassword = needsPassword;
  }
}

const protocolVersion = 196608;

/** Opens the stream to a server: a socket file of the container, or TCP over the cluster's network. */
export async function openStream(context: ProcessContext, options: ConnectionOptions): Promise<Duplex> {
  const { host, port } = options;
  if (host.startsWith("/")) {
    const path = socketPath(host, port);
    try {
      return connectToSocket(context.files, path);
    } catch {
      throw new ConnectionFailure(
        `connection to server on socket "${path}" failed: No such file or directory\n\tIs the server running locally and accepting connections on that socket?`,
      );
    }
  }
  return await openTcp(context, host, port);
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?",
  ETIMEDOUT: "Connection timed out\n\tIs the server running on that host and accepting TCP/IP connections?",
  EHOSTUNREACH: "No route to host\n\tIs the server running on that host and accepting TCP/IP connections?",
};

async function openTcp(context: ProcessContext, host: string, port: number): Promise<Duplex> {
  const [address] = /^[\d.]+$/.test(host) ? [host] : await context.network.resolve(host);
  if (address === undefined) {
    throw new ConnectionFailure(
      `could not translate host name "${host}" to address: Name or service not known`,
    );
  }
  try {
    return await context.network.connect(address, port, context.killed);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    throw new ConnectionFailure(
      `${serverName(host, address, port)} failed: ${reasons[code] ?? String(cause)}`,
    );
  }
}

const serverName = (host: string, address: string, port: number) =>
  host === address
    ? `connection to server at "${host}", port ${port}`
    : `connection to server at "${host}" (${address}), port ${port}`;

/** One session with a server. */
export class PostgresClient {
  readonly options: ConnectionOptions;
  readonly parameters: Record<string, string> = {};
  /** I outside a transaction, T inside, E in a failed one. */
  transactionStatus = "I";
  readonly #stream: Duplex;
  readonly #reader = new MessageReader();
  readonly #messages: Message[] = [];
  #wake: (() => void) | undefined;
  #ended = false;

  private constructor(stream: Duplex, options: ConnectionOptions) {
    this.#stream = stream;
    this.options = options;
    stream.on("data", (bytes: Buffer) => {
      this.#messages.push(...this.#reader.push(bytes));
      this.#wake?.();
    });
    for (const event of ["end", "close", "error"]) {
      stream.on(event, () => {
        this.#ended = true;
        this.#wake?.();
      });
    }
  }

  /** Connects and authenticates. Throws ConnectionFailure in libpq's words. */
  static async connect(context: ProcessContext, options: ConnectionOptions): Promise<PostgresClient> {
    const stream = await openStream(context, options);
    const client = new PostgresClient(stream, options);
    context.killed.addEventListener("abort", () => stream.destroy(), { once: true });
    try {
      await client.#start();
      return client;
    } catch (cause) {
      stream.destroy();
      throw cause instanceof ServerError ? await named(context, options, cause) : cause;
    }
  }

  send(...messages: readonly Uint8Array[]): void {
    this.#stream.write(Buffer.concat(messages));
  }

  /** The next message. Throws when the server has closed the connection. */
  async receive(): Promise<Message> {
    while (this.#messages.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const message = this.#messages.shift();
    if (!message) {
      throw new ConnectionFailure("server closed the connection unexpectedly");
    }
    if (message.type === "S") {
      this.#setParameter(message);
    } else if (message.type === "Z") {
      this.transactionStatus = message.body.toString("latin1");
    }
    return message;
  }

  close(): void {
    if (!this.#stream.destroyed && !this.#ended) {
      this.#stream.end(encode("X"));
    }
  }

  #setParameter({ body }: Message): void {
    const [name = "", value = ""] = strings(body);
    this.parameters[name] = value;
  }

  async #start(): Promise<void> {
    const { user, database, application } = this.options;
    const parameters = { user, database, application_name: application, client_encoding: "UTF8" };
    const pairs = Object.entries(parameters).flatMap(([name, value]) => [text(name), text(value)]);
    this.send(encode("", int32(protocolVersion), ...pairs, "\0"));
    for (let message = await this.receive(); message.type !== "Z"; message = await this.receive()) {
      if (message.type === "E") {
        throw new ServerError(readReport(message.body));
      }
      if (message.type === "R") {
        await this.#authenticate(message.body);
      }
    }
  }

  async #authenticate(body: Buffer): Promise<void> {
    const method = body.readInt32BE(0);
    if (method === 0 || method === 12) {
      return;
    }
    if (this.options.password === undefined) {
      throw new ServerError({ S: "", M: "fe_sendauth: no password supplied" });
    }
    if (method === 3) {
      this.send(encode("p", text(this.options.password)));
    } else if (method === 10) {
      await this.#proveBySecret(this.options.password);
    }
  }

  async #proveBySecret(password: string): Promise<void> {
    const nonce = randomBytes(18).toString("base64");
    const clientFirstBare = `n=,r=${nonce}`;
    const first = `n,,${clientFirstBare}`;
    this.send(encode("p", text("SCRAM-SHA-256"), int32(Buffer.byteLength(first)), first));
    const challenge = await this.receive();
    if (challenge.type === "E") {
      throw new ServerError(readReport(challenge.body));
    }
    const serverFirst = challenge.body.toString("utf8", 4);
    const combined = /r=([^,]*)/.exec(serverFirst)?.[1] ?? "";
    const clientFinalWithoutProof = `c=biws,r=${combined}`;
    this.send(
      encode("p", clientFinalMessage(password, { clientFirstBare, serverFirst, clientFinalWithoutProof })),
    );
  }
}

async function named(
  context: ProcessContext,
  options: ConnectionOptions,
  error: ServerError,
): Promise<Error> {
  const { host, port } = options;
  const report = error.fields.S ? error.message : (error.fields.M ?? "");
  if (host.startsWith("/")) {
    return new ConnectionFailure(
      `connection to server on socket "${socketPath(host, port)}" failed: ${report}`,
    );
  }
  const [address = host] = /^[\d.]+$/.test(host) ? [host] : await context.network.resolve(host);
  return new ConnectionFailure(`${serverName(host, address, port)} failed: ${report}`, !error.fields.S);
}
