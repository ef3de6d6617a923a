/** A schedule that cannot be read; the message is what the API server says of it. */
export class CronSyntaxError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "CronSyntaxError";
  }
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

/** The values of one field that match, and whether it leaves them open ("*"). */
export interface CronField {
  readonly values: ReadonlySet<number>;
  readonly isOpen: boolean;
}

const months = ["", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

export const minuteBounds: Bounds = { min: 0, max: 59 };
export const hourBounds: Bounds = { min: 0, max: 23 };
export const dayBounds: Bounds = { min: 1, max: 31 };
export const monthBounds: Bounds = { min: 1, max: 12, names: months };
export const weekdayBounds: Bounds = { min: 0, max: 6, names: days };

/** Reads one field: values, ranges and steps, separated by commas. Throws CronSyntaxError. */
export function parseField(text: string, bounds: Bounds): CronField {
  const values = new Set<number>();
  let isOpen = false;
  for (const part of text.split(",").filter((each) => each !== "")) {
    const range = parseRange(part, bounds);
    isOpen ||= range.isOpen;
    for (let value = range.start; value <= range.end; value += range.step) {
      values.add(value);
    }
  }
  return { values, isOpen };
}

function parseRange(text: string, bounds: Bounds) {
  const [range = "", stepText, ...moreSteps] = text.split("/");
  const [low = "", high, ...moreHyphens] = range.split("-");
  const isStar = low === "*" || low === "?";
  if (!isStar && moreHyphens.length > 0) {
    throw new CronSyntaxError(`too many hyphens: ${text}`);
  }
  const start = isStar ? bounds.min : parseValue(low, bounds);
  const last = isStar ? bounds.max : high === undefined ? start : parseValue(high, bounds);
  if (moreSteps.length > 0) {
    throw new CronSyntaxError(`too many slashes: ${text}`);
  }
  const step = stepText === undefined ? 1 : parseWhole(stepText);
  // "5/10" is every tenth from the fifth on
  const end = stepText !== undefined && high === undefined ? bounds.max : last;
  requireInBounds({ start, end, step }, bounds, text);
  return { start, end, step, isOpen: isStar && step === 1 };
}

function requireInBounds(
  { start, end, step }: { start: number; end: number; step: number },
  { min, max }: Bounds,
  text: string,
): void {
  if (start < min) {
    throw new CronSyntaxError(`beginning of range (${start}) below minimum (${min}): ${text}`);
  }
  if (end > max) {
    throw new CronSyntaxError(`end of range (${end}) above maximum (${max}): ${text}`);
  }
  if (start > end) {
    throw new CronSyntaxError(`beginning of range (${start}) beyond end of range (${end}): ${text}`);
  }
  if (step === 0) {
    throw new CronSyntaxError(`step of range should be a positive number: ${text}`);
  }
}

function parseValue(text: string, { names = [] }: Bounds): number {
  const named = text === "" ? -1 : names.indexOf(text.toLowerCase());
  return named === -1 ? parseWhole(text) : named;
}

function parseWhole(text: string): number {
  if (!/^[+-]?[0-9]+$/.test(text)) {
    const reason = `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
    throw new CronSyntaxError(`failed to parse int from ${text}: ${reason}`);
  }
  if (Number(text) < 0) {
    throw new CronSyntaxError(`negative number (${Number(text)}) not allowed: ${text}`);
  }
  return Number(text);
}
