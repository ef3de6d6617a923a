import type { Duplex } from "node:stream";
import { connect, type TLSSocket } from "node:tls";
import { duplexPair } from "../network/duplexPair.ts";

/**
 * Speaks TLS over a connection, with any certificate (the kubelet's probes verify none).
 * @throws Error in the words of Go's client when the other side does not speak TLS.
 */
export function openTls(connection: Duplex): Promise<TLSSocket> {
  const [near, far] = duplexPair();
  let beginning = "";
  connection.once("data", (chunk: Buffer) => {
    beginning = chunk.subarray(0, 5).toString("latin1");
  });
  connection.pipe(far).pipe(connection);
  connection.on("error", (error) => far.destroy(error));
  connection.on("close", () => far.destroy());
  far.on("error", () => connection.destroy());
  return new Promise((resolve, reject) => {
    const secure = connect({ socket: near, rejectUnauthorized: false });
    secure.once("secureConnect", () => resolve(secure));
    secure.on("error", (error) => {
      reject(new Error(reasonOf(error, beginning)));
      connection.destroy();
    });
    secure.on("close", () => connection.destroy());
  });
}

function reasonOf(error: Error & { readonly code?: string }, beginning: string): string {
  if (beginning === "HTTP/") {
    return "http: server gave HTTP response to HTTPS client";
  }
  if (beginning === "") {
    return "EOF";
  }
  // 0x15 and 0x16 begin an alert and a handshake: it is TLS, and the trouble is another one
  return [0x15, 0x16].includes(beginning.charCodeAt(0))
    ? error.message
    : "tls: first record does not look like a TLS handshake";
}
