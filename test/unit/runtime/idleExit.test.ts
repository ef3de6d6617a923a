import assert from "node:assert/strict";
import { ManualClock } from "../../../src/common/manualClock.ts";
import { IdleExit } from "../../../src/practiceCluster/bootstrap/idleExit.ts";

describe("the end of a practice cluster that nobody uses", () => {
  let clock: ManualClock;
  let ends: number;
  let idle: IdleExit;
  beforeEach(() => {
    clock = new ManualClock();
    ends = 0;
    idle = new IdleExit(1000, clock, () => {
      ends += 1;
    });
  });

  it("comes when no client was connected for the whole time", async () => {
    await clock.advance(999);
    assert.equal(ends, 0);
    await clock.advance(1);
    assert.equal(ends, 1);
  });

  it("does not come while one of several clients is connected, however long", async () => {
    idle.connected();
    idle.connected();
    idle.disconnected();
    await clock.advance(100_000);
    assert.equal(ends, 0);
    idle.disconnected();
    await clock.advance(999);
    assert.equal(ends, 0);
    await clock.advance(1);
    assert.equal(ends, 1);
  });

  it("is counted from the last client on", async () => {
    for (let client = 0; client < 5; client++) {
      await clock.advance(900);
      idle.connected();
      idle.disconnected();
    }
    assert.equal(ends, 0);
    idle.dispose();
    await clock.advance(5000);
    assert.equal(ends, 0);
  });
});
