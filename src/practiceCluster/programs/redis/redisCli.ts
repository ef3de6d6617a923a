import type { Duplex } from "node:stream";
import { type Lines, linesOfText, StreamLines } from "../postgres/psql/lines.ts";
import type { ProcessContext, Program } from "../program.ts";
import { encodeCommand, type Reply, RespReader } from "./resp.ts";

interface CliOptions {
  readonly host: string;
  readonly port: number;
  readonly password: string | undefined;
  readonly raw: boolean;
  readonly words: readonly string[];
}

const valued = new Set(["-h", "-p", "-a", "-n", "-u", "-r", "-i", "--pass", "--user"]);

function readOptions(context: ProcessContext): CliOptions {
  const rest = context.argv.slice(1);
  const values = new Map<string, string>();
  let raw = !context.tty;
  while (rest[0]?.startsWith("-")) {
    const name = rest.shift() ?? "";
    if (name === "--raw" || name === "--no-raw") {
      raw = name === "--raw";
    } else if (valued.has(name)) {
      values.set(name, rest.shift() ?? "");
    } else if (name !== "--no-auth-warning") {
      throw new Error(`Unrecognized option or bad number of args for: '${name}'`);
    }
  }
  return {
    host: values.get("-h") ?? "127.0.0.1",
    port: Number(values.get("-p") ?? 6379),
    password: values.get("-a") ?? values.get("--pass") ?? context.environment.REDISCLI_AUTH,
    raw,
    words: rest,
  };
}

/** `redis-cli [-h -p -a --raw] [COMMAND …]`: one command, or lines of stdin. */
export const redisCliProgram: Program = async (context) => {
  let options: CliOptions;
  try {
    options = readOptions(context);
  } catch (cause) {
    context.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
    return 1;
  }
  let connection: Connection;
  try {
    connection = new Connection(await open(context, options));
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    const reason = reasons[code] ?? (cause instanceof Error ? cause.message : String(cause));
    context.stderr.write(`Could not connect to Redis at ${options.host}:${options.port}: ${reason}\n`);
    return 1;
  }
  try {
    return await runCommands(context, options, connection);
  } finally {
    connection.close();
  }
};

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "Connection refused",
  ENOTFOUND: "Name or service not known",
  ETIMEDOUT: "Connection timed out",
  EHOSTUNREACH: "No route to host",
};

async function open(context: ProcessContext, { host, port }: CliOptions): Promise<Duplex> {
  const [address] = /^[\d.]+$/.test(host)
    ? [host]
    : await context.network.resolve(host === "localhost" ? "127.0.0.1" : host);
  if (address === undefined) {
    throw Object.assign(new Error(host), { code: "ENOTFOUND" });
  }
  return await context.network.connect(address, port, context.killed);
}

class Connection {
  readonly #stream: Duplex;
  readonly #reader = new RespReader();
  #wake: (() => void) | undefined;
  #ended = false;

  constructor(stream: Duplex) {
    this.#stream = stream;
    stream.on("data", (bytes: Buffer) => {
      this.#reader.push(bytes);
      this.#wake?.();
    });
    for (const event of ["end", "close", "error"]) {
      stream.on(event, () => {
        this.#ended = true;
        this.#wake?.();
      });
    }
  }

  /** The reply to a command, or undefined when the server has closed the connection. */
  async ask(words: readonly string[]): Promise<Reply | undefined> {
    if (!this.#ended) {
      this.#stream.write(encodeCommand(words));
    }
    for (;;) {
      const reply = this.#reader.next();
      if (reply !== undefined || this.#ended) {
        return reply;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  close(): void {
    this.#stream.end();
  }
}

async function runCommands(
  context: ProcessContext,
  options: CliOptions,
  connection: Connection,
): Promise<number> {
  if (options.password !== undefined) {
    const reply = await connection.ask(["AUTH", options.password]);
    if (typeof reply === "object" && reply !== null && "error" in reply) {
      context.stderr.write(`AUTH failed: ${reply.error}\n`);
    }
  }
  if (options.words.length > 0) {
    return await runCommand(context, options, connection, options.words);
  }
  const lines: Lines = context.stdin.readable
    ? new StreamLines(context.stdin, (prompt) => prompt !== "" && context.stdout.write(prompt))
    : linesOfText("");
  const prompt = context.tty ? `${options.host}:${options.port}> ` : "";
  for (let line = await lines.next(prompt); line !== undefined; line = await lines.next(prompt)) {
    const words = splitWords(line);
    if (["quit", "exit"].includes(words[0] ?? "")) {
      return 0;
    }
    if (words.length > 0) {
      await runCommand(context, options, connection, words);
    }
  }
  return 0;
}

const splitWords = (line: string) =>
  (line.match(/"(?:[^"\\]|\\.)*"|'[^']*'|\S+/g) ?? []).map((word) =>
    word.replace(/^(['"])([\s\S]*)\1$/, "$2"),
  );

/** Commands whose reply is printed as it is, without a line end of redis-cli's own. */
const printsAsItIs = (words: readonly string[]) =>
  /^(info|cluster (info|nodes)|client list|lolwut)\b/i.test(words.slice(0, 2).join(" "));

async function runCommand(
  context: ProcessContext,
  { raw }: CliOptions,
  connection: Connection,
  words: readonly string[],
): Promise<number> {
  const reply = await connection.ask(words);
  if (reply === undefined) {
    if (words[0]?.toLowerCase() !== "shutdown") {
      context.stderr.write("Error: Server closed the connection\n");
    }
    return words[0]?.toLowerCase() === "shutdown" ? 0 : 1;
  }
  if (printsAsItIs(words)) {
    context.stdout.write(rawText(reply));
  } else {
    context.stdout.write(raw ? `${rawText(reply)}\n` : formattedText(reply, ""));
  }
  return 0;
}

/** A reply as text for other programs. An error ends its line itself. */
function rawText(reply: Reply): string {
  if (reply === null) {
    return "";
  }
  if (typeof reply !== "object") {
    return String(reply);
  }
  if ("status" in reply) {
    return reply.status;
  }
  if ("error" in reply) {
    return `${reply.error}\n`;
  }
  return reply.map(rawText).join("\n");
}

/** A reply as people read it on a terminal. */
function formattedText(reply: Reply, indent: string): string {
  if (reply === null) {
    return "(nil)\n";
  }
  if (typeof reply === "number") {
    return `(integer) ${reply}\n`;
  }
  if (typeof reply === "string") {
    return `${JSON.stringify(reply)}\n`;
  }
  if ("status" in reply) {
    return `${reply.status}\n`;
  }
  if ("error" in reply) {
    return `(error) ${reply.error}\n`;
  }
  if (reply.length === 0) {
    return "(empty array)\n";
  }
  const width = String(reply.length).length;
  return reply
    .map((item, index) => {
      const label = `${String(index + 1).padStart(width)}) `;
      return `${index === 0 ? "" : indent}${label}${formattedText(item, indent + " ".repeat(label.length))}`;
    })
    .join("");
}
