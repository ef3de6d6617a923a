import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One field of a Go struct: its Go name, JSON name, full Go type and what leaves it out of JSON. */
export interface GoField {
  readonly name: string;
  readonly json: string;
  readonly type: string;
  readonly omit: "" | "empty" | "zero";
  /** Number in protobuf; 0 where it has none. */
  readonly proto: number;
}

export interface GoEmbedded {
  readonly embedded: string;
  readonly proto: number;
}

/** The types of one Go package: structs by name, and what other named types stand for. */
export interface GoPackage {
  readonly structs: Map<string, readonly (GoField | GoEmbedded)[]>;
  readonly named: Map<string, string>;
}

/** The short name of a package in the data file: "core/v1", "meta/v1", "resource". */
export function shortPackage(path: string): string {
  const parts = path.split("/");
  const last = parts.at(-1) ?? path;
  return /^v\d/.test(last) ? `${parts.at(-2)}/${last}` : last;
}

function importAliases(source: string): Map<string, string> {
  const aliases = new Map<string, string>();
  for (const match of source.matchAll(/^\s*(?:import\s+)?(?:(\w+)\s+)?"([\w./-]+)"\s*$/gm)) {
    const path = match[2] ?? "";
    const last = path.split("/").at(-1) ?? path;
    aliases.set(match[1] ?? last, path);
  }
  return aliases;
}

const basicTypes = new Set(
  "string bool int int8 int16 int32 int64 uint uint8 uint16 uint32 uint64 float32 float64 byte any error".split(
    " ",
  ),
);

/** Writes package names into a Go type: `[]v1.Container` → `[]core/v1.Container`. */
function qualify(type: string, packageName: string, aliases: Map<string, string>): string {
  return type.replace(/(?:(\w+)\.)?(\b[A-Za-z_]\w*)/g, (whole, alias: string | undefined, name: string) => {
    if (alias) {
      return `${shortPackage(aliases.get(alias) ?? alias)}.${name}`;
    }
    return name === "map" || name === "interface" || basicTypes.has(name) ? whole : `${packageName}.${name}`;
  });
}

function readField(line: string, qualifyType: (type: string) => string): GoField | GoEmbedded | undefined {
  const match = /^\t(?:(\w+)[ \t]+)?([^\s`/]+(?:\{\})?)[ \t]*(?:`([^`]*)`)?/.exec(line);
  const type = match?.[2];
  if (!match || !type) {
    return undefined;
  }
  const tag = /json:"([^"]*)"/.exec(match[3] ?? "")?.[1];
  if (tag === "-") {
    return undefined;
  }
  const [json = "", ...options] = (tag ?? "").split(",");
  const proto = Number(/protobuf:"\w+,(\d+),/.exec(match[3] ?? "")?.[1] ?? 0);
  const name = match[1] ?? type.split(".").at(-1) ?? type;
  if (!match[1] && json === "") {
    return { embedded: qualifyType(type), proto };
  }
  const omit = options.includes("omitzero") ? "zero" : options.includes("omitempty") ? "empty" : "";
  return { name, json, type: qualifyType(type), omit, proto };
}

function readSource(source: string, packageName: string, into: GoPackage): void {
  const aliases = importAliases(source);
  const qualifyType = (type: string) => qualify(type, packageName, aliases);
  for (const match of source.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm)) {
    const lines = (match[2] ?? "").split("\n").filter((line) => /^\t[^\s/]/.test(line));
    const fields = lines.map((line) => readField(line, qualifyType));
    into.structs.set(
      match[1] ?? "",
      fields.filter((field) => field !== undefined),
    );
  }
  for (const match of source.matchAll(/^type (\w+) (?:= )?((?:\[\]|map\[[\w.]+\]|\*)*[\w.]+)$/gm)) {
    into.named.set(match[1] ?? "", qualifyType(match[2] ?? ""));
  }
}

/** Reads the type declarations of a Go package folder: the files that hold its API types. */
export function readGoPackage(folder: string, packageName: string): GoPackage {
  const result: GoPackage = { structs: new Map(), named: new Map() };
  const files = readdirSync(folder).filter((name) => /^(.*_)?types.*\.go$/.test(name));
  for (const file of files.filter((name) => !name.includes("_test") && !name.startsWith("zz_"))) {
    readSource(readFileSync(join(folder, file), "utf8"), packageName, result);
  }
  return result;
}
