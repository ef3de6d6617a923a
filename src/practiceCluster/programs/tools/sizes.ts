import { ToolFailure } from "./tool.ts";

const units = "KMGTP";

/** A number with a suffix as dd, head and truncate take it: 10, 4k, 1M. Throws ToolFailure. */
export function readSize(text: string, describe = (bad: string) => `invalid number '${bad}'`): number {
  const [, digits, unit, decimal] = /^(\d+)(?:([kKMGTPbcw])(B|iB)?)?$/.exec(text) ?? [];
  if (digits === undefined) {
    throw new ToolFailure(describe(text));
  }
  if (unit === undefined || unit === "c") {
    return Number(digits);
  }
  if (unit === "b" || unit === "w") {
    return Number(digits) * (unit === "b" ? 512 : 2);
  }
  return Number(digits) * (decimal === "B" ? 1000 : 1024) ** (units.indexOf(unit.toUpperCase()) + 1);
}

/** A size as `-h` shows it: 1.5K, 12M. */
export function humanSize(bytes: number): string {
  let value = bytes;
  let unit = "";
  for (const next of units) {
    if (value < 1024) {
      break;
    }
    value /= 1024;
    unit = next;
  }
  if (unit === "") {
    return String(bytes);
  }
  return `${value < 10 ? (Math.ceil(value * 10) / 10).toFixed(1) : Math.ceil(value)}${unit}`;
}
