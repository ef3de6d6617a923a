import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import type { ProcessContext } from "../../program.ts";
import { ClientConnection } from "./connection.ts";
import { folderOnDisk } from "./dataFolders.ts";
import { Directory } from "./directory.ts";
import { EngineHost } from "./engineHost.ts";
import { logTime, ServerLog } from "./log.ts";
import type { ServerOptions } from "./serverOptions.ts";
import { Session } from "./session.ts";
import { listenOnSocket, socketPath } from "./sockets.ts";

export type ShutdownMode = "smart" | "fast" | "immediate";

const serverMemory = 40 * 1024 * 1024;
const sessionMemory = 6 * 1024 * 1024;
const stateShutDown = 1;

/** A PostgreSQL server in a container: listens, has sessions, and ends as it is asked to. */
export class PostgresServer {
  readonly #context: ProcessContext;
  readonly #options: ServerOptions;
  readonly #version: string;
  readonly #folder: string;
  readonly #log: ServerLog;
  readonly #host: EngineHost;
  readonly #directory: Directory;
  readonly #sessions = new Set<Session>();
  readonly #listeners: { close(): void }[] = [];
  readonly #endings: (() => void)[] = [];
  #nextPid: number;
  #refusal: string | undefined = "the database system is starting up";

  constructor(context: ProcessContext, options: ServerOptions, version: string) {
    this.#context = context;
    this.#options = options;
    this.#version = version;
    this.#folder = folderOnDisk(context.files, options.dataPath);
    this.#nextPid = context.pid + 20;
    this.#log = new ServerLog(context.stderr, context.clock);
    const { clock } = context;
    this.#host = new EngineHost({ folder: this.#folder, version, options: options.settings, clock });
    this.#directory = new Directory(this.#host);
  }

  get log(): ServerLog {
    return this.#log;
  }

  /** Listens and opens the data folder. Rejects with the engine's words when it cannot be opened. */
  async start(): Promise<void> {
    const { pid, memory } = this.#context;
    this.#log.write(pid, "LOG", `starting PostgreSQL ${this.#version} (practice cluster, engine PGlite)`);
    memory.use(serverMemory);
    this.#listen();
    this.#logState();
    await this.#host.open();
    this.#refusal = undefined;
    this.#log.write(pid, "LOG", "database system is ready to accept connections");
  }

  /** Ends as `pg_ctl stop -m` would. Resolves when the data folder is closed. */
  async stop(mode: ShutdownMode): Promise<void> {
    const { pid } = this.#context;
    this.#log.write(pid, "LOG", `received ${mode} shutdown request`);
    this.#refusal = "the database system is shutting down";
    if (mode === "smart") {
      await this.#sessionsEnded();
    } else if (mode === "fast") {
      this.#log.write(pid, "LOG", "aborting any active transactions");
      this.#terminate("terminating connection due to administrator command");
      await this.#sessionsEnded();
    } else {
      this.abandon();
    }
    this.#closeListeners();
    if (mode !== "immediate") {
      this.#log.write(this.#pid(), "LOG", "shutting down");
      await this.#host.turns.take(this);
      await this.#host.close();
    }
    this.#log.write(pid, "LOG", "database system is shut down");
  }

  /** Drops everything at once, as a crash does. */
  abandon(): void {
    this.#closeListeners();
    this.#host.kill();
    for (const session of this.#sessions) {
      session.terminate("terminating connection due to immediate shutdown command");
    }
  }

  #terminate(message: string): void {
    for (const session of this.#sessions) {
      session.terminate(message);
    }
  }

  #sessionsEnded(): Promise<void> {
    return this.#sessions.size === 0
      ? Promise.resolve()
      : new Promise((resolve) => this.#endings.push(resolve));
  }

  #listen(): void {
    const { port, listens, socketFolder } = this.#options;
    const { pid, network, files } = this.#context;
    if (listens) {
      this.#listeners.push(network.listen(port, (stream, peer) => this.#accept(stream, peer ?? "0.0.0.0")));
      this.#log.write(pid, "LOG", `listening on IPv4 address "0.0.0.0", port ${port}`);
      this.#log.write(pid, "LOG", `listening on IPv6 address "::", port ${port}`);
    }
    const path = socketPath(socketFolder, port);
    files.makeDirectory(socketFolder, { recursive: true });
    files.write(path, "");
    this.#listeners.push(listenOnSocket(files, path, (stream) => this.#accept(stream, undefined)));
    this.#log.write(pid, "LOG", `listening on Unix socket "${path}"`);
  }

  #closeListeners(): void {
    for (const listener of this.#listeners.splice(0)) {
      listener.close();
    }
    const path = socketPath(this.#options.socketFolder, this.#options.port);
    if (this.#context.files.exists(path)) {
      this.#context.files.remove(path);
    }
  }

  #accept(stream: Duplex, address: string | undefined): void {
    const session = new Session(new ClientConnection(stream), {
      pid: this.#pid(),
      address,
      version: this.#version,
      host: this.#host,
      directory: this.#directory,
      log: this.#log,
      refusal: () => this.#refusal,
      accessRules: () => readFileSync(join(this.#folder, "pg_hba.conf"), "utf8"),
    });
    this.#sessions.add(session);
    this.#account();
    void session.serve().then(() => this.#ended(session));
  }

  #ended(session: Session): void {
    this.#sessions.delete(session);
    this.#account();
    if (this.#sessions.size === 0) {
      for (const ending of this.#endings.splice(0)) {
        ending();
      }
    }
  }

  #account(): void {
    this.#context.memory.use(serverMemory + this.#sessions.size * sessionMemory);
  }

  #pid(): number {
    return this.#nextPid++;
  }

  #logState(): void {
    const control = readFileSync(join(this.#folder, "global", "pg_control"));
    const when = logTime(Number(control.readBigInt64LE(24)) * 1000).replace(/\.\d+/, "");
    const pid = this.#pid();
    if (control.readUInt32LE(16) === stateShutDown) {
      this.#log.write(pid, "LOG", `database system was shut down at ${when}`);
      return;
    }
    this.#log.write(pid, "LOG", `database system was interrupted; last known up at ${when}`);
    this.#log.write(pid, "LOG", "database system was not properly shut down; automatic recovery in progress");
  }
}
