import {
  type CronField,
  CronSyntaxError,
  dayBounds,
  hourBounds,
  minuteBounds,
  monthBounds,
  parseField,
  weekdayBounds,
} from "./fields.ts";
import { findTimeZone, type TimeZone, utc } from "./timeZone.ts";

/** When something is due again and again. Moments are milliseconds since 1970. */
export interface CronSchedule {
  /** The first due moment after `moment`; undefined when there is none within five years. */
  next(moment: number): number | undefined;
}

const secondMs = 1_000;
const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;

const named: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/**
 * Reads a schedule of five fields or a name ("@daily", "@every 90s"), as the CronJob controller does (the parser of
 * robfig/cron). `timeZone`: IANA name for the fields; UTC without one. Throws CronSyntaxError.
 */
export function parseCronSchedule(text: string, timeZone?: string): CronSchedule {
  if (text === "") {
    throw new CronSyntaxError("empty spec string");
  }
  const prefix = /^(?:CRON_)?TZ=(\S*)\s+(.*)$/.exec(text);
  const [, zoneName = timeZone ?? "", spec = text] = prefix ?? [];
  const zone = findTimeZone(zoneName);
  if (!zone) {
    throw new CronSyntaxError(`provided bad location ${zoneName}: unknown time zone ${zoneName}`);
  }
  if (spec.startsWith("@every ")) {
    return new Interval(parseGoDuration(spec));
  }
  if (spec.startsWith("@") && named[spec] === undefined) {
    throw new CronSyntaxError(`unrecognized descriptor: ${spec}`);
  }
  return new FieldSchedule((named[spec] ?? spec).trim().split(/\s+/), zone);
}

class Interval implements CronSchedule {
  readonly #everyMs: number;

  constructor(durationMs: number) {
    this.#everyMs = Math.max(secondMs, Math.floor(durationMs / secondMs) * secondMs);
  }

  next(moment: number): number {
    return Math.floor(moment / secondMs) * secondMs + this.#everyMs;
  }
}

/** Minute, hour, day of the month, month and day of the week, on the wall clock of a zone. */
class FieldSchedule implements CronSchedule {
  readonly #zone: TimeZone;
  readonly #minutes: CronField;
  readonly #hours: CronField;
  readonly #days: CronField;
  readonly #months: CronField;
  readonly #weekdays: CronField;

  constructor(fields: readonly string[], zone: TimeZone = utc) {
    if (fields.length !== 5) {
      throw new CronSyntaxError(`expected exactly 5 fields, found ${fields.length}: [${fields.join(" ")}]`);
    }
    const [minutes = "", hours = "", days = "", months = "", weekdays = ""] = fields;
    this.#zone = zone;
    this.#minutes = parseField(minutes, minuteBounds);
    this.#hours = parseField(hours, hourBounds);
    this.#days = parseField(days, dayBounds);
    this.#months = parseField(months, monthBounds);
    this.#weekdays = parseField(weekdays, weekdayBounds);
  }

  next(moment: number): number | undefined {
    let cursor = (Math.floor(moment / minuteMs) + 1) * minuteMs;
    const lastYear = new Date(this.#zone.wallTime(cursor)).getUTCFullYear() + 5;
    for (;;) {
      const wall = this.#zone.wallTime(cursor);
      const date = new Date(wall);
      if (date.getUTCFullYear() > lastYear) {
        return undefined;
      }
      if (!this.#matchesDay(date)) {
        cursor = this.#nextMidnight(cursor, wall);
      } else if (!this.#hours.values.has(date.getUTCHours())) {
        cursor += hourMs - (wall % hourMs);
      } else if (!this.#minutes.values.has(date.getUTCMinutes())) {
        cursor += minuteMs;
      } else {
        return cursor;
      }
    }
  }

  /** Where both the day of the month and that of the week are said, one of them is enough. */
  #matchesDay(date: Date): boolean {
    const isDay = this.#days.values.has(date.getUTCDate());
    const isWeekday = this.#weekdays.values.has(date.getUTCDay());
    const isOpen = this.#days.isOpen || this.#weekdays.isOpen;
    return (
      this.#months.values.has(date.getUTCMonth() + 1) && (isOpen ? isDay && isWeekday : isDay || isWeekday)
    );
  }

  /** The first moment of the next day, which is 23 or 25 hours long when the clocks are changed. */
  #nextMidnight(cursor: number, wall: number): number {
    const guess = cursor + dayMs - (wall % dayMs);
    const late = this.#zone.wallTime(guess) % dayMs;
    // a longer day: the rest of it is passed over by the next step
    return late < dayMs / 2 && late > 0 && this.#isSameDay(guess, guess - late) ? guess - late : guess;
  }

  #isSameDay(a: number, b: number): boolean {
    return Math.floor(this.#zone.wallTime(a) / dayMs) === Math.floor(this.#zone.wallTime(b) / dayMs);
  }
}

const units: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: secondMs,
  m: minuteMs,
  h: hourMs,
};

/** The duration after "@every ", in Go's words and writing: "1h30m". */
function parseGoDuration(descriptor: string): number {
  const text = descriptor.slice("@every ".length);
  const parts = [...text.matchAll(/([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|ms|s|m|h)/g)];
  const isWhole = parts.map(([part]) => part).join("") === text.replace(/^[+-]/, "");
  if (parts.length === 0 || !isWhole) {
    const reason = `time: invalid duration ${JSON.stringify(text)}`;
    throw new CronSyntaxError(`failed to parse duration ${descriptor}: ${reason}`);
  }
  const total = parts.reduce((sum, [, amount, unit = ""]) => sum + Number(amount) * (units[unit] ?? 0), 0);
  return text.startsWith("-") ? -total : total;
}
