/**
 * What Go's encoding/json says about bytes that are no JSON, which clients are told word for word; undefined when they are JSON.
 * The wording is that of the scanner's states.
 */
export function goJsonProblem(bytes: Uint8Array): string | undefined {
  return readGoJson(bytes).problem;
}

/** As `goJsonProblem`, with the paths of keys that come more than once in one object: "spec.containers[0].image". */
export function readGoJson(bytes: Uint8Array): {
  readonly problem: string | undefined;
  readonly duplicates: readonly string[];
} {
  const reader = new JsonReader(bytes);
  try {
    reader.readDocument();
    return { problem: undefined, duplicates: reader.duplicates };
  } catch (error) {
    if (error instanceof JsonProblem) {
      return { problem: error.message, duplicates: [] };
    }
    throw error;
  }
}

class JsonProblem extends Error {}

/** Go reads 10,000; nothing of sense comes near this, and what walks through objects here does so recursively. */
const deepest = 1_000;

class JsonReader {
  readonly duplicates: string[] = [];
  readonly #bytes: Uint8Array;
  readonly #path: string[] = [];
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  readDocument(): void {
    this.#value(this.#nextAfterBlanks(), "looking for beginning of value");
    this.#skipBlanks();
    if (this.#position < this.#bytes.length) {
      throw this.#unexpected("after top-level value");
    }
  }

  #value(first: string, context: string): void {
    const literal = ["true", "false", "null"].find((word) => word.startsWith(first));
    if (literal !== undefined) {
      this.#literal(literal);
    } else if (first === "{") {
      this.#object();
    } else if (first === "[") {
      this.#array();
    } else if (first === '"') {
      this.#string();
    } else {
      this.#number(context);
    }
  }

  #object(): void {
    this.#position += 1;
    this.#requireDepth();
    if (this.#nextAfterBlanks() === "}") {
      this.#position += 1;
      return;
    }
    const keys = new Set<string>();
    for (;;) {
      if (this.#nextAfterBlanks() !== '"') {
        throw this.#unexpected("looking for beginning of object key string");
      }
      const key = this.#key();
      const step = this.#path.length === 0 ? key : `.${key}`;
      if (keys.has(key)) {
        this.duplicates.push([...this.#path, step].join(""));
      }
      keys.add(key);
      if (this.#nextAfterBlanks() !== ":") {
        throw this.#unexpected("after object key");
      }
      this.#position += 1;
      this.#path.push(step);
      this.#value(this.#nextAfterBlanks(), "looking for beginning of value");
      this.#path.pop();
      if (this.#isClosedBy("}", "after object key:value pair")) {
        return;
      }
    }
  }

  #array(): void {
    this.#position += 1;
    this.#requireDepth();
    if (this.#nextAfterBlanks() === "]") {
      this.#position += 1;
      return;
    }
    for (let index = 0; ; index += 1) {
      this.#path.push(`[${index}]`);
      this.#value(this.#nextAfterBlanks(), "looking for beginning of value");
      this.#path.pop();
      if (this.#isClosedBy("]", "after array element")) {
        return;
      }
    }
  }

  #requireDepth(): void {
    if (this.#path.length >= deepest) {
      throw new JsonProblem("exceeded max depth");
    }
  }

  #isClosedBy(end: string, context: string): boolean {
    const next = this.#nextAfterBlanks();
    if (next !== end && next !== ",") {
      throw this.#unexpected(context);
    }
    this.#position += 1;
    return next === end;
  }

  #key(): string {
    const start = this.#position;
    this.#string();
    const text = Buffer.from(this.#bytes.subarray(start, this.#position)).toString("utf8");
    return JSON.parse(text) as string;
  }

  #string(): void {
    this.#position += 1;
    for (;;) {
      const next = this.#next();
      if (next < " ") {
        throw this.#unexpected("in string literal");
      }
      this.#position += 1;
      if (next === '"') {
        return;
      }
      if (next === "\\") {
        this.#escape();
      }
    }
  }

  #escape(): void {
    const next = this.#next();
    if (!'bfnrt\\/"u'.includes(next)) {
      throw this.#unexpected("in string escape code");
    }
    this.#position += 1;
    for (let digit = 0; next === "u" && digit < 4; digit += 1) {
      if (!/[0-9a-fA-F]/.test(this.#next())) {
        throw this.#unexpected("in \\u hexadecimal character escape");
      }
      this.#position += 1;
    }
  }

  #literal(word: string): void {
    this.#position += 1;
    for (const expected of word.slice(1)) {
      if (this.#next() !== expected) {
        throw this.#unexpected(`in literal ${word} (expecting '${expected}')`);
      }
      this.#position += 1;
    }
  }

  #number(context: string): void {
    if (this.#peek() === "-") {
      this.#position += 1;
      this.#next();
      this.#digits("in numeric literal", this.#peek() === "0");
    } else {
      this.#digits(context, this.#peek() === "0");
    }
    if (this.#peek() === ".") {
      this.#position += 1;
      this.#next();
      this.#digits("after decimal point in numeric literal", false);
    }
    if (this.#peek() === "e" || this.#peek() === "E") {
      this.#position += 1;
      if ("+-".includes(this.#next())) {
        this.#position += 1;
        this.#next();
      }
      this.#digits("in exponent of numeric literal", false);
    }
  }

  #digits(context: string, onlyOne: boolean): void {
    if (!isDigit(this.#peek())) {
      throw this.#unexpected(context);
    }
    this.#position += 1;
    while (!onlyOne && isDigit(this.#peek())) {
      this.#position += 1;
    }
  }

  #peek(): string {
    const byte = this.#bytes[this.#position];
    return byte === undefined ? "" : String.fromCharCode(byte);
  }

  #next(): string {
    const next = this.#peek();
    if (next === "") {
      throw new JsonProblem("unexpected end of JSON input");
    }
    return next;
  }

  #skipBlanks(): void {
    while (" \t\r\n".includes(this.#peek()) && this.#peek() !== "") {
      this.#position += 1;
    }
  }

  #nextAfterBlanks(): string {
    this.#skipBlanks();
    return this.#next();
  }

  #unexpected(context: string): JsonProblem {
    return new JsonProblem(`invalid character ${quoted(this.#bytes[this.#position] ?? 0)} ${context}`);
  }
}

function isDigit(character: string): boolean {
  return character >= "0" && character <= "9";
}

const quotedAs: Readonly<Record<number, string>> = {
  7: "\\a",
  8: "\\b",
  9: "\\t",
  10: "\\n",
  11: "\\v",
  12: "\\f",
  13: "\\r",
  39: "\\'",
  92: "\\\\",
};

/** The byte as a character, as Go's quoteChar writes it. */
function quoted(byte: number): string {
  const isPrintable = (byte >= 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
  const hexadecimal = byte < 0x80 ? `\\x${hex(byte, 2)}` : `\\u${hex(byte, 4)}`;
  return `'${quotedAs[byte] ?? (isPrintable ? String.fromCharCode(byte) : hexadecimal)}'`;
}

function hex(byte: number, digits: number): string {
  return byte.toString(16).padStart(digits, "0");
}
