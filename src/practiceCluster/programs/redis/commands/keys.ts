import type { Keyspace } from "../keyspace.ts";
import { ok, type Reply } from "../resp.ts";
import { globPattern, integer, type KeyCommand, reads, writes } from "./command.ts";

function remaining(keys: Keyspace, key: string, unit: number): number {
  if (keys.get(key) === undefined) {
    return -2;
  }
  const at = keys.expiry(key);
  return at === undefined ? -1 : Math.ceil((at - keys.now()) / unit);
}

function expireIn(keys: Keyspace, [, key = "", time]: readonly string[], unit: number): number {
  return keys.expire(key, keys.now() + integer(time) * unit) ? 1 : 0;
}

function scan(keys: Keyspace, words: readonly string[]): Reply {
  const match = words.findIndex((word) => word.toUpperCase() === "MATCH");
  const pattern = globPattern(match < 0 ? "*" : (words[match + 1] ?? "*"));
  return ["0", keys.keys().filter((key) => pattern.test(key))];
}

const remove = (keys: Keyspace, [, ...names]: readonly string[]) =>
  names.filter((key) => keys.delete(key)).length;

const clear = (keys: Keyspace) => {
  keys.clear();
  return ok;
};

export const keyCommands: Readonly<Record<string, KeyCommand>> = {
  DEL: writes(-2, remove),
  UNLINK: writes(-2, remove),
  EXISTS: reads(-2, (keys, [, ...names]) => names.filter((key) => keys.get(key) !== undefined).length),
  KEYS: reads(2, (keys, [, pattern = ""]) => keys.keys().filter((key) => globPattern(pattern).test(key))),
  SCAN: reads(-2, scan),
  TYPE: reads(2, (keys, [, key = ""]) => ({ status: keys.get(key)?.type ?? "none" })),
  DBSIZE: reads(1, (keys) => keys.size),
  FLUSHALL: writes(-1, clear),
  FLUSHDB: writes(-1, clear),
  TTL: reads(2, (keys, [, key = ""]) => remaining(keys, key, 1000)),
  PTTL: reads(2, (keys, [, key = ""]) => remaining(keys, key, 1)),
  EXPIRE: writes(3, (keys, words) => expireIn(keys, words, 1000)),
  PEXPIRE: writes(3, (keys, words) => expireIn(keys, words, 1)),
  PEXPIREAT: writes(3, (keys, [, key = "", at]) => (keys.expire(key, integer(at)) ? 1 : 0)),
  PERSIST: writes(2, (keys, [, key = ""]) =>
    keys.expiry(key) !== undefined && keys.expire(key, undefined) ? 1 : 0,
  ),
};
