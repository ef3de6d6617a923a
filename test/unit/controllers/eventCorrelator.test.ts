import assert from "node:assert/strict";
import { EventCorrelator } from "../../../src/practiceCluster/controllers/kit/eventCorrelator.ts";

const minute = 60_000;

function told(about: string, message: string, reason = "FailedCreate") {
  return { about, fieldPath: "", type: "Warning", reason, message };
}

describe("events that repeat", () => {
  it("are one event as long as they say the same", () => {
    const correlator = new EventCorrelator();
    const first = correlator.correlate(told("set", "no room"), 0);
    assert.deepEqual(correlator.correlate(told("set", "no room"), minute), first);
    assert.notEqual(correlator.correlate(told("set", "no rest"), minute)?.key, first?.key);
    assert.notEqual(correlator.correlate(told("other", "no room"), minute)?.key, first?.key);
    assert.equal(first?.message, "no room");
  });

  it("are combined from the tenth message on that differs within ten minutes", () => {
    const correlator = new EventCorrelator();
    const keys = Array.from({ length: 12 }, (_, index) =>
      correlator.correlate(told("set", `no ${index}`), index),
    );
    assert.deepEqual(
      keys.map((each) => each?.isCombined),
      [...Array.from({ length: 9 }, () => false), true, true, true],
    );
    assert.equal(keys[11]?.message, "(combined from similar events): no 11");
    assert.equal(keys[11]?.key, keys[9]?.key);
    assert.equal(correlator.correlate(told("set", "no more"), 20 * minute)?.isCombined, false);
  });

  it("are told twenty-five times of an object at once, then once in five minutes", () => {
    const correlator = new EventCorrelator();
    const tell = (at: number, about = "set") => correlator.correlate(told(about, "again"), at) !== undefined;
    const accepted = Array.from({ length: 30 }, () => tell(0)).filter(Boolean);
    assert.equal(accepted.length, 25);
    assert.equal(tell(0, "other"), true);
    assert.equal(tell(4 * minute), false);
    assert.equal(tell(5 * minute), true);
    assert.equal(tell(6 * minute), false);
  });
});
