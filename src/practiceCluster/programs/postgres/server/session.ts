import {
  encode,
  encodeMessage,
  encodeReport,
  int32,
  type Message,
  type ReportFields,
  readMessages,
  readReport,
  strings,
  text,
} from "../protocol.ts";
import { passwordIsRight } from "./authentication.ts";
import type { ClientConnection } from "./connection.ts";
import type { Directory, Role } from "./directory.ts";
import type { EngineHost, Identity } from "./engineHost.ts";
import { accessMethod } from "./hostBasedAccess.ts";
import type { ServerLog } from "./log.ts";

const sslRequest = 80877103;
const gssRequest = 80877104;
const protocolVersion = 196608;

/** What a session needs of its server. */
export interface SessionSurroundings {
  readonly pid: number;
  /** The client's address; undefined on the socket. */
  readonly address: string | undefined;
  readonly version: string;
  readonly host: EngineHost;
  readonly directory: Directory;
  readonly log: ServerLog;
  /** Why nobody may connect now (starting up, shutting down), or undefined. */
  readonly refusal: () => string | undefined;
  readonly accessRules: () => string;
}

class Refused extends Error {
  readonly fields: ReportFields;

  constructor(code: string, message: string, detail?: string) {
    super(message);
    this.fields = { S: "FATAL", V: "FATAL", C: code, M: message, ...(detail ? { D: detail } : {}) };
  }
}

/** One client's session, from its first message to its last. */
export class Session {
  readonly #client: ClientConnection;
  readonly #server: SessionSurroundings;
  #identity: Identity | undefined;
  #batch: Buffer[] = [];

  constructor(client: ClientConnection, surroundings: SessionSurroundings) {
    this.#client = client;
    this.#server = surroundings;
  }

  /** Serves the client until it leaves. Does not throw. */
  async serve(): Promise<void> {
    try {
      const parameters = await this.#readStartup();
      if (parameters) {
        await this.#begin(parameters);
        await this.#serveMessages();
      }
    } catch (cause) {
      this.#tell(cause);
    } finally {
      this.#client.close();
      await this.#leave();
    }
  }

  /** Ends the session from the server's side. */
  terminate(message = "terminating connection due to administrator command"): void {
    if (this.#identity) {
      this.#tell(new Refused("57P01", message));
    }
    this.#client.close();
  }

