import assert from "node:assert/strict";
import process from "node:process";
import { programStage } from "../../../src/tools/stages/programStage.ts";
import type { Counts } from "../../../src/tools/stages/stage.ts";

/** A program whose child keeps the output open for a minute. */
const leavesSomebody = `
  require("node:child_process").spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"], { stdio: "inherit" });
  console.log("1 passed, 0 failed");`;

const stage = (script: string, timeLimitMs: number, count?: () => Counts) =>
  programStage({
    name: "program",
    file: process.execPath,
    args: ["-e", script],
    timeLimitMs,
    ...(count ? { count } : {}),
  });

describe("a stage of the tests", () => {
  it("ends with its program, whoever the program left behind", async () => {
    const script = `${leavesSomebody} process.exit(0);`;
    assert.deepEqual(await stage(script, 15_000).run(), { passed: 1, failed: 0, skipped: 0 });
  });

  it("fails at its time limit, and ends with all that the program started", async () => {
    const startedAt = performance.now();
    // on a busy machine it may not have come to its closing line by then
    const count = () => ({ passed: 0, failed: 0, skipped: 0 });
    assert.equal((await stage(leavesSomebody, 500, count).run()).failed, 1);
    assert.ok(performance.now() - startedAt < 15_000, "well before the minute of the program's child");
  });

  it("fails when the program says so, even where it counted no failure", async () => {
    assert.equal((await stage('console.log("2 passed, 0 failed"); process.exit(3)', 15_000).run()).failed, 1);
  });
});
