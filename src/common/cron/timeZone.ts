/** The clock on the wall of a time zone: milliseconds as if it were UTC. */
export interface TimeZone {
  readonly name: string;
  /** What a wall clock shows at a moment, in milliseconds since 1970 on that clock. */
  wallTime(moment: number): number;
}

const offsetStepMs = 15 * 60_000;

export const utc: TimeZone = { name: "UTC", wallTime: (moment) => moment };

/** The zone of an IANA name; undefined for one that is not known. */
export function findTimeZone(name: string): TimeZone | undefined {
  if (name === "" || name === "UTC") {
    return utc;
  }
  try {
    return new NamedZone(name);
  } catch {
    return undefined;
  }
}

/** A moment with its offset, as RFC 3339 writes it: "2026-01-01T09:00:00+09:00"; "Z" for UTC. */
export function timeTextIn(zone: TimeZone, moment: number): string {
  const wall = zone.wallTime(moment);
  const text = new Date(wall).toISOString().slice(0, 19);
  const minutes = Math.round((wall - moment) / 60_000);
  if (minutes === 0) {
    return `${text}Z`;
  }
  const pad = (value: number) => String(value).padStart(2, "0");
  const size = Math.abs(minutes);
  return `${text}${minutes < 0 ? "-" : "+"}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}

/** Offsets change on quarters of an hour at most, so that one is asked for each. */
class NamedZone implements TimeZone {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;
  #quarter = Number.NaN;
  #offset = 0;

  constructor(name: string) {
    this.name = name;
    this.#format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  }

  wallTime(moment: number): number {
    const quarter = Math.floor(moment / offsetStepMs);
    if (quarter !== this.#quarter) {
      this.#quarter = quarter;
      this.#offset = this.#offsetAt(quarter * offsetStepMs);
    }
    return moment + this.#offset;
  }

  #offsetAt(moment: number): number {
    const parts = new Map(this.#format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
    const wall = Date.UTC(
      part("year"),
      part("month") - 1,
      part("day"),
      part("hour"),
      part("minute"),
      part("second"),
    );
    return wall - moment;
  }
}
