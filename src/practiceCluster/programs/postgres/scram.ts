import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from "node:crypto";

/* SCRAM-SHA-256 (RFC 5802, RFC 7677) as PostgreSQL uses it, for both ends. */

const hash = (bytes: Buffer) => createHash("sha256").update(bytes).digest();
const keyed = (key: Buffer, value: string) => createHmac("sha256", key).update(value).digest();
const xor = (left: Buffer, right: Buffer) =>
  Buffer.from(left.map((byte, index) => byte ^ (right[index] ?? 0)));

/** A stored password: SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey. */
export interface ScramSecret {
  readonly iterations: number;
  readonly salt: Buffer;
  readonly storedKey: Buffer;
  readonly serverKey: Buffer;
}

/** The secret in pg_authid.rolpassword; undefined when it is none of this kind. */
export function readSecret(stored: string): ScramSecret | undefined {
  const found = /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):(.+)$/.exec(stored);
  if (!found) {
    return undefined;
  }
  const [, iterations = "", salt = "", storedKey = "", serverKey = ""] = found;
  const bytes = (value: string) => Buffer.from(value, "base64");
  return {
    iterations: Number(iterations),
    salt: bytes(salt),
    storedKey: bytes(storedKey),
    serverKey: bytes(serverKey),
  };
}

/** Attributes of a SCRAM message: "r=…,s=…" by letter. */
export function attributes(message: string): Record<string, string> {
  return Object.fromEntries(message.split(",").map((part) => [part.charAt(0), part.slice(2)]));
}

export interface ScramExchange {
  readonly clientFirstBare: string;
  readonly serverFirst: string;
  readonly clientFinalWithoutProof: string;
}

const authMessage = ({ clientFirstBare, serverFirst, clientFinalWithoutProof }: ScramExchange) =>
  [clientFirstBare, serverFirst, clientFinalWithoutProof].join(",");

/** The server's first message for a client's. */
export function serverFirstMessage(secret: ScramSecret, clientNonce: string, serverNonce: string): string {
  return `r=${clientNonce}${serverNonce},s=${secret.salt.toString("base64")},i=${secret.iterations}`;
}

/** Whether the client's proof shows that it knows the password. */
export function proofIsRight(secret: ScramSecret, exchange: ScramExchange, proof: Buffer): boolean {
  const signature = keyed(secret.storedKey, authMessage(exchange));
  const clientKey = xor(proof, signature);
  return proof.length === signature.length && timingSafeEqual(hash(clientKey), secret.storedKey);
}

/** The server's last message, which proves that it knows the secret. */
export function serverFinalMessage(secret: ScramSecret, exchange: ScramExchange): string {
  return `v=${keyed(secret.serverKey, authMessage(exchange)).toString("base64")}`;
}

/** The client's last message, with the proof that it knows the password. */
export function clientFinalMessage(password: string, exchange: ScramExchange): string {
  const { s: salt = "", i: iterations = "" } = attributes(exchange.serverFirst);
  const salted = pbkdf2Sync(password, Buffer.from(salt, "base64"), Number(iterations), 32, "sha256");
  const clientKey = keyed(salted, "Client Key");
  const proof = xor(clientKey, keyed(hash(clientKey), authMessage(exchange)));
  return `${exchange.clientFinalWithoutProof},p=${proof.toString("base64")}`;
}
