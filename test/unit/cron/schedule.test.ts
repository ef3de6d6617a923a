import assert from "node:assert/strict";
import { parseCronSchedule } from "../../../src/common/cron/schedule.ts";
import { findTimeZone, timeTextIn } from "../../../src/common/cron/timeZone.ts";

function next(schedule: string, from: string, timeZone?: string): string | undefined {
  const moment = parseCronSchedule(schedule, timeZone).next(Date.parse(from));
  return moment === undefined ? undefined : new Date(moment).toISOString().replace(":00.000Z", "Z");
}

describe("cron schedules", () => {
  for (const [schedule, from, expected] of [
    ["* * * * *", "2026-01-01T00:00:00Z", "2026-01-01T00:01Z"],
    ["* * * * *", "2026-01-01T00:00:59Z", "2026-01-01T00:01Z"],
    ["*/15 * * * *", "2026-01-01T00:44:30Z", "2026-01-01T00:45Z"],
    ["5/20 * * * *", "2026-01-01T00:46:00Z", "2026-01-01T01:05Z"],
    ["0 3 * * *", "2026-01-01T03:00:00Z", "2026-01-02T03:00Z"],
    ["30 6-16/4 * * 1-5", "2026-01-02T14:30:00Z", "2026-01-05T06:30Z"],
    ["0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00Z"],
    ["0 0 13 * 5", "2026-01-01T00:00:00Z", "2026-01-02T00:00Z"],
    ["0 0 */2 * mon", "2026-01-01T00:00:00Z", "2026-01-03T00:00Z"],
    ["15 10 1 JAN,jul ?", "2026-01-01T10:15:00Z", "2026-07-01T10:15Z"],
    ["@weekly", "2026-01-01T00:00:00Z", "2026-01-04T00:00Z"],
    ["@monthly", "2026-01-31T00:00:00Z", "2026-02-01T00:00Z"],
    ["@yearly", "2026-01-01T00:00:00Z", "2027-01-01T00:00Z"],
    ["@hourly", "2026-01-01T00:10:00Z", "2026-01-01T01:00Z"],
    ["@every 1h30m", "2026-01-01T00:10:00Z", "2026-01-01T01:40Z"],
  ] as const) {
    it(`${schedule} after ${from} is due at ${expected}`, () => {
      assert.equal(next(schedule, from), expected);
    });
  }

  it("never comes due on a day that no month has", () => {
    assert.equal(next("0 0 31 2 *", "2026-01-01T00:00:00Z"), undefined);
  });

  it("reads the fields on the wall clock of a zone", () => {
    assert.equal(next("0 9 * * *", "2026-01-01T00:00:00Z", "Asia/Tokyo"), "2026-01-02T00:00Z");
    assert.equal(next("0 9 * * *", "2025-12-31T23:59:00Z", "Asia/Tokyo"), "2026-01-01T00:00Z");
    assert.equal(next("30 0 * * *", "2026-01-01T00:00:00Z", "Asia/Kathmandu"), "2026-01-01T18:45Z");
  });

  it("passes over an hour that does not exist and counts one twice that comes twice", () => {
    const zone = "America/New_York";
    assert.equal(next("30 2 * * *", "2026-03-07T12:00:00Z", zone), "2026-03-09T06:30Z");
    assert.equal(next("30 1 * * *", "2026-11-01T00:00:00Z", zone), "2026-11-01T05:30Z");
    assert.equal(next("30 1 * * *", "2026-11-01T05:30:00Z", zone), "2026-11-01T06:30Z");
    assert.equal(next("0 0 * * *", "2026-11-01T04:30:00Z", zone), "2026-11-02T05:00Z");
    assert.equal(next("0 0 * * *", "2026-03-08T05:30:00Z", zone), "2026-03-09T04:00Z");
  });

  for (const [schedule, message] of [
    ["* * * *", "expected exactly 5 fields, found 4: [* * * *]"],
    ["60 * * * *", "end of range (60) above maximum (59): 60"],
    ["* * 0 * *", "beginning of range (0) below minimum (1): 0"],
    ["9-5 * * * *", "beginning of range (9) beyond end of range (5): 9-5"],
    ["*/0 * * * *", "step of range should be a positive number: */0"],
    ["1-2-3 * * * *", "too many hyphens: 1-2-3"],
    ["1/2/3 * * * *", "too many slashes: 1/2/3"],
    ["x * * * *", 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
    ["@noon", "unrecognized descriptor: @noon"],
    ["@every soon", 'failed to parse duration @every soon: time: invalid duration "soon"'],
  ] as const) {
    it(`refuses ${schedule}`, () => {
      assert.throws(() => parseCronSchedule(schedule), { message });
    });
  }

  it("writes a moment with its zone's offset", () => {
    const moment = Date.UTC(2026, 0, 1);
    const textIn = (name: string) => timeTextIn(findTimeZone(name) ?? assert.fail(), moment);
    assert.equal(textIn("UTC"), "2026-01-01T00:00:00Z");
    assert.equal(textIn("Asia/Tokyo"), "2026-01-01T09:00:00+09:00");
    assert.equal(textIn("America/St_Johns"), "2025-12-31T20:30:00-03:30");
    assert.equal(findTimeZone("Moon/Base"), undefined);
  });
});
