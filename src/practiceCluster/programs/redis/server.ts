import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import type { ProcessContext } from "../program.ts";
import { Cluster } from "./cluster/cluster.ts";
import { CommandFailure, globPattern, type KeyCommand } from "./commands/command.ts";
import { collectionCommands } from "./commands/index.ts";
import type { Configuration } from "./configuration.ts";
import { infoText } from "./info.ts";
import { Journal } from "./journal.ts";
import { Keyspace, WrongType } from "./keyspace.ts";
import type { RedisLog } from "./log.ts";
import { ReplicaLink } from "./replicaLink.ts";
import { encodeCommand, encodeReply, failure, ok, type Reply, RespReader, wordsOf } from "./resp.ts";

/** One client of a server. */
export interface Client {
  readonly stream: Duplex;
  readonly address: string;
  isAuthenticated: boolean;
  /** Commands since MULTI. */
  queued: string[][] | undefined;
  name: string;
  /** The port that a replica says it listens on. */
  replicaPort: number | undefined;
  isReplica: boolean;
}

const baseMemory = 8 * 1024 * 1024;
const relativeExpiry = new Set(["EXPIRE", "PEXPIRE"]);
const withExpiry = new Set(["SET", "SETEX"]);
const beforeAuthentication = new Set(["AUTH", "HELLO", "QUIT"]);

const denied =
  "DENIED Redis is running in protected mode because protected mode is enabled and no password is set for the default user. In this mode connections are only accepted from the loopback interface.";

/** A Redis server in a container: keys, clients, its journal, and its part in replication. */
export class RedisServer {
  readonly context: ProcessContext;
  readonly configuration: Configuration;
  readonly version: string;
  readonly keys: Keyspace;
  readonly startedAt: number;
  readonly clients = new Set<Client>();
  replicationId = randomBytes(20).toString("hex");
  offset = 0;
  link: ReplicaLink | undefined;
  /** Its part in a cluster; undefined without `cluster-enabled yes`. */
  cluster: Cluster | undefined;
  lastSave: number;
  /** Resolves when a command asks for the end. */
  readonly shutdownRequested: Promise<void>;
  readonly #journal: Journal;
  readonly #log: RedisLog;
  #requestShutdown: () => void = () => undefined;
  #listener: { close(): void } | undefined;

  constructor(context: ProcessContext, configuration: Configuration, version: string, log: RedisLog) {
    this.context = context;
    this.configuration = configuration;
    this.version = version;
    this.#log = log;
    this.keys = new Keyspace(context.clock);
    this.#journal = new Journal(context.files, configuration);
    this.startedAt = context.clock.now();
    this.lastSave = this.startedAt;
    this.shutdownRequested = new Promise((resolve) => {
      this.#requestShutdown = resolve;
    });
  }

  get role(): "M" | "S" {
    return this.link ? "S" : "M";
  }

  get replicas(): Client[] {
    return [...this.clients].filter((client) => client.isReplica);
  }

