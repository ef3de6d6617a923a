/*
 * Messages of PostgreSQL's frontend/backend protocol 3.0, as far as both ends of this folder need them
 * (https://www.postgresql.org/docs/15/protocol-message-formats.html).
 */

export interface Message {
  /** The type byte as a character; empty for the first message of a client. */
  readonly type: string;
  readonly body: Buffer;
}

/** A whole message as it goes over the wire. */
export function encode(type: string, ...parts: readonly (Uint8Array | string)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : part)));
  const header = Buffer.alloc(type.length + 4);
  header.write(type, "latin1");
  header.writeInt32BE(body.length + 4, type.length);
  return Buffer.concat([header, body]);
}

/** A string with its closing zero. */
export const text = (value: string): Buffer => Buffer.from(`${value}\0`);

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export const encodeMessage = ({ type, body }: Message): Buffer => encode(type, body);

/** Cuts a stream of bytes into messages. */
export class MessageReader {
  #rest: Buffer = Buffer.alloc(0);
  #startupExpected: boolean;

  /** `startupExpected`: the first message has no type byte (a server's view). */
  constructor(startupExpected = false) {
    this.#startupExpected = startupExpected;
  }

  /** The messages that are complete with `bytes`. Throws when a length makes no sense. */
  push(bytes: Uint8Array): Message[] {
    this.#rest = this.#rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#rest, bytes]);
    const messages: Message[] = [];
    for (let message = this.#next(); message; message = this.#next()) {
      messages.push(message);
    }
    return messages;
  }

  /** After a refused request for encryption the client sends its startup message again. */
  expectStartup(): void {
    this.#startupExpected = true;
  }

  #next(): Message | undefined {
    const typeLength = this.#startupExpected ? 0 : 1;
    if (this.#rest.length < typeLength + 4) {
      return undefined;
    }
    const length = this.#rest.readInt32BE(typeLength);
    if (length < 4) {
      throw new Error("invalid message length");
    }
    const end = typeLength + length;
    if (this.#rest.length < end) {
      return undefined;
    }
    const type = this.#rest.toString("latin1", 0, typeLength);
    const body = this.#rest.subarray(typeLength + 4, end);
    this.#rest = this.#rest.subarray(end);
    this.#startupExpected = false;
    return { type, body };
  }
}

/** All messages of a complete answer. */
export const readMessages = (bytes: Uint8Array): Message[] => new MessageReader().push(bytes);

/** The zero-ended strings in `body`. */
export function strings(body: Buffer): string[] {
  const end = body.lastIndexOf(0);
  return end < 0 ? [] : body.toString("utf8", 0, end).split("\0");
}

/** Fields of an ErrorResponse or NoticeResponse by their letter (S severity, C code, M message, D, H, P …). */
export type ReportFields = Readonly<Record<string, string>>;

export function readReport(body: Buffer): ReportFields {
  const fields: Record<string, string> = {};
  for (const field of strings(body)) {
    if (field !== "") {
      fields[field.charAt(0)] = field.slice(1);
    }
  }
  return fields;
}

export function encodeReport(type: "E" | "N", fields: ReportFields): Buffer {
  const parts = Object.entries(fields).map(([letter, value]) => text(letter + value));
  return encode(type, ...parts, "\0");
}

export interface Column {
  readonly name: string;
  readonly typeId: number;
}

export function readColumns(body: Buffer): Column[] {
  const columns: Column[] = [];
  let offset = 2;
  for (let count = body.readInt16BE(0); count > 0; count--) {
    const end = body.indexOf(0, offset);
    columns.push({ name: body.toString("utf8", offset, end), typeId: body.readInt32BE(end + 7) });
    offset = end + 19;
  }
  return columns;
}

/** The values of a DataRow as text; null is NULL. */
export function readRow(body: Buffer): (string | null)[] {
  const values: (string | null)[] = [];
  let offset = 2;
  for (let count = body.readInt16BE(0); count > 0; count--) {
    const length = body.readInt32BE(offset);
    offset += 4;
    values.push(length < 0 ? null : body.toString("utf8", offset, offset + length));
    offset += Math.max(length, 0);
  }
  return values;
}
