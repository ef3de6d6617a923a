/* RESP2, the protocol of Redis (https://redis.io/docs/latest/develop/reference/protocol-spec/). */

/** A reply: text is a bulk string, null the nil bulk, a number an integer. */
export type Reply =
  | string
  | number
  | null
  | readonly Reply[]
  | { readonly status: string }
  | { readonly error: string };

export const ok: Reply = { status: "OK" };
export const failure = (error: string): Reply => ({ error });

/** Whether a reply is an error. */
export function isFailure(reply: Reply): reply is { readonly error: string } {
  return typeof reply === "object" && reply !== null && "error" in reply;
}

/** A reply as it goes over the wire. */
export function encodeReply(reply: Reply): string {
  if (reply === null) {
    return "$-1\r\n";
  }
  if (typeof reply === "number") {
    return `:${reply}\r\n`;
  }
  if (typeof reply === "string") {
    return `$${Buffer.byteLength(reply)}\r\n${reply}\r\n`;
  }
  if ("status" in reply) {
    return `+${reply.status}\r\n`;
  }
  if ("error" in reply) {
    return `-${reply.error}\r\n`;
  }
  return `*${reply.length}\r\n${reply.map(encodeReply).join("")}`;
}

/** A command as a client, a journal and a primary write it. */
export const encodeCommand = (words: readonly string[]): string => encodeReply(words);

/** Reads values from bytes as they come: replies for a client, commands for a server. */
export class RespReader {
  #bytes: Buffer = Buffer.alloc(0);
  #offset = 0;

  push(bytes: Uint8Array): void {
    this.#bytes = Buffer.concat([this.#bytes.subarray(this.#offset), bytes]);
    this.#offset = 0;
  }

  /** The next value, or undefined while it is not complete. A line without a type is an inline command. */
  next(): Reply | undefined {
    const start = this.#offset;
    const value = this.#value();
    if (value === undefined) {
      this.#offset = start;
    }
    return value;
  }

  #line(): string | undefined {
    const end = this.#bytes.indexOf(10, this.#offset);
    if (end < 0) {
      return undefined;
    }
    const line = this.#bytes.toString("utf8", this.#offset, end).replace(/\r$/, "");
    this.#offset = end + 1;
    return line;
  }

  #value(): Reply | undefined {
    const line = this.#line();
    if (line === undefined) {
      return undefined;
    }
    const rest = line.slice(1);
    switch (line.charAt(0)) {
      case "+":
        return { status: rest };
      case "-":
        return { error: rest };
      case ":":
        return Number(rest);
      case "$":
        return this.#bulk(Number(rest));
      case "*":
        return this.#array(Number(rest));
      default:
        return line.trim() === "" ? [] : line.trim().split(/\s+/);
    }
  }

  #bulk(length: number): string | null | undefined {
    if (length < 0) {
      return null;
    }
    if (this.#bytes.length < this.#offset + length + 2) {
      return undefined;
    }
    const text = this.#bytes.toString("utf8", this.#offset, this.#offset + length);
    this.#offset += length + 2;
    return text;
  }

  #array(length: number): Reply | undefined {
    if (length < 0) {
      return null;
    }
    const items: Reply[] = [];
    for (let index = 0; index < length; index++) {
      const item = this.#value();
      if (item === undefined) {
        return undefined;
      }
      items.push(item);
    }
    return items;
  }
}

/** The words of a command, or undefined when a value is none. */
export function wordsOf(value: Reply): string[] | undefined {
  return Array.isArray(value) && value.every((word) => typeof word === "string") ? [...value] : undefined;
}