  /** Loads the data, listens, and follows its primary. Throws EADDRINUSE. */
  start(): void {
    for (const words of this.#journal.load()) {
      this.#apply(words);
    }
    this.#listener = this.context.network.listen(this.configuration.number("port"), (stream, peer) =>
      this.#accept(stream, peer ?? "0.0.0.0"),
    );
    if (this.configuration.isOn("cluster-enabled")) {
      this.cluster = new Cluster(this.context, this.configuration);
      this.cluster.start();
    }
    this.#account();
    this.#log.write(this.role, "Ready to accept connections tcp");
    const [host, port] = this.configuration.get("replicaof").split(/\s+/);
    if (host && port) {
      this.follow(host, Number(port));
    }
  }

  /** Ends in order: what is to be kept is on the volume afterwards. */
  stop(): void {
    if (this.configuration.get("save") !== "") {
      this.#log.write(this.role, "Saving the final RDB snapshot before exiting.");
      this.save();
    }
    this.abandon();
    this.#log.write("M", "Redis is now ready to exit, bye bye...");
  }

  /** Drops everything at once. */
  abandon(): void {
    this.#listener?.close();
    this.cluster?.stop();
    this.link?.stop();
    for (const { stream } of this.clients) {
      stream.destroy();
    }
  }

  save(): void {
    this.#journal.saveSnapshot(this.keys.commands());
    this.lastSave = this.context.clock.now();
  }

  rewriteJournal(): void {
    this.#journal.rewrite(this.keys.commands());
  }

  requestShutdown(): void {
    this.#requestShutdown();
  }

  /** Becomes a replica of that primary. */
  follow(host: string, port: number): void {
    this.link?.stop();
    const own = { port: this.configuration.number("port"), password: this.configuration.get("masterauth") };
    this.link = new ReplicaLink(this.context, { host, port }, own, {
      replaced: (commands, id, offset) => this.#replaceContents(commands, id, offset),
      written: (words) => this.#replicated(words),
      log: (message) => this.#log.write("S", message),
    });
    this.link.start();
  }

  /** Becomes a primary of its own; the data stays. */
  lead(): void {
    if (this.link) {
      this.link.stop();
      this.link = undefined;
      this.replicationId = randomBytes(20).toString("hex");
      this.#log.write("M", "MASTER MODE enabled");
    }
  }

  /** Gives a replica everything, then every write. */
  synchronise(client: Client): void {
    const contents = this.keys.commands().map(encodeCommand).join("");
    client.isReplica = true;
    client.stream.write(`+FULLRESYNC ${this.replicationId} ${this.offset}\r\n${encodeReply(contents)}`);
    this.#log.write(
      this.role,
      `Synchronization with replica ${client.address}:${client.replicaPort ?? 6379} succeeded`,
    );
  }

  /** Runs one command of a client. */
  run(client: Client, words: readonly string[]): Reply | undefined {
    const name = (words[0] ?? "").toUpperCase();
    if (!client.isAuthenticated && !beforeAuthentication.has(name)) {
      return failure("NOAUTH Authentication required.");
    }
    if (client.queued && !["EXEC", "DISCARD", "MULTI"].includes(name)) {
      client.queued.push([...words]);
      return { status: "QUEUED" };
    }
    const command = collectionCommands[name];
    const administrative = administrativeCommands[name];
    const arity = command?.arity ?? administrative?.arity;
    if (arity === undefined) {
      const shown = words.slice(1).map((word) => `'${word}' `);
      return failure(`ERR unknown command '${words[0] ?? ""}', with args beginning with: ${shown.join("")}`);
    }
    if (arity >= 0 ? words.length !== arity : words.length < -arity) {
      return failure(`ERR wrong number of arguments for '${name.toLowerCase()}' command`);
    }
    return command ? this.#runOnKeys(command, name, words) : administrative?.run(this, client, words);
  }

  #runOnKeys(command: KeyCommand, name: string, words: readonly string[]): Reply {
    const refusal = this.cluster?.refusal(name, words);
    if (refusal !== undefined) {
      return refusal;
    }
    if (command.writes && this.link && this.configuration.isOn("replica-read-only")) {
      return failure("READONLY You can't write against a read only replica.");
    }
    try {
      const reply = command.run(this.keys, words);
      const isFailure = typeof reply === "object" && reply !== null && "error" in reply;
      if (command.writes && !isFailure) {
        this.#record(name, words);
      }
      return reply;
    } catch (cause) {
      if (cause instanceof CommandFailure || cause instanceof WrongType) {
        return failure(cause.message);
      }
      throw cause;
    }
  }

  /** Keeps a write and passes it on; times of expiry become absolute, so that a late reader agrees. */
  #record(name: string, words: readonly string[]): void {
    const key = words[1] ?? "";
    const expiresAt = this.keys.expiry(key);
    const isAbsolute = expiresAt !== undefined && (relativeExpiry.has(name) || withExpiry.has(name));
    const recorded = [
      ...(relativeExpiry.has(name) ? [] : [words]),
      ...(isAbsolute ? [["PEXPIREAT", key, String(expiresAt)]] : []),
    ];
    for (const command of recorded) {
      this.#journal.append(command);
      this.#passOn(command);
    }
    this.#account();
  }

  #passOn(words: readonly string[]): void {
    const bytes = encodeCommand(words);
    this.offset += Buffer.byteLength(bytes);
    for (const { stream } of this.replicas) {
      stream.write(bytes);
    }
  }

  #replaceContents(commands: readonly (readonly string[])[], id: string, offset: number): void {
    this.keys.clear();
    for (const words of commands) {
      this.#apply(words);
    }
    this.replicationId = id;
    this.offset = offset;
    this.rewriteJournal();
    this.#account();
  }

  #replicated(words: readonly string[]): void {
    this.#apply(words);
    this.#journal.append(words);
    this.#passOn(words);
    this.#account();
  }

  #apply(words: readonly string[]): void {
    collectionCommands[(words[0] ?? "").toUpperCase()]?.run(this.keys, words);
  }

  #account(): void {
    const bytes = this.keys.commands().reduce((sum, words) => sum + words.join("").length + 64, 0);
    this.context.memory.use(baseMemory + bytes);
  }

  #accept(stream: Duplex, address: string): void {
    const password = this.configuration.get("requirepass");
    if (this.configuration.isOn("protected-mode") && password === "" && address !== "127.0.0.1") {
      stream.end(encodeReply(failure(denied)));
      return;
    }
    const client: Client = {
      stream,
      address,
      isAuthenticated: password === "",
      queued: undefined,
      name: "",
      replicaPort: undefined,
      isReplica: false,
    };
    this.clients.add(client);
    const gone = () => void this.clients.delete(client);
    stream.on("end", gone).on("close", gone).on("error", gone);
    const reader = new RespReader();
    stream.on("data", (bytes: Buffer) => {
      reader.push(bytes);
      for (let value = reader.next(); value !== undefined; value = reader.next()) {
        this.#answer(client, wordsOf(value) ?? []);
      }
    });
  }

  #answer(client: Client, words: readonly string[]): void {
    if (words.length === 0) {
      return;
    }
    const reply = this.run(client, words);
    if (reply !== undefined && !client.stream.destroyed) {
      client.stream.write(encodeReply(reply));
    }
  }
}

