import { bracketAt } from "./pattern.ts";

/** A regular expression that cannot be read. */
export class BadExpression extends Error {}

export interface ExpressionOptions {
  /** Extended (ERE: grep -E, awk, sed -E) or basic (BRE). */
  readonly isExtended: boolean;
  readonly flags?: string;
}

/** A POSIX regular expression as JavaScript's. Throws BadExpression. */
export function posixExpression(text: string, { isExtended, flags = "" }: ExpressionOptions): RegExp {
  try {
    return new RegExp(expressionSource(text, isExtended), `s${flags}`);
  } catch (error) {
    throw new BadExpression(error instanceof Error ? error.message : String(error));
  }
}

const escapes: Readonly<Record<string, string>> = {
  n: "\\n",
  t: "\\t",
  w: "\\w",
  W: "\\W",
  s: "\\s",
  S: "\\S",
  b: "\\b",
  B: "\\B",
};

/** The source of a JavaScript expression; back references and the escapes of GNU are kept. */
export function expressionSource(text: string, isExtended: boolean): string {
  let source = "";
  for (let index = 0; index < text.length; index++) {
    const character = text[index] ?? "";
    const next = text[index + 1];
    if (character === "[") {
      const bracket = bracketAt(text.replaceAll("\\", "\\\\"), escapedIndex(text, index));
      if (!bracket) {
        throw new BadExpression("Unmatched [, [^, [:, [., or [=");
      }
      source += bracket.source;
      index = plainIndex(text, bracket.end);
    } else if (character === "\\" && next !== undefined) {
      index++;
      source += escaped(next, isExtended);
    } else if (isExtended) {
      source +=
        character === "{" && !/^\{\d+(,\d*)?\}/.test(text.slice(index))
          ? "\\{"
          : character === "/"
            ? "\\/"
            : character;
    } else {
      source += basic(character, index, text);
    }
  }
  return source.replaceAll("\\<", "\\b(?=\\w)").replaceAll("\\>", "\\b(?<=\\w)");
}

/** In a basic expression `?+(){}|` stand for themselves, and `*` does at the beginning. */
function basic(character: string, index: number, text: string): string {
  if ("?+(){}|".includes(character)) {
    return `\\${character}`;
  }
  const isFirst = index === 0 || text.slice(0, index).endsWith("\\(") || text.slice(0, index) === "^";
  if (character === "*" && isFirst) {
    return "\\*";
  }
  if (character === "^" && index > 0 && !/\\[(|]$/.test(text.slice(0, index))) {
    return "\\^";
  }
  if (character === "$" && index < text.length - 1 && !/^\\[)|]/.test(text.slice(index + 1))) {
    return "\\$";
  }
  return character === "/" ? "\\/" : character;
}

function escaped(next: string, isExtended: boolean): string {
  if (!isExtended && "?+(){}|".includes(next)) {
    return next;
  }
  if (/[1-9]/.test(next)) {
    return `\\${next}`;
  }
  if (next === "<" || next === ">") {
    return `\\${next}`;
  }
  return escapes[next] ?? (/\w/.test(next) ? next : `\\${next}`);
}

const escapedIndex = (text: string, index: number) => index + (text.slice(0, index).split("\\").length - 1);

function plainIndex(text: string, index: number): number {
  let plain = 0;
  for (let at = 0; at < index; plain++) {
    at += text[plain] === "\\" ? 2 : 1;
  }
  return plain;
}
