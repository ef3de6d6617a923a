import type { EngineHost } from "./engineHost.ts";

export interface Role {
  readonly mayLogIn: boolean;
  readonly isSuperuser: boolean;
  readonly password: string | null;
}

/**
 * Roles and databases as they were last read, so that whoever comes can be told who they are while
 * another session holds the engine.
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
    if (/ROLE|DATABASE|COMMIT|UPDATE|DO|INSERT|DELETE/.test(tag)) {
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
    if (!this.#stale || (this.#roles.size > 0 && !this.#host.turns.free)) {
      return;
    }
    const reader = {};
    await this.#host.turns.take(reader);
    try {
      await this.#read();
      this.#stale = false;
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
