import type { Keyspace } from "../keyspace.ts";
import { failure, ok, type Reply } from "../resp.ts";
import { CommandFailure, float, integer, type KeyCommand, reads, writes } from "./command.ts";

const textOf = (keys: Keyspace, key: string) => keys.find(key, "string")?.text;

function set(keys: Keyspace, [, key = "", text = "", ...options]: readonly string[]): Reply {
  const words = options.map((option) => option.toUpperCase());
  const after = (name: string, scale: number) =>
    words.includes(name) ? keys.now() + integer(options[words.indexOf(name) + 1]) * scale : undefined;
  const known = words.filter((word, index) => !["EX", "PX"].includes(words[index - 1] ?? "") && word !== "");
  if (!known.every((word) => ["NX", "XX", "EX", "PX", "KEEPTTL", "GET"].includes(word))) {
    return failure("ERR syntax error");
  }
  const before = words.includes("GET") ? (textOf(keys, key) ?? null) : ok;
  const exists = keys.get(key) !== undefined;
  if ((words.includes("NX") && exists) || (words.includes("XX") && !exists)) {
    return words.includes("GET") ? before : null;
  }
  const kept = words.includes("KEEPTTL") ? keys.expiry(key) : undefined;
  keys.set(key, { type: "string", text }, after("EX", 1000) ?? after("PX", 1) ?? kept);
  return before;
}

function add(keys: Keyspace, key: string, amount: number): number {
  const sum = integer(textOf(keys, key) ?? "0") + amount;
  if (!Number.isSafeInteger(sum)) {
    throw new CommandFailure("ERR increment or decrement would overflow");
  }
  keys.set(key, { type: "string", text: String(sum) }, keys.expiry(key));
  return sum;
}

function append(keys: Keyspace, [, key = "", more = ""]: readonly string[]): number {
  const value = keys.findOrMake(key, "string", () => ({ type: "string", text: "" }));
  value.text += more;
  return Buffer.byteLength(value.text);
}

function setMany(keys: Keyspace, words: readonly string[]): Reply {
  if (words.length % 2 === 0) {
    return failure("ERR wrong number of arguments for 'mset' command");
  }
  for (let index = 1; index < words.length; index += 2) {
    keys.set(words[index] ?? "", { type: "string", text: words[index + 1] ?? "" });
  }
  return ok;
}

export const stringCommands: Readonly<Record<string, KeyCommand>> = {
  GET: reads(2, (keys, [, key = ""]) => textOf(keys, key) ?? null),
  SET: writes(-3, set),
  SETNX: writes(3, (keys, [, key = "", text = ""]) => (set(keys, ["", key, text, "NX"]) === null ? 0 : 1)),
  SETEX: writes(4, (keys, [, key = "", seconds = "", text = ""]) =>
    set(keys, ["", key, text, "EX", seconds]),
  ),
  GETSET: writes(3, (keys, [, key = "", text = ""]) => set(keys, ["", key, text, "GET"])),
  GETDEL: writes(2, (keys, [, key = ""]) => {
    const text = textOf(keys, key) ?? null;
    keys.delete(key);
    return text;
  }),
  MGET: reads(-2, (keys, [, ...names]) => {
    const found = names.map((key) => keys.get(key));
    return found.map((value) => (value?.type === "string" ? value.text : null));
  }),
  MSET: writes(-3, setMany),
  APPEND: writes(3, append),
  STRLEN: reads(2, (keys, [, key = ""]) => Buffer.byteLength(textOf(keys, key) ?? "")),
  INCR: writes(2, (keys, [, key = ""]) => add(keys, key, 1)),
  DECR: writes(2, (keys, [, key = ""]) => add(keys, key, -1)),
  INCRBY: writes(3, (keys, [, key = "", amount]) => add(keys, key, integer(amount))),
  DECRBY: writes(3, (keys, [, key = "", amount]) => add(keys, key, -integer(amount))),
  INCRBYFLOAT: writes(3, (keys, [, key = "", amount]) => {
    const text = String(float(textOf(keys, key) ?? "0") + float(amount));
    keys.set(key, { type: "string", text }, keys.expiry(key));
    return text;
  }),
};
