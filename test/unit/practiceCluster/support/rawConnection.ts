import { once } from "node:events";
import { connect, type TLSSocket } from "node:tls";

/** Where a server is, and with which identity it is asked. */
export interface RawTarget {
  readonly port: number;
  readonly authority: string;
  readonly administrator: { readonly certificate: string; readonly key: string };
}

/** A TLS connection with the administrator's certificate on which anything can be sent. */
export class RawConnection {
  readonly socket: TLSSocket;
  readonly #chunks: string[] = [];
  #isClosed = false;

  private constructor(socket: TLSSocket) {
    this.socket = socket;
    // a connection that is cut off while it sends is an end as any other
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.#isClosed = true;
    });
  }

  static async open({ port, authority, administrator }: RawTarget): Promise<RawConnection> {
    const identity = { cert: administrator.certificate, key: administrator.key };
    const socket = connect({ host: "127.0.0.1", port, ca: authority, ...identity });
    const connection = new RawConnection(socket);
    await once(socket, "secureConnect");
    return connection;
  }

  get #text(): string {
    return this.#chunks.join("");
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Reads from now on; before, everything that comes waits in the system. */
  read(): this {
    this.socket.on("data", (chunk) => {
      this.#chunks.push(String(chunk));
    });
    return this;
  }

  /** Sends a request without the end of its body. */
  request(
    method: string,
    path: string,
    headers: Readonly<Record<string, string | number>> = {},
    body = "",
  ): this {
    const lines = Object.entries({ host: "localhost", ...headers }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    this.socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`);
    return this;
  }

  /** Resolves with everything that came when it has this. Rejects when the connection ends without. */
  async until(wanted: RegExp): Promise<string> {
    // what is long is not searched again from its beginning
    let searched = 0;
    for (let rest = ""; !wanted.test(rest); ) {
      rest = rest.slice(-10_000) + this.#chunks.slice(searched).join("");
      searched = this.#chunks.length;
      if (wanted.test(rest)) {
        break;
      }
      if (this.#isClosed) {
        throw new Error(`the connection ended without ${wanted}:\n${this.#text.slice(0, 1_000)}`);
      }
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.socket.off("data", wake).off("close", wake);
          resolve();
        };
        this.socket.on("data", wake).on("close", wake);
      });
    }
    return this.#text;
  }

  /** Resolves with everything that came when the connection is closed. */
  async closed(): Promise<string> {
    if (!this.#isClosed) {
      await new Promise<void>((resolve) => this.socket.once("close", () => resolve()));
    }
    return this.#text;
  }

  destroy(): void {
    this.socket.destroy();
  }
}
