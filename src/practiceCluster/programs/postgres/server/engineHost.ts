import type { Clock, Timer } from "../../../../common/clock.ts";
import { Engine } from "../engine/engine.ts";
import { encode, readMessages, readReport, readRow, text } from "../protocol.ts";
import { Turns } from "./turns.ts";

export interface HostOptions {
  readonly folder: string;
  readonly version: string;
  /** Server options (`-c`). */
  readonly options: readonly string[];
  readonly clock: Clock;
}

/** For which database and as whom a batch of messages runs; undefined is the role that initdb made. */
export interface Identity {
  readonly database: string;
  readonly user: string | undefined;
}

const idleMs = 10_000;

/**
 * The one engine of a server. It knows one database and one session at a time, so sessions take turns,
 * and the engine is opened anew for another database. An engine that nobody uses is closed, because
 * each holds some 40 MB, and is opened again when somebody comes.
 */
export class EngineHost {
  readonly turns = new Turns();
  readonly #options: HostOptions;
  #engine: Engine | undefined;
  #currentUser: string | undefined;
  #idle: Timer | undefined;
  #closed = false;

  constructor(options: HostOptions) {
    this.#options = options;
  }

  /** Runs a batch. The caller has its turn. */
  async execute(identity: Identity, messages: Uint8Array): Promise<Uint8Array> {
    this.#idle?.cancel();
    const engine = await this.#engineFor(identity.database);
    await this.#become(engine, identity.user);
    const answer = await engine.execute(messages);
    this.#closeLater();
    return answer;
  }

  /** Rows of a query that the server itself asks. Throws the engine's message. */
  async query(database: string, sql: string): Promise<(string | null)[][]> {
    const answer = await this.execute({ database, user: undefined }, encode("Q", text(sql)));
    const messages = readMessages(answer);
    const failed = messages.find(({ type }) => type === "E");
    if (failed) {
      throw new Error(readReport(failed.body).M);
    }
    return messages.filter(({ type }) => type === "D").map(({ body }) => readRow(body));
  }

  /** Closes the data folder in order. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#idle?.cancel();
    const engine = this.#engine;
    this.#engine = undefined;
    await engine?.close();
  }

  /** Opens the data folder, recovering it when it was not closed in order. Rejects with the engine's words. */
  async open(): Promise<void> {
    await this.#engineFor("postgres");
    this.#closeLater();
  }

  /** Forgets what a session that has ended had set: settings, temporary tables, prepared statements. */
  async forget({ database, user }: Identity): Promise<void> {
    if (this.#engine?.database === database && this.#currentUser === user) {
      await this.#engine.execute(encode("Q", text("ROLLBACK")));
      await this.#engine.execute(encode("Q", text("DISCARD ALL")));
      this.#currentUser = undefined;
    }
  }

  /** Drops the engine as a crash does. */
  kill(): void {
    this.#closed = true;
    this.#idle?.cancel();
    void this.#engine?.kill();
    this.#engine = undefined;
  }

  async #engineFor(database: string): Promise<Engine> {
    if (this.#engine && this.#engine.database !== database) {
      await this.#engine.close();
      this.#engine = undefined;
    }
    this.#engine ??= await this.#open(database);
    return this.#engine;
  }

  async #open(database: string): Promise<Engine> {
    this.#currentUser = undefined;
    const { folder, version, options } = this.#options;
    const engine = await Engine.open({ folder, version, database, options });
    if (this.#closed) {
      await engine.kill();
      throw new Error("the server has ended");
    }
    return engine;
  }

  async #become(engine: Engine, user: string | undefined): Promise<void> {
    if (this.#currentUser === user) {
      return;
    }
    this.#currentUser = user;
    await engine.execute(encode("Q", text("RESET SESSION AUTHORIZATION")));
    if (user !== undefined) {
      const name = `"${user.replaceAll('"', '""')}"`;
      await engine.execute(encode("Q", text(`SET SESSION AUTHORIZATION ${name}`)));
    }
  }

  #closeLater(): void {
    this.#idle?.cancel();
    this.#idle = this.#options.clock.after(idleMs, () => this.#closeIdle());
  }

  #closeIdle(): void {
    if (!this.turns.free || !this.#engine) {
      this.#closeLater();
      return;
    }
    const self = {};
    const engine = this.#engine;
    this.#engine = undefined;
    void this.turns.take(self);
    void engine.close().finally(() => this.turns.giveUp(self));
  }
}
