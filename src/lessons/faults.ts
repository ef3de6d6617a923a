import type { Fault, HiddenFaults, ScriptEntry, Step } from "./course.ts";

/**
 * Draws the faults that a step hides: as many as it says, no two of one area, in the pool's order, which is the order
 * they are planted in. `random` returns numbers from 0 up to, not including, 1.
 */
export function drawFaults({ hide, pool }: HiddenFaults, random: () => number): readonly Fault[] {
  const drawn = new Map<string, Fault>();
  for (const fault of shuffled(pool, random)) {
    if (drawn.size < hide && !drawn.has(fault.area)) {
      drawn.set(fault.area, fault);
    }
  }
  return pool.filter((fault) => drawn.get(fault.area) === fault);
}

/** Draws until every fault of the pool was hidden at least once: what a proof of the whole pool must solve. */
export function drawsOfWholePool(faults: HiddenFaults): readonly (readonly Fault[])[] {
  const draws: (readonly Fault[])[] = [];
  let left = faults.pool;
  while (left.length > 0) {
    // those that no draw had yet come first, and the rest fills up
    const ordered = [...left, ...faults.pool.filter((fault) => !left.includes(fault))];
    const draw = drawFaults({ ...faults, pool: ordered }, () => 0.999_999);
    draws.push(faults.pool.filter((fault) => draw.includes(fault)));
    left = left.filter((fault) => !draw.includes(fault));
  }
  return draws;
}

/** The faults with these ids, in the pool's order; an id that the course no longer has is left out. */
export function faultsNamed(step: Step, ids: readonly string[]): readonly Fault[] {
  return step.faults?.pool.filter(({ id }) => ids.includes(id)) ?? [];
}

/** The step's solution when these faults are hidden: each one's mending stands where the solution says so. */
export function solutionFor(step: Step, faults: readonly Fault[]): readonly ScriptEntry[] {
  return step.solution.flatMap((entry) =>
    "mendFaults" in entry ? faults.flatMap(({ mends }) => mends) : [entry],
  );
}

/** Fisher and Yates; with a `random` close to 1 everything stays where it is. */
function shuffled<Item>(items: readonly Item[], random: () => number): readonly Item[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const [a, b] = [result[last], result[other]];
    if (a !== undefined && b !== undefined) {
      result[last] = b;
      result[other] = a;
    }
  }
  return result;
}
