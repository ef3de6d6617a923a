import assert from "node:assert/strict";
import { join } from "node:path";
import type { Fault, HiddenFaults } from "../../../src/lessons/course.ts";
import { drawFaults, drawsOfWholePool, faultsNamed, solutionFor } from "../../../src/lessons/faults.ts";
import { loadCourse } from "../../../src/lessons/loadCourse.ts";
import { projectRoot } from "../../../src/tools/projectRoot.ts";

const fault = (id: string, area: string): Fault => ({
  id,
  area,
  what: { ja: id, en: id },
  plants: [{ run: `kubectl plant ${id}` }],
  mends: [{ run: `kubectl mend ${id}` }],
  caughtBy: [{ check: "healthy", verdict: "notYet" }],
});
const faults: HiddenFaults = {
  hide: 3,
  pool: [
    fault("probe", "template"),
    fault("image", "template"),
    fault("partition", "rollout"),
    fault("selector", "service"),
    fault("gone", "service"),
    fault("quota", "admission"),
  ],
};

describe("hidden faults", () => {
  it("are drawn as many as the step says, of different areas, in the pool's order, and each in its turn", () => {
    const seed = Number(process.env.DOJO_SEED ?? Date.now() % 1_000_000);
    console.log(`      DOJO_SEED=${seed}`);
    const random = numbers(seed);
    const seen = new Set<string>();
    for (let draw = 0; draw < 500; draw += 1) {
      const drawn = drawFaults(faults, random);
      assert.equal(drawn.length, 3);
      assert.equal(new Set(drawn.map(({ area }) => area)).size, 3);
      assert.deepEqual(
        drawn,
        faults.pool.filter((each) => drawn.includes(each)),
      );
      for (const { id } of drawn) {
        seen.add(id);
      }
    }
    assert.equal(seen.size, faults.pool.length);
  });

  it("are all proven: the draws of a proof cover the pool, and each is a draw that a learner may get", () => {
    const draws = drawsOfWholePool(faults);
    assert.deepEqual(new Set(draws.flat()), new Set(faults.pool));
    for (const draw of draws) {
      assert.equal(draw.length, 3);
      assert.equal(new Set(draw.map(({ area }) => area)).size, 3);
    }
  });

  it("are mended where the solution says so, and an id that is gone from the course is left out", async () => {
    const { course } = await loadCourse(join(projectRoot, "lessons", "statefulset"));
    const step = course?.chapters.flatMap(({ steps }) => steps).find((each) => each.faults);
    assert.ok(step?.faults, "the course has a step with hidden faults");
    const [first] = step.faults.pool;
    assert.ok(first);
    const named = faultsNamed(step, ["no-longer-there", first.id]);
    assert.deepEqual(named, [first]);
    const solution = solutionFor(step, named);
    assert.deepEqual(solution.slice(0, first.mends.length), first.mends);
    assert.ok(!solution.some((entry) => "mendFaults" in entry));
  });
});

/** The same numbers for the same seed (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
