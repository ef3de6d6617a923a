import type { EngineHost } from "./engineHost.ts";

export interface Role {
  readonly mayLogIn: boolean;
  readonly isSuperuser: boolean;
  readonly password: string | null;
}

/**
 * Roles and databases as they were last read, so that whoever comes can be told who they are while
 * another session holds the engine; read again only after a command that may have changed them.
 */
export class Directory {
  readonly #host: EngineHost;
  #roles = new Map<string, Role>();
  #databases = new Set<string>();
  #stale = true;

  constructor(host: EngineHost) {
    this.#host = host;
  }

  /** Told of every command that ran: those about roles and databases make the next look read again. */
  noticeCommand(tag: string): void {
    if (/ROLE|DATABASE|^COMMIT|^DO$/.test(tag)) {
      this.#stale = true;
    }
  }

  async role(name: string): Promise<Role | undefined> {
    await this.#refresh();
    return this.#roles.get(name);
  }

  async hasDatabase(name: string): Promise<boolean> {
    await this.#refresh();
    return this.#databases.has(name);
  }

  async #refresh(): Promise<void> {
    if (!this.#stale) {
      return;
    }
    const reader = {};
    await this.#host.turns.take(reader);
    try {
      this.#stale = false;
      await this.#read();
    } finally {
      this.#host.turns.giveUp(reader);
    }
  }

  async #read(): Promise<void> {
    const roles = await this.#host.query(
      "postgres",
      "SELECT rolname, rolcanlogin, rolsuper, rolpassword FROM pg_authid",
    );
    this.#roles = new Map(
      roles.map(([name, mayLogIn, isSuperuser, password]) => [
        name ?? "",
        { mayLogIn: mayLogIn === "t", isSuperuser: isSuperuser === "t", password: password ?? null },
      ]),
    );
    const databases = await this.#host.query(
      "postgres",
      "SELECT datname FROM pg_database WHERE datallowconn",
    );
    this.#databases = new Set(databases.map(([name]) => name ?? ""));
  }
}
