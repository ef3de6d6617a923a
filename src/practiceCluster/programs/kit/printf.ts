/** An operand that is no number. */
export interface PrintfProblem {
  readonly operand: string;
  readonly kind: "notNumber" | "badDirective";
}

export interface Printed {
  readonly text: string;
  readonly problems: readonly PrintfProblem[];
}

const controls: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  e: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  '"': '"',
};

const escapeSequence = /\\(?:([abefnrtv\\"])|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|([0-7]{1,3})|(c))/g;
const escapeWithZero = /\\(?:([abefnrtv\\])|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|0?([0-7]{1,3})|0|(c))/g;

/** Replaces backslash escapes; `\c` ends the output. `leadingZero`: octal as echo writes it (`\0101`). */
export function expandEscapes(
  text: string,
  leadingZero: boolean,
): { readonly text: string; readonly isCut: boolean } {
  let isCut = false;
  let end = text.length;
  const result = text.replace(
    leadingZero ? escapeWithZero : escapeSequence,
    (all, letter, hex, unicode, octal, cut, at) => {
      if (cut && !isCut) {
        isCut = true;
        end = Number(at);
      }
      if (letter !== undefined) {
        return controls[letter] ?? all;
      }
      const code = hex ?? unicode;
      return code === undefined
        ? cut
          ? "\\c"
          : String.fromCharCode(Number.parseInt(octal ?? "0", 8) & 0xff)
        : String.fromCharCode(Number.parseInt(code, 16));
    },
  );
  return isCut
    ? { text: expandEscapes(text.slice(0, end), leadingZero).text, isCut }
    : { text: result, isCut };
}

const directive = /%(?:%|([-+ #0']*)(\*|\d+)?(?:\.(\*|\d*))?([a-zA-Z]))/g;

/** Formats as printf(1): the format is used again as long as operands are left. */
export function printf(format: string, operands: readonly string[]): Printed {
  const problems: PrintfProblem[] = [];
  const left = [...operands];
  let text = "";
  do {
    const before = left.length;
    const round = printOnce(format, left, problems);
    text += round.text;
    if (round.isCut || left.length === before) {
      break;
    }
  } while (left.length > 0);
  return { text, problems };
}

function printOnce(format: string, operands: string[], problems: PrintfProblem[]) {
  let text = "";
  let end = 0;
  for (const match of format.matchAll(directive)) {
    const before = expandEscapes(format.slice(end, match.index), false);
    text += before.text;
    if (before.isCut) {
      return { text, isCut: true };
    }
    end = match.index + match[0].length;
    const [all, flags = "", width, precision, conversion] = match;
    if (all === "%%") {
      text += "%";
      continue;
    }
    const size = width === "*" ? (operands.shift() ?? "0") : (width ?? "");
    const digits = precision === "*" ? (operands.shift() ?? "0") : precision;
    const made = convert(conversion ?? "", operands.shift(), digits, flags, problems);
    text += pad(made.text, Number(size), flags, "diouxXeEfFgG".includes(conversion ?? ""));
    if (made.isCut) {
      return { text, isCut: true };
    }
  }
  const last = expandEscapes(format.slice(end), false);
  return { text: text + last.text, isCut: last.isCut };
}

function pad(text: string, size: number, flags: string, isNumber: boolean): string {
  const width = Math.abs(size);
  if (flags.includes("-") || size < 0) {
    return text.padEnd(width);
  }
  if (flags.includes("0") && isNumber) {
    const sign = /^[-+ ]?(?:0[xX])?/.exec(text)?.[0] ?? "";
    return sign + text.slice(sign.length).padStart(width - sign.length, "0");
  }
  return text.padStart(width);
}

function convert(
  conversion: string,
  operand: string | undefined,
  precision: string | undefined,
  flags: string,
  problems: PrintfProblem[],
): { readonly text: string; readonly isCut?: boolean } {
  const digits = precision === undefined ? undefined : Number(precision);
  switch (conversion) {
    case "s":
      return { text: (operand ?? "").slice(0, digits) };
    case "c":
      return { text: (operand ?? "").slice(0, 1) };
    case "b": {
      const made = expandEscapes(operand ?? "", true);
      return { text: made.text.slice(0, digits), isCut: made.isCut };
    }
    case "q":
      return { text: quote(operand ?? "") };
    case "d":
    case "i":
      return {
        text: signed(integer(operand, problems), flags).replace(/\d+/, (all) =>
          all.padStart(digits ?? 0, "0"),
        ),
      };
    case "u":
    case "o":
    case "x":
    case "X":
      return { text: unsigned(conversion, integer(operand, problems), flags).padStart(digits ?? 0, "0") };
    case "e":
    case "E":
    case "f":
    case "F":
    case "g":
    case "G":
      return { text: float(conversion, number(operand, problems), digits ?? 6, flags) };
    default:
      problems.push({ kind: "badDirective", operand: `%${conversion}` });
      return { text: "", isCut: true };
  }
}

function signed(value: bigint, flags: string): string {
  const sign = value < 0n ? "" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  return `${sign}${value}`;
}

function unsigned(conversion: string, value: bigint, flags: string): string {
  const bits = BigInt.asUintN(64, value);
  const prefix = flags.includes("#") && bits !== 0n;
  switch (conversion) {
    case "o":
      return (prefix ? "0" : "") + bits.toString(8);
    case "x":
      return (prefix ? "0x" : "") + bits.toString(16);
    case "X":
      return (prefix ? "0X" : "") + bits.toString(16).toUpperCase();
    default:
      return bits.toString();
  }
}

function float(conversion: string, value: number, digits: number, flags: string): string {
  const sign = value >= 0 && flags.includes("+") ? "+" : "";
  const exponent = (text: string) => text.replace(/e([+-])(\d)$/, "e$10$2");
  const lower = conversion.toLowerCase();
  const text =
    lower === "f"
      ? fixed(value, digits)
      : lower === "e"
        ? exponent(value.toExponential(digits))
        : exponent(shortest(value, digits || 1));
  return sign + (conversion === lower ? text : text.toUpperCase());
}

/** As C rounds: exact halves to the even digit. */
function fixed(value: number, digits: number): string {
  const exact = Math.abs(value).toFixed(Math.min(100, digits + 30));
  const cut = exact.length - 30;
  if (digits > 60 || !/^50*$/.test(exact.slice(cut))) {
    return value.toFixed(digits);
  }
  const down = exact.slice(0, cut).replace(/\.$/, "");
  const isEven = Number(down.at(-1)) % 2 === 0;
  return isEven ? `${value < 0 ? "-" : ""}${down}` : value.toFixed(digits);
}

function shortest(value: number, digits: number): string {
  const power = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  const text =
    power < -4 || power >= digits
      ? value.toExponential(digits - 1)
      : value.toFixed(Math.max(0, digits - 1 - power));
  return text.includes(".") ? text.replace(/\.?0+(e|$)/, "$1") : text;
}

function integer(operand: string | undefined, problems: PrintfProblem[]): bigint {
  const text = (operand ?? "0").trim();
  if (/^['"]/.test(text)) {
    return BigInt(text.codePointAt(1) ?? 0);
  }
  const [, sign, hex, octal, decimal] = /^([-+]?)(?:0[xX]([0-9A-Fa-f]+)|0([0-7]+)|(\d+))/.exec(text) ?? [];
  const digits = hex ? `0x${hex}` : octal ? `0o${octal}` : decimal;
  const read = /^([-+]?)(?:0[xX][0-9A-Fa-f]+|\d+)$/.test(text);
  if ((digits === undefined || !read) && text !== "") {
    problems.push({ kind: "notNumber", operand: operand ?? "" });
  }
  const value = BigInt(digits ?? "0");
  return sign === "-" ? -value : value;
}

function number(operand: string | undefined, problems: PrintfProblem[]): number {
  const value = Number.parseFloat(operand ?? "0");
  if (Number.isNaN(value) || !/^\s*[-+.\deExXa-fA-F]*\s*$/.test(operand ?? "")) {
    problems.push({ kind: "notNumber", operand: operand ?? "" });
  }
  return Number.isNaN(value) ? 0 : value;
}

/** A text as a word that a shell reads as that text. */
export function quote(text: string): string {
  if (text === "") {
    return "''";
  }
  return text.replace(/[^\w@%+=:,./-]/g, "\\$&");
}