/** A command about the server itself; undefined when it writes its answer later or not at all. */
interface AdministrativeCommand {
  readonly arity: number;
  run(server: RedisServer, client: Client, words: readonly string[]): Reply | undefined;
}

const administrative = (arity: number, run: AdministrativeCommand["run"]): AdministrativeCommand => ({
  arity,
  run,
});

function replicaOf(server: RedisServer, _client: Client, [, host = "", port = ""]: readonly string[]): Reply {
  if (server.configuration.isOn("cluster-enabled")) {
    return failure("ERR REPLICAOF not allowed in cluster mode.");
  }
  if (host.toLowerCase() === "no" && port.toLowerCase() === "one") {
    server.lead();
  } else if (/^\d+$/.test(port)) {
    server.follow(host, Number(port));
  } else {
    return failure("ERR Invalid master port");
  }
  return ok;
}

function authenticate(server: RedisServer, client: Client, words: readonly string[]): Reply {
  const password = server.configuration.get("requirepass");
  if (password === "") {
    return failure(
      "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?",
    );
  }
  if (words.at(-1) !== password) {
    return failure("WRONGPASS invalid username-password pair or user is disabled.");
  }
  client.isAuthenticated = true;
  return ok;
}

function configure(server: RedisServer, _client: Client, words: readonly string[]): Reply {
  const [, action = "", name = "", value = ""] = words;
  switch (action.toUpperCase()) {
    case "GET":
      return server.configuration.matching(globPattern(name.toLowerCase())).flat();
    case "SET":
      if (!server.configuration.has(name)) {
        return failure(`ERR Unknown option or number of arguments for CONFIG SET - '${name}'`);
      }
      server.configuration.set(name, value);
      return ok;
    case "RESETSTAT":
      return ok;
    default:
      return failure(`ERR unknown subcommand '${action}'. Try CONFIG HELP.`);
  }
}

