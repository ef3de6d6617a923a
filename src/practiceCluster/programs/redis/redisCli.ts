import type { Duplex } from "node:stream";
import { delay } from "../../../common/clock.ts";
import { type Lines, linesOfText, StreamLines } from "../postgres/psql/lines.ts";
import type { ProcessContext, Program } from "../program.ts";
import { type ClusterTools, createCluster } from "./cluster/createCluster.ts";
import { encodeCommand, isFailure, type Reply, RespReader } from "./resp.ts";

interface CliOptions {
  readonly host: string;
  readonly port: number;
  readonly password: string | undefined;
  readonly raw: boolean;
  /** -c: a command is asked again where a MOVED points. */
  readonly follows: boolean;
  readonly words: readonly string[];
}

const valued = new Set(["-h", "-p", "-a", "-n", "-u", "-r", "-i", "--pass", "--user"]);

function readOptions(context: ProcessContext): CliOptions {
  const rest = context.argv.slice(1);
  const values = new Map<string, string>();
  let raw = !context.tty;
  let follows = false;
  while (rest[0]?.startsWith("-")) {
    const name = rest.shift() ?? "";
    if (name === "--cluster") {
      rest.unshift(name);
      break;
    }
    if (name === "-c") {
      follows = true;
    } else if (name === "--raw" || name === "--no-raw") {
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
    follows,
    words: rest,
  };
}

/** `redis-cli [-c -h -p -a --raw] [COMMAND …]`: one command, or lines of stdin; `--cluster create HOST:PORT …`. */
export const redisCliProgram: Program = async (context) => {
  let options: CliOptions;
  try {
    options = readOptions(context);
  } catch (cause) {
    context.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
    return 1;
  }
  if (options.words[0] === "--cluster") {
    return await manageCluster(context, options);
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

async function manageCluster(context: ProcessContext, options: CliOptions): Promise<number> {
  const [, action = "", ...rest] = options.words;
  const isSure = rest.includes("--cluster-yes");
  const given = rest.filter((word) => word !== "--cluster-yes");
  const replicas = given.indexOf("--cluster-replicas");
  const count = replicas < 0 ? "0" : given.splice(replicas, 2)[1];
  if (action !== "create" || count !== "0") {
    const what = action === "create" ? `--cluster-replicas ${count ?? ""}` : `--cluster ${action}`;
    context.stderr.write(`${what} is not in the practice cluster: it has create, without replicas\n`);
    return 1;
  }
  const tools: ClusterTools = {
    connect: async (host, port) => new Connection(await open(context, { ...options, host, port })),
    print: (line) => context.stdout.write(`${line}\n`),
    agree: async () => isSure || (await saysYes(context)),
    pause: () => delay(context.clock, 100, context.killed),
  };
  return await createCluster(tools, given);
}

async function saysYes(context: ProcessContext): Promise<boolean> {
  context.stdout.write("Can I set the above configuration? (type 'yes' to accept): ");
  const answer = await new StreamLines(context.stdin, () => undefined).next("");
  return answer?.trim().toLowerCase() === "yes";
}

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
  options: CliOptions,
  connection: Connection,
  words: readonly string[],
): Promise<number> {
  const reply = await connection.ask(words);
  const elsewhere = options.follows && reply !== undefined ? movedTo(reply) : undefined;
  if (elsewhere) {
    const other = new Connection(await open(context, { ...options, ...elsewhere }));
    try {
      return await runCommand(context, options, other, words);
    } finally {
      other.close();
    }
  }
  const { raw } = options;
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

/** Where a server sends a client whose key another one has. */
function movedTo(reply: Reply): { host: string; port: number } | undefined {
  const found = isFailure(reply) ? /^MOVED \d+ (.+):(\d+)$/.exec(reply.error) : undefined;
  return found ? { host: found[1] ?? "", port: Number(found[2]) } : undefined;
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
