/**
 * Shell patterns (XCU 2.14): `*`, `?`, `[…]`; a backslash makes the next character stand for itself.
 */
const cache = new Map<string, RegExp>();
const mostCached = 500;

const classes: Readonly<Record<string, string>> = {
  alnum: "A-Za-z0-9",
  alpha: "A-Za-z",
  blank: " \\t",
  cntrl: "\\x00-\\x1f\\x7f",
  digit: "0-9",
  graph: "!-~",
  lower: "a-z",
  print: " -~",
  punct: "!-\\/:-@\\[-`{-~",
  space: "\\s",
  upper: "A-Z",
  xdigit: "0-9A-Fa-f",
};

/** Whether the whole text matches the pattern. */
export function matchesPattern(pattern: string, text: string): boolean {
  return patternExpression(pattern).test(text);
}

/** The pattern as an expression that matches whole texts. */
export function patternExpression(pattern: string): RegExp {
  const known = cache.get(pattern);
  if (known) {
    return known;
  }
  if (cache.size >= mostCached) {
    cache.clear();
  }
  const made = new RegExp(`^(?:${patternSource(pattern)})$`, "su");
  cache.set(pattern, made);
  return made;
}

/** The inside of a regular expression for a pattern. */
export function patternSource(pattern: string): string {
  let source = "";
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index] ?? "";
    const bracket = character === "[" ? bracketAt(pattern, index) : undefined;
    if (bracket) {
      source += bracket.source;
      index = bracket.end;
    } else if (character === "\\" && index + 1 < pattern.length) {
      index++;
      source += escapeExpression(pattern[index] ?? "");
    } else {
      source += character === "*" ? ".*" : character === "?" ? "." : escapeExpression(character);
    }
  }
  return source;
}

/** Text that matches only itself, inside of a regular expression. */
export function escapeExpression(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** Text that matches only itself as a pattern. */
export function escapePattern(text: string): string {
  return text.replace(/[\\*?[\]]/g, "\\$&");
}

/** Takes the backslashes of a pattern away. */
export function unescapePattern(pattern: string): string {
  return pattern.replace(/\\(.)/gs, "$1");
}

/** Whether a pattern can match anything but one text. */
export function isPattern(pattern: string): boolean {
  return /^(?:[^\\]|\\.)*?[*?[]/s.test(pattern);
}

/** A bracket expression (POSIX) as JavaScript writes it; undefined where the bracket is not closed. */
export function bracketAt(pattern: string, start: number): { source: string; end: number } | undefined {
  let index = start + 1;
  const isNegated = pattern[index] === "!" || pattern[index] === "^";
  index += isNegated ? 1 : 0;
  let body = "";
  for (let isFirst = true; pattern[index] !== "]" || isFirst; isFirst = false) {
    if (index >= pattern.length) {
      return undefined;
    }
    const named = /^\[:(\w+):\]/.exec(pattern.slice(index, index + 12));
    if (named) {
      body += classes[named[1] ?? ""] ?? "";
      index += named[0].length;
    } else {
      index += pattern[index] === "\\" && index + 1 < pattern.length ? 1 : 0;
      const character = pattern[index] ?? "";
      body +=
        character === "-" && !isFirst && pattern[index + 1] !== "]"
          ? "-"
          : character.replace(/[\\\]^[-]/g, "\\$&");
      index++;
    }
  }
  return { source: body === "" ? "(?!)" : `[${isNegated ? "^" : ""}${body}]`, end: index };
}