function role(server: RedisServer): Reply {
  const { link } = server;
  if (link) {
    const { host, port } = link.address;
    return ["slave", host, port, link.isUp ? "connected" : "connect", server.offset];
  }
  const replicas = server.replicas.map(({ address, replicaPort }) => [
    address,
    String(replicaPort ?? 6379),
    String(server.offset),
  ]);
  return ["master", server.offset, replicas];
}

function cluster(server: RedisServer, _client: Client, [, action = "", ...words]: readonly string[]): Reply {
  return server.cluster?.run(action, words) ?? failure("ERR This instance has cluster support disabled");
}

function executeQueued(server: RedisServer, client: Client): Reply {
  const { queued } = client;
  client.queued = undefined;
  if (!queued) {
    return failure("ERR EXEC without MULTI");
  }
  return queued.map((words) => server.run(client, words) ?? null);
}

function replicationSetting(_server: RedisServer, client: Client, words: readonly string[]): Reply {
  if (words[1]?.toLowerCase() === "listening-port") {
    client.replicaPort = Number(words[2]);
  }
  return ok;
}

function clientCommand(
  server: RedisServer,
  client: Client,
  [, action = "", name = ""]: readonly string[],
): Reply {
  switch (action.toUpperCase()) {
    case "SETNAME":
      client.name = name;
      return ok;
    case "GETNAME":
      return client.name;
    case "SETINFO":
      return ok;
    case "LIST":
      return [...server.clients]
        .map((each, index) => `id=${index} addr=${each.address} name=${each.name}\n`)
        .join("");
    default:
      return failure(`ERR unknown subcommand '${action}'. Try CLIENT HELP.`);
  }
}

const saved = (server: RedisServer, reply: Reply) => {
  server.save();
  return reply;
};

const administrativeCommands: Readonly<Record<string, AdministrativeCommand>> = {
  PING: administrative(-1, (_server, _client, [, message]) => message ?? { status: "PONG" }),
  ECHO: administrative(2, (_server, _client, [, message = ""]) => message),
  AUTH: administrative(-2, authenticate),
  HELLO: administrative(-1, () => failure("NOPROTO unsupported protocol version")),
  QUIT: administrative(-1, (_server, client) => {
    client.stream.end(encodeReply(ok));
    return undefined;
  }),
  SELECT: administrative(2, (_server, _client, [, index]) =>
    index === "0" ? ok : failure("ERR DB index is out of range"),
  ),
  COMMAND: administrative(-1, () => []),
  CLIENT: administrative(-2, clientCommand),
  CONFIG: administrative(-2, configure),
  INFO: administrative(-1, (server, _client, [, ...sections]) => infoText(server, sections)),
  ROLE: administrative(1, role),
  REPLICAOF: administrative(3, replicaOf),
  SLAVEOF: administrative(3, replicaOf),
  REPLCONF: administrative(-1, replicationSetting),
  PSYNC: administrative(3, (server, client) => {
    server.synchronise(client);
    return undefined;
  }),
  CLUSTER: administrative(-2, cluster),
  SAVE: administrative(1, (server) => saved(server, ok)),
  BGSAVE: administrative(-1, (server) => saved(server, { status: "Background saving started" })),
  LASTSAVE: administrative(1, (server) => Math.floor(server.lastSave / 1000)),
  BGREWRITEAOF: administrative(1, (server) => {
    server.rewriteJournal();
    return { status: "Background append only file rewriting started" };
  }),
  SHUTDOWN: administrative(-1, (server) => {
    server.requestShutdown();
    return undefined;
  }),
  TIME: administrative(1, ({ context }) => {
    const now = context.clock.now();
    return [String(Math.floor(now / 1000)), String((now % 1000) * 1000)];
  }),
  WAIT: administrative(3, (server) => server.replicas.length),
  MULTI: administrative(1, (_server, client) => {
    if (client.queued) {
      return failure("ERR MULTI calls can not be nested");
    }
    client.queued = [];
    return ok;
  }),
  EXEC: administrative(1, executeQueued),
  DISCARD: administrative(1, (_server, client) => {
    if (!client.queued) {
      return failure("ERR DISCARD without MULTI");
    }
    client.queued = undefined;
    return ok;
  }),
};
