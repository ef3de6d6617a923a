/** Settings of a server by lower-case name: redis.conf, then the command line. */
export class Configuration {
  readonly #values: Map<string, string>;

  constructor(values: ReadonlyMap<string, string> = new Map()) {
    this.#values = new Map([...defaults, ...values]);
  }

  get(name: string): string {
    return this.#values.get(name.toLowerCase()) ?? "";
  }

  set(name: string, value: string): void {
    this.#values.set(name.toLowerCase(), value);
  }

  isOn(name: string): boolean {
    return this.get(name) === "yes";
  }

  number(name: string): number {
    return Number(this.get(name));
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  /** Names and values whose name matches a pattern of CONFIG GET. */
  matching(pattern: RegExp): [string, string][] {
    return [...this.#values].filter(([name]) => pattern.test(name));
  }
}

const defaults: readonly (readonly [string, string])[] = [
  ["port", "6379"],
  ["bind", "* -::*"],
  ["dir", "/data"],
  ["dbfilename", "dump.rdb"],
  ["appendonly", "no"],
  ["appendfilename", "appendonly.aof"],
  ["appenddirname", "appendonlydir"],
  ["appendfsync", "everysec"],
  ["save", "3600 1 300 100 60 10000"],
  ["protected-mode", "yes"],
  ["requirepass", ""],
  ["masterauth", ""],
  ["replicaof", ""],
  ["replica-read-only", "yes"],
  ["cluster-enabled", "no"],
  ["cluster-config-file", "nodes.conf"],
  ["cluster-node-timeout", "15000"],
  ["maxmemory", "0"],
  ["maxmemory-policy", "noeviction"],
  ["databases", "16"],
];

/** A line of the configuration that cannot be read, in the server's words. */
export class BadConfiguration extends Error {}

/** Reads redis.conf: one directive a line, "slaveof" and its kin under their new names. */
export function readConfiguration(content: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const [index, line] of content.split(/\r?\n/).entries()) {
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith("#")) {
      continue;
    }
    const [name = "", ...rest] = trimmed.split(/\s+/);
    if (rest.length === 0) {
      throw new BadConfiguration(
        `\n*** FATAL CONFIG FILE ERROR (Redis VERSION) ***\nReading the configuration file, at line ${index + 1}\n>>> '${trimmed}'\nBad directive or wrong number of arguments\n`,
      );
    }
    values.set(modernName(name), unquoted(rest.join(" ")));
  }
  return values;
}

/** Reads "--name value …" of the command line. */
export function readArguments(argv: readonly string[]): Map<string, string> {
  const values = new Map<string, string>();
  let name: string | undefined;
  for (const argument of argv) {
    if (argument.startsWith("--")) {
      name = modernName(argument.slice(2));
      values.set(name, "");
    } else if (name !== undefined) {
      values.set(name, `${values.get(name) ?? ""} ${argument}`.trim());
    }
  }
  return values;
}

const modernName = (name: string) => name.toLowerCase().replace(/^slave/, "replica");
const unquoted = (value: string) => value.replace(/^"(.*)"$/, "$1").replace(/^'(.*)'$/, "$1");
