import type { Keyspace } from "../keyspace.ts";
import type { Reply } from "../resp.ts";

/** A command on the keys: how many words it takes (negative: at least), and whether it writes. */
export interface KeyCommand {
  readonly arity: number;
  readonly writes: boolean;
  run(keys: Keyspace, words: readonly string[]): Reply;
}

type Run = KeyCommand["run"];

export const reads = (arity: number, run: Run): KeyCommand => ({ arity, writes: false, run });
export const writes = (arity: number, run: Run): KeyCommand => ({ arity, writes: true, run });

/** An error that a command answers with. */
export class CommandFailure extends Error {}

/** An integer argument. Throws the server's words when it is none. */
export function integer(text: string | undefined): number {
  if (text === undefined || !/^-?\d+$/.test(text)) {
    throw new CommandFailure("ERR value is not an integer or out of range");
  }
  return Number(text);
}

export function float(text: string | undefined): number {
  const value = Number(text);
  if (text === undefined || text === "" || Number.isNaN(value)) {
    throw new CommandFailure("ERR value is not a valid float");
  }
  return value;
}

/** A glob pattern of KEYS and CONFIG GET. */
export function globPattern(pattern: string): RegExp {
  const body = pattern
    .replace(/[.+^${}()|\\]/g, "\\$&")
    .replaceAll("*", "[\\s\\S]*")
    .replaceAll("?", "[\\s\\S]");
  return new RegExp(`^${body}$`);
}

/** Items from `start` to `stop` inclusive; negative numbers count from the end. */
export function range<T>(items: readonly T[], start: number, stop: number): T[] {
  const from = start < 0 ? Math.max(0, items.length + start) : start;
  const to = stop < 0 ? items.length + stop : stop;
  return items.slice(from, to + 1);
}
