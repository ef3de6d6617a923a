import { isScalar } from "yaml";
import type { FieldPath } from "../source/fieldPath.ts";
import type { ManifestObject } from "../source/manifestObject.ts";
import type { TextEdit } from "./finding.ts";

/** Writes `text` in place of the scalar at `path`. Undefined where no scalar is there. */
export function replaceValue(object: ManifestObject, path: FieldPath, text: string): TextEdit | undefined {
  const node = object.document.node([...object.base, ...path]);
  return isScalar(node) && node.range ? { start: node.range[0], end: node.range[1], text } : undefined;
}

/** Gives the field at `path` another name. */
export function renameKey(object: ManifestObject, path: FieldPath, key: string): TextEdit | undefined {
  const node = object.document.pair([...object.base, ...path])?.key;
  return isScalar(node) && node.range ? { start: node.range[0], end: node.range[1], text: key } : undefined;
}

/** Takes out the lines of the field at `path`. Undefined for a field that shares its line with another. */
export function removeField(object: ManifestObject, path: FieldPath): TextEdit | undefined {
  const { text } = object.document;
  const pair = object.document.pair([...object.base, ...path]);
  const key = pair?.key;
  if (!isScalar(key) || !key.range) {
    return undefined;
  }
  const start = text.lastIndexOf("\n", key.range[0] - 1) + 1;
  if (text.slice(start, key.range[0]).trim() !== "") {
    return undefined;
  }
  const indent = key.range[0] - start;
  return { start, end: endOfBlock(text, start, indent), text: "" };
}

/** Puts `key: value` as the last field of the block map at `path`; `value` may have lines, indented from 0. */
export function addField(
  object: ManifestObject,
  path: FieldPath,
  key: string,
  value: string,
): TextEdit | undefined {
  const { document, base } = object;
  const map = document.node([...base, ...path]);
  const first = map && "items" in map ? map.items[0] : undefined;
  const firstKey = first && typeof first === "object" && "key" in first ? first.key : undefined;
  if (!isScalar(firstKey) || !firstKey.range || (map && "flow" in map && map.flow)) {
    return undefined;
  }
  const { text } = document;
  const lineStart = text.lastIndexOf("\n", firstKey.range[0] - 1) + 1;
  const indent = firstKey.range[0] - lineStart;
  const end = endOfBlock(text, lineStart, indent, indent);
  const lead = end > 0 && text[end - 1] !== "\n" ? "\n" : "";
  return { start: end, end, text: `${lead}${fieldText(key, value, indent)}\n` };
}

function fieldText(key: string, value: string, indent: number): string {
  const pad = " ".repeat(indent);
  const lines = value.split("\n");
  return lines.length === 1
    ? `${pad}${key}: ${value}`
    : `${pad}${key}:\n${lines.map((line) => `${pad}  ${line}`).join("\n")}`;
}

/**
 * Where the lines end that belong to the field whose line begins at `start`: deeper lines, and list items
 * at its own indent. With `siblings`, where the whole map of that indent ends. Blank lines behind stay.
 */
function endOfBlock(text: string, start: number, indent: number, siblings?: number): number {
  let end = nextLine(text, start);
  for (let at = end; at < text.length; at = nextLine(text, at)) {
    const line = text.slice(at, nextLine(text, at));
    if (line.trim() === "") {
      continue;
    }
    const own = line.length - line.trimStart().length;
    const isItem = own === indent && line.trimStart().startsWith("- ");
    const isSibling = siblings !== undefined && own === siblings && !line.trimStart().startsWith("- ");
    if (own <= indent && !isItem && !isSibling) {
      break;
    }
    end = nextLine(text, at);
  }
  return end;
}

function nextLine(text: string, at: number): number {
  const newline = text.indexOf("\n", at);
  return newline < 0 ? text.length : newline + 1;
}
