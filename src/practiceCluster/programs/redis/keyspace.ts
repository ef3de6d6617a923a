import type { Clock } from "../../../common/clock.ts";

export type Value =
  | { readonly type: "string"; text: string }
  | { readonly type: "list"; readonly items: string[] }
  | { readonly type: "set"; readonly members: Set<string> }
  | { readonly type: "hash"; readonly fields: Map<string, string> }
  | { readonly type: "zset"; readonly scores: Map<string, number> };

export type ValueOf<T extends Value["type"]> = Extract<Value, { type: T }>;

interface Entry {
  readonly value: Value;
  expiresAt: number | undefined;
}

/** The command was meant for another kind of value. */
export class WrongType extends Error {
  constructor() {
    super("WRONGTYPE Operation against a key holding the wrong kind of value");
  }
}

/** The keys of a server, with their times of expiry. */
export class Keyspace {
  readonly #entries = new Map<string, Entry>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.keys().length;
  }

  now(): number {
    return this.#clock.now();
  }

  keys(): string[] {
    return [...this.#entries.keys()].filter((key) => this.#live(key) !== undefined);
  }

  get(key: string): Value | undefined {
    return this.#live(key)?.value;
  }

  /** The value of that type; undefined when there is no key. Throws WrongType. */
  find<T extends Value["type"]>(key: string, type: T): ValueOf<T> | undefined {
    const value = this.get(key);
    if (value !== undefined && value.type !== type) {
      throw new WrongType();
    }
    return value as ValueOf<T> | undefined;
  }

  /** The value of that type, made by `make` when there is no key. Throws WrongType. */
  findOrMake<T extends Value["type"]>(key: string, type: T, make: () => ValueOf<T>): ValueOf<T> {
    const found = this.find(key, type);
    if (found) {
      return found;
    }
    const made = make();
    this.set(key, made);
    return made;
  }

  set(key: string, value: Value, expiresAt?: number): void {
    this.#entries.set(key, { value, expiresAt });
  }

  delete(key: string): boolean {
    const existed = this.#live(key) !== undefined;
    this.#entries.delete(key);
    return existed;
  }

  clear(): void {
    this.#entries.clear();
  }

  expiry(key: string): number | undefined {
    return this.#live(key)?.expiresAt;
  }

  expire(key: string, at: number | undefined): boolean {
    const entry = this.#live(key);
    if (entry) {
      entry.expiresAt = at;
    }
    return entry !== undefined;
  }

  /** Commands that make every key again. */
  commands(): string[][] {
    return this.keys().flatMap((key) => {
      const value = this.get(key);
      const expiresAt = this.expiry(key);
      const made = value ? [commandFor(key, value)] : [];
      return expiresAt === undefined ? made : [...made, ["PEXPIREAT", key, String(expiresAt)]];
    });
  }

  #live(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry?.expiresAt !== undefined && entry.expiresAt <= this.#clock.now()) {
      this.#entries.delete(key);
      return undefined;
    }
    return entry;
  }
}

function commandFor(key: string, value: Value): string[] {
  switch (value.type) {
    case "string":
      return ["SET", key, value.text];
    case "list":
      return ["RPUSH", key, ...value.items];
    case "set":
      return ["SADD", key, ...value.members];
    case "hash":
      return ["HSET", key, ...[...value.fields].flat()];
    case "zset":
      return ["ZADD", key, ...[...value.scores].flatMap(([member, score]) => [String(score), member])];
  }
}
