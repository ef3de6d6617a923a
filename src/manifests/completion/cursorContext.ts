/** Where the cursor stands, read from indentation alone: it works while the YAML is being written. */
export interface CursorContext {
  /** Names from the object's top to the map that the cursor is in (for a value: to its key). */
  readonly path: readonly string[];
  readonly writes: "key" | "value";
  /** What is written already of the key or value. */
  readonly prefix: string;
  /** Keys that the map has. */
  readonly siblings: readonly string[];
  /** Offset where the prefix begins. */
  readonly start: number;
}

interface Line {
  readonly indent: number;
  /** Key of the line, where it has one. */
  readonly key: string | undefined;
  /** Whether the line begins a list item. */
  readonly isItem: boolean;
}

/** The context at `offset` of a document's text; undefined in a comment or where the cursor follows a finished value. */
export function cursorContext(text: string, offset: number): CursorContext | undefined {
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  const before = text.slice(lineStart, offset);
  if (/(^|\s)#/.test(before)) {
    return undefined;
  }
  const match = /^(\s*(?:-\s+)*)(?:([\w./-]+):\s+)?(["']?)([^\s"']*)$/.exec(before);
  if (!match) {
    return undefined;
  }
  const [, lead = "", key, quote = "", prefix = ""] = match;
  const lines = text.slice(0, lineStart).split("\n").slice(0, -1).map(readLine);
  const path = pathTo(lines, lead.length);
  const start = offset - prefix.length;
  if (key !== undefined) {
    return { path: [...path, key], writes: "value", prefix, siblings: [], start };
  }
  if (quote !== "") {
    return undefined;
  }
  const siblings = siblingsOf(text, lineStart, lead.length);
  return { path, writes: "key", prefix, siblings, start };
}

function readLine(text: string): Line {
  const [, lead = "", key] = /^(\s*(?:-\s+)*)(?:["']?([\w./-]+)["']?:(?=\s|$))?/.exec(text) ?? [];
  const isBlank = text.trim() === "" || text.trimStart().startsWith("#") || text.startsWith("---");
  return { indent: isBlank ? -1 : lead.length, key, isItem: lead.includes("-") };
}

/** The keys of the lines above that are less and less indented. */
function pathTo(lines: readonly Line[], indent: number): string[] {
  const path: string[] = [];
  let limit = indent;
  for (let index = lines.length - 1; index >= 0 && limit > 0; index--) {
    const { indent: own, key } = lines[index] ?? { indent: -1, key: undefined };
    if (own >= 0 && own < limit && key !== undefined) {
      path.unshift(key);
      limit = dashless(lines[index], own);
    }
  }
  return path;
}

/** A list item's own keys stand behind its dash; the list's key stands at or before the dash. */
function dashless(line: Line | undefined, indent: number): number {
  return line?.isItem ? Math.max(1, indent - 1) : indent;
}

function siblingsOf(text: string, lineStart: number, indent: number): readonly string[] {
  const lines = text.split("\n");
  const own = text.slice(0, lineStart).split("\n").length - 1;
  const keys: string[] = [];
  for (const step of [-1, 1]) {
    for (let index = own + step; index >= 0 && index < lines.length; index += step) {
      const line = readLine(lines[index] ?? "");
      if (line.indent < 0) {
        continue;
      }
      if (line.indent < indent) {
        break;
      }
      if (line.indent === indent && line.key !== undefined) {
        keys.push(line.key);
      }
      if (line.indent === indent && line.isItem && step === -1) {
        break;
      }
    }
  }
  return keys;
}
