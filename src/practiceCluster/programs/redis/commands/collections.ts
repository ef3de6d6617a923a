import type { Keyspace } from "../keyspace.ts";
import { failure, type Reply } from "../resp.ts";
import { float, integer, type KeyCommand, range, reads, writes } from "./command.ts";

const listOf = (keys: Keyspace, key: string) => keys.find(key, "list")?.items ?? [];
const setOf = (keys: Keyspace, key: string) => keys.find(key, "set")?.members ?? new Set<string>();
const hashOf = (keys: Keyspace, key: string) => keys.find(key, "hash")?.fields ?? new Map<string, string>();

/** A collection without members is no key. */
function dropWhenEmpty(keys: Keyspace, key: string, size: number): void {
  if (size === 0) {
    keys.delete(key);
  }
}

function push(keys: Keyspace, [, key = "", ...items]: readonly string[], atEnd: boolean): number {
  const list = keys.findOrMake(key, "list", () => ({ type: "list", items: [] }));
  for (const item of items) {
    list.items[atEnd ? "push" : "unshift"](item);
  }
  return list.items.length;
}

function pop(keys: Keyspace, [, key = ""]: readonly string[], atEnd: boolean): Reply {
  const items = listOf(keys, key);
  const item = atEnd ? items.pop() : items.shift();
  dropWhenEmpty(keys, key, items.length);
  return item ?? null;
}

export const listCommands: Readonly<Record<string, KeyCommand>> = {
  RPUSH: writes(-3, (keys, words) => push(keys, words, true)),
  LPUSH: writes(-3, (keys, words) => push(keys, words, false)),
  RPOP: writes(2, (keys, words) => pop(keys, words, true)),
  LPOP: writes(2, (keys, words) => pop(keys, words, false)),
  LLEN: reads(2, (keys, [, key = ""]) => listOf(keys, key).length),
  LINDEX: reads(3, (keys, [, key = "", index]) => listOf(keys, key).at(integer(index)) ?? null),
  LRANGE: reads(4, (keys, [, key = "", start, stop]) =>
    range(listOf(keys, key), integer(start), integer(stop)),
  ),
};

export const setCommands: Readonly<Record<string, KeyCommand>> = {
  SADD: writes(-3, (keys, [, key = "", ...members]) => {
    const set = keys.findOrMake(key, "set", () => ({ type: "set", members: new Set() })).members;
    const before = set.size;
    for (const member of members) {
      set.add(member);
    }
    return set.size - before;
  }),
  SREM: writes(-3, (keys, [, key = "", ...members]) => {
    const set = setOf(keys, key);
    const removed = members.filter((member) => set.delete(member)).length;
    dropWhenEmpty(keys, key, set.size);
    return removed;
  }),
  SMEMBERS: reads(2, (keys, [, key = ""]) => [...setOf(keys, key)]),
  SISMEMBER: reads(3, (keys, [, key = "", member = ""]) => (setOf(keys, key).has(member) ? 1 : 0)),
  SCARD: reads(2, (keys, [, key = ""]) => setOf(keys, key).size),
};

export const hashCommands: Readonly<Record<string, KeyCommand>> = {
  HSET: writes(-4, (keys, [, key = "", ...pairs]) => {
    if (pairs.length % 2 === 1) {
      return failure("ERR wrong number of arguments for 'hset' command");
    }
    const fields = keys.findOrMake(key, "hash", () => ({ type: "hash", fields: new Map() })).fields;
    const before = fields.size;
    for (let index = 0; index < pairs.length; index += 2) {
      fields.set(pairs[index] ?? "", pairs[index + 1] ?? "");
    }
    return fields.size - before;
  }),
  HGET: reads(3, (keys, [, key = "", field = ""]) => hashOf(keys, key).get(field) ?? null),
  HGETALL: reads(2, (keys, [, key = ""]) => [...hashOf(keys, key)].flat()),
  HKEYS: reads(2, (keys, [, key = ""]) => [...hashOf(keys, key).keys()]),
  HLEN: reads(2, (keys, [, key = ""]) => hashOf(keys, key).size),
  HEXISTS: reads(3, (keys, [, key = "", field = ""]) => (hashOf(keys, key).has(field) ? 1 : 0)),
  HDEL: writes(-3, (keys, [, key = "", ...names]) => {
    const fields = hashOf(keys, key);
    const removed = names.filter((name) => fields.delete(name)).length;
    dropWhenEmpty(keys, key, fields.size);
    return removed;
  }),
};

const scoresOf = (keys: Keyspace, key: string) => keys.find(key, "zset")?.scores ?? new Map<string, number>();

const ordered = (scores: ReadonlyMap<string, number>) =>
  [...scores].sort(([left, low], [right, high]) => low - high || (left < right ? -1 : 1));

export const sortedSetCommands: Readonly<Record<string, KeyCommand>> = {
  ZADD: writes(-4, (keys, [, key = "", ...pairs]) => {
    const scores = keys.findOrMake(key, "zset", () => ({ type: "zset", scores: new Map() })).scores;
    const before = scores.size;
    for (let index = 0; index + 1 < pairs.length; index += 2) {
      scores.set(pairs[index + 1] ?? "", float(pairs[index]));
    }
    return scores.size - before;
  }),
  ZCARD: reads(2, (keys, [, key = ""]) => scoresOf(keys, key).size),
  ZSCORE: reads(3, (keys, [, key = "", member = ""]) => {
    const score = scoresOf(keys, key).get(member);
    return score === undefined ? null : String(score);
  }),
  ZREM: writes(-3, (keys, [, key = "", ...members]) => {
    const scores = scoresOf(keys, key);
    const removed = members.filter((member) => scores.delete(member)).length;
    dropWhenEmpty(keys, key, scores.size);
    return removed;
  }),
  ZRANGE: reads(-4, (keys, [, key = "", start, stop, option]) => {
    const found = range(ordered(scoresOf(keys, key)), integer(start), integer(stop));
    const withScores = option?.toUpperCase() === "WITHSCORES";
    return found.flatMap(([member, score]) => (withScores ? [member, String(score)] : [member]));
  }),
};