  #tell(cause: unknown): void {
    const message = cause instanceof Error ? cause.message : String(cause);
    const fields = cause instanceof Refused ? cause.fields : new Refused("XX000", message).fields;
    this.#server.log.report(this.#server.pid, fields);
    this.#client.send(encodeReport("E", fields));
  }

  async #readStartup(): Promise<Record<string, string> | undefined> {
    const message = await this.#client.next();
    if (!message || message.body.length < 4) {
      return undefined;
    }
    const code = message.body.readInt32BE(0);
    if (code === sslRequest || code === gssRequest) {
      this.#client.expectStartup();
      this.#client.send(Buffer.from("N"));
      return await this.#readStartup();
    }
    return code === protocolVersion ? startupParameters(message.body) : undefined;
  }

  async #begin(parameters: Record<string, string>): Promise<void> {
    const refusal = this.#server.refusal();
    if (refusal) {
      throw new Refused("57P03", refusal);
    }
    const { user = "", database = user } = parameters;
    const role = await this.#authenticate(user, database);
    if (!(await this.#server.directory.hasDatabase(database))) {
      throw new Refused("3D000", `database "${database}" does not exist`);
    }
    this.#identity = { user, database };
    this.#client.send(
      encode("R", int32(0)),
      ...sessionParameters(this.#server.version, user, role, parameters.application_name ?? ""),
      encode("K", int32(this.#server.pid), int32(0)),
      encode("Z", "I"),
    );
  }

  async #authenticate(user: string, database: string): Promise<Role> {
    const { address, directory } = this.#server;
    const method = accessMethod(this.#server.accessRules(), { address, user, database });
    const role = await directory.role(user);
    if (method === undefined || method === "reject") {
      const from = address === undefined ? "[local]" : `"${address}"`;
      throw new Refused(
        "28000",
        `no pg_hba.conf entry for host ${from}, user "${user}", database "${database}", no encryption`,
      );
    }
    if (method !== "trust" && !(await passwordIsRight(this.#client, method, role?.password ?? null))) {
      throw new Refused("28P01", `password authentication failed for user "${user}"`);
    }
    if (!role) {
      throw new Refused("28000", `role "${user}" does not exist`);
    }
    if (!role.mayLogIn) {
      throw new Refused("28000", `role "${user}" is not permitted to log in`);
    }
    return role;
  }

  async #serveMessages(): Promise<void> {
    for (let message = await this.#client.next(); message; message = await this.#client.next()) {
      if (message.type === "X") {
        return;
      }
      await this.#receive(message);
    }
  }

  async #receive(message: Message): Promise<void> {
    if (message.type === "Q" && readsFromClient(strings(message.body)[0] ?? "")) {
      await this.#copyIn(message);
      return;
    }
    if (["d", "c", "f"].includes(message.type)) {
      return;
    }
    this.#batch.push(encodeMessage(message));
    if (["Q", "S", "H", "F"].includes(message.type)) {
      await this.#run(message.type === "Q" ? strings(message.body)[0] : undefined);
    }
  }

  /** The engine wants a statement and all of its data at once, so the client is asked for the data first. */
  async #copyIn(query: Message): Promise<void> {
    this.#client.send(encode("G", Buffer.from([0, 0, 0])));
    this.#batch.push(encodeMessage(query));
    for (let message = await this.#client.next(); message; message = await this.#client.next()) {
      if (["d", "c", "f"].includes(message.type)) {
        this.#batch.push(encodeMessage(message));
      }
      if (message.type === "c" || message.type === "f") {
        await this.#run(strings(query.body)[0], true);
        return;
      }
    }
  }

  async #run(statement: string | undefined, copyIsAnnounced = false): Promise<void> {
    const identity = this.#identity;
    const { host } = this.#server;
    const batch = Buffer.concat(this.#batch.splice(0));
    await host.turns.take(this);
    if (this.#client.ended || !identity) {
      return;
    }
    const answer = await host.execute(identity, batch);
    const messages = readMessages(answer);
    this.#notice(messages, statement);
    const announced = (message: Message) => copyIsAnnounced && message.type === "G";
    this.#client.send(...messages.filter((message) => !announced(message)).map(encodeMessage));
    const ready = messages.findLast(({ type }) => type === "Z");
    if (ready?.body.toString("latin1") === "I") {
      host.turns.giveUp(this);
    }
  }

  #notice(messages: readonly Message[], statement: string | undefined): void {
    for (const { type, body } of messages) {
      if (type === "C") {
        this.#server.directory.noticeCommand(strings(body)[0] ?? "");
      }
      if (type === "E") {
        this.#server.log.report(this.#server.pid, readReport(body), statement);
      }
    }
  }

  async #leave(): Promise<void> {
    const { host } = this.#server;
    if (this.#identity) {
      await host.turns.take(this);
      // an engine that has ended has nothing left to forget
      await host.forget(this.#identity).catch(() => undefined);
    }
    host.turns.giveUp(this);
  }
}

const readsFromClient = (sql: string) => /^\s*copy\b[\s\S]*\bfrom\s+stdin\b/i.test(withoutComments(sql));

const withoutComments = (sql: string) => sql.replace(/--[^\n]*/g, "").replace(/\/\*[\s\S]*?\*\//g, "");

function startupParameters(body: Buffer): Record<string, string> {
  const parts = strings(body.subarray(4));
  const parameters: Record<string, string> = {};
  for (let index = 0; index + 1 < parts.length; index += 2) {
    parameters[parts[index] ?? ""] = parts[index + 1] ?? "";
  }
  return parameters;
}

function sessionParameters(version: string, user: string, role: Role, application: string): Buffer[] {
  const parameters = {
    application_name: application,
    client_encoding: "UTF8",
    DateStyle: "ISO, MDY",
    default_transaction_read_only: "off",
    in_hot_standby: "off",
    integer_datetimes: "on",
    IntervalStyle: "postgres",
    is_superuser: role.isSuperuser ? "on" : "off",
    server_encoding: "UTF8",
    server_version: version,
    session_authorization: user,
    standard_conforming_strings: "on",
    TimeZone: "UTC",
  };
  return Object.entries(parameters).map(([name, value]) => encode("S", text(name), text(value)));
}
