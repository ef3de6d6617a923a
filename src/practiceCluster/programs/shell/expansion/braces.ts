import type { Word, WordPart } from "../syntax.ts";

/** A word as single unquoted characters and whole parts. */
type Item = string | WordPart;

/** Brace expansion of bash: `a{b,c}d`, `{1..3}`. Other words come back as they are. */
export function expandBraces(word: Word): readonly Word[] {
  const hasBrace = word.some((part) => part.kind === "literal" && !part.quoted && part.text.includes("{"));
  return hasBrace ? expandItems(word.flatMap(itemsOf)).map(wordOf) : [word];
}

function itemsOf(part: WordPart): Item[] {
  return part.kind === "literal" && !part.quoted ? [...part.text] : [part];
}

function wordOf(items: readonly Item[]): Word {
  const parts: WordPart[] = [];
  for (const item of items) {
    const last = parts.at(-1);
    if (typeof item !== "string") {
      parts.push(item);
    } else if (last?.kind === "literal" && !last.quoted) {
      parts[parts.length - 1] = { ...last, text: last.text + item };
    } else {
      parts.push({ kind: "literal", text: item, quoted: false });
    }
  }
  return parts;
}

function expandItems(items: readonly Item[]): readonly (readonly Item[])[] {
  for (let start = items.indexOf("{"); start >= 0; start = items.indexOf("{", start + 1)) {
    const end = closingBrace(items, start);
    const choices = end === undefined ? undefined : choicesOf(items.slice(start + 1, end));
    if (end !== undefined && choices) {
      const tails = expandItems(items.slice(end + 1));
      return choices
        .flatMap(expandItems)
        .flatMap((choice) => tails.map((tail) => [...items.slice(0, start), ...choice, ...tail]));
    }
  }
  return [items];
}

function closingBrace(items: readonly Item[], start: number): number | undefined {
  let depth = 0;
  for (let index = start; index < items.length; index++) {
    depth += items[index] === "{" ? 1 : items[index] === "}" ? -1 : 0;
    if (depth === 0) {
      return index;
    }
  }
  return undefined;
}

function choicesOf(inside: readonly Item[]): readonly (readonly Item[])[] | undefined {
  const choices: Item[][] = [[]];
  let depth = 0;
  for (const item of inside) {
    depth += item === "{" ? 1 : item === "}" ? -1 : 0;
    if (item === "," && depth === 0) {
      choices.push([]);
    } else {
      choices.at(-1)?.push(item);
    }
  }
  return choices.length > 1 ? choices : rangeOf(inside);
}

function rangeOf(inside: readonly Item[]): readonly (readonly Item[])[] | undefined {
  const text = inside.every((item) => typeof item === "string") ? inside.join("") : "";
  const numbers = /^(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?$/.exec(text);
  const letters = /^([A-Za-z])\.\.([A-Za-z])$/.exec(text);
  if (numbers) {
    const [, first = "", last = "", step = "1"] = numbers;
    const width =
      /^-?0\d|^-?0\d/.test(first) || /^-?0\d/.test(last) ? Math.max(first.length, last.length) : 0;
    const pad = (value: number) =>
      (value < 0 ? "-" : "") + String(Math.abs(value)).padStart(value < 0 ? width - 1 : width, "0");
    return range(Number(first), Number(last), Number(step)).map((value) => [...pad(value)]);
  }
  if (letters) {
    const [, first = "", last = ""] = letters;
    return range(first.charCodeAt(0), last.charCodeAt(0), 1).map((code) => [String.fromCharCode(code)]);
  }
  return undefined;
}

function range(first: number, last: number, step: number): number[] {
  const size = Math.abs(step) || 1;
  const count = Math.floor(Math.abs(last - first) / size) + 1;
  return Array.from({ length: count }, (_, index) => first + (first <= last ? 1 : -1) * index * size);
}
