/*
 * Quantities as k8s.io/apimachinery/pkg/api/resource reads and writes them: exact, as an integer of
 * billionths, and written in canonical form (largest suffix that leaves an integer mantissa).
 */

const pattern = /^([+-]?)([0-9]+\.?[0-9]*|\.[0-9]+)(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?[0-9]+)?$/;

/** What the server says of a text that is no quantity. */
export const quantityFormatMessage =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

const nano = 1_000_000_000n;
const binarySuffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const decimalSuffixes = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];

type Format = "binary" | "decimal" | "exponent";

/** An exact amount; `format` is the family of suffixes in which it was written. */
export interface Quantity {
  /** The amount in billionths (what is finer is rounded up, as the server does). */
  readonly nanos: bigint;
  readonly format: Format;
}

function powerOfTen(exponent: number): bigint {
  return 10n ** BigInt(exponent);
}

function formatOf(suffix: string): Format {
  if (suffix.endsWith("i")) {
    return "binary";
  }
  return /^[eE][+-]?[0-9]/.test(suffix) ? "exponent" : "decimal";
}

function scaleOf(suffix: string): { factor: bigint; exponent: number } {
  const binary = binarySuffixes.indexOf(suffix);
  if (binary > 0) {
    return { factor: 1024n ** BigInt(binary), exponent: 0 };
  }
  const decimal = decimalSuffixes.indexOf(suffix);
  if (decimal >= 0) {
    return { factor: 1n, exponent: (decimal - 3) * 3 };
  }
  return { factor: 1n, exponent: Number.parseInt(suffix.slice(1), 10) };
}

/** Divides, rounding away from zero. */
function divideUp(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  if (value % divisor === 0n) {
    return quotient;
  }
  return value < 0n ? quotient - 1n : quotient + 1n;
}

/** Reads a quantity; undefined where the text is none. */
export function parseQuantity(text: string): Quantity | undefined {
  const match = pattern.exec(text);
  if (!match) {
    return undefined;
  }
  const [, sign, digits = "", suffix = ""] = match;
  const [whole = "", fraction = ""] = digits.split(".");
  const { factor, exponent } = scaleOf(suffix);
  const power = exponent + 9 - fraction.length;
  if (Math.abs(power) > 200) {
    return undefined;
  }
  const mantissa = BigInt(`${whole}${fraction}` || "0") * factor * (sign === "-" ? -1n : 1n);
  const nanos = power >= 0 ? mantissa * powerOfTen(power) : divideUp(mantissa, powerOfTen(-power));
  return { nanos, format: formatOf(suffix) };
}

function writeBinary(nanos: bigint): string {
  let value = nanos / nano;
  let suffix = 0;
  while (value !== 0n && value % 1024n === 0n && suffix < binarySuffixes.length - 1) {
    value /= 1024n;
    suffix += 1;
  }
  return `${value}${binarySuffixes[suffix]}`;
}

function writeDecimal(nanos: bigint, format: Format): string {
  let value = nanos;
  let suffix = 0;
  while (value !== 0n && value % 1000n === 0n && suffix < decimalSuffixes.length - 1) {
    value /= 1000n;
    suffix += 1;
  }
  const exponent = (suffix - 3) * 3;
  if (format === "exponent") {
    return exponent === 0 ? `${value}` : `${value}e${exponent}`;
  }
  return `${value}${decimalSuffixes[suffix]}`;
}

/** Writes a quantity in canonical form: "1024Mi" → "1Gi", "0.5" → "500m". */
export function formatQuantity({ nanos, format }: Quantity): string {
  if (nanos === 0n) {
    return "0";
  }
  const absolute = nanos < 0n ? -nanos : nanos;
  const isWholeAndLarge = nanos % nano === 0n && absolute >= 1024n * nano;
  return format === "binary" && isWholeAndLarge
    ? writeBinary(nanos)
    : writeDecimal(nanos, format === "binary" ? "decimal" : format);
}

/** The canonical form of a quantity's text; undefined where it is none. */
export function canonicalQuantity(text: string): string | undefined {
  const quantity = parseQuantity(text);
  return quantity && formatQuantity(quantity);
}

/** The amount as a number of units (bytes, cores), for arithmetic that needs no exactness. 0 where the text is no quantity. */
export function quantityToNumber(text: string | number | undefined): number {
  const quantity = parseQuantity(String(text ?? "0"));
  return quantity ? Number(quantity.nanos) / 1e9 : 0;
}

/** Negative, 0 or positive, as the first amount is smaller than, equal to or larger than the second. */
export function compareQuantities(first: string | number, second: string | number): number {
  const difference =
    (parseQuantity(String(first))?.nanos ?? 0n) - (parseQuantity(String(second))?.nanos ?? 0n);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The sum, in the first amount's family of suffixes unless that is nothing (Quantity.Add). */
export function addQuantities(first: string | number, second: string | number): string {
  const [a, b] = [parseQuantity(String(first)), parseQuantity(String(second))];
  if (!a || !b) {
    return formatQuantity(a ?? b ?? { nanos: 0n, format: "decimal" });
  }
  return formatQuantity({ nanos: a.nanos + b.nanos, format: a.nanos === 0n ? b.format : a.format });
}

/** The difference, never below nothing. */
export function subtractQuantities(first: string | number, second: string | number): string {
  const [a, b] = [parseQuantity(String(first)), parseQuantity(String(second))];
  const nanos = (a?.nanos ?? 0n) - (b?.nanos ?? 0n);
  return formatQuantity({ nanos: nanos < 0n ? 0n : nanos, format: a?.format ?? "decimal" });
}
