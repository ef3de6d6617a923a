import assert from "node:assert/strict";
import { forAll } from "../../../../src/practiceCluster/controllers/statefulSet/forAll.ts";
import type { Action, Phase } from "../../../../src/practiceCluster/controllers/statefulSet/types.ts";

function phaseOf(count: number): Phase {
  return Array.from({ length: count }, (_, ordinal) => [
    { kind: "createPod", pod: { apiVersion: "v1", kind: "Pod", metadata: { name: `many-${ordinal}` } } },
  ]);
}

/** The ordinals that were tried, where those of `refused` are refused; how many steps it took, and what was thrown. */
function tried(phase: Phase, isParallel: boolean, refused: readonly number[] = []) {
  const ordinals: number[] = [];
  const perform = ({ pod }: Action) => {
    const ordinal = Number(pod.metadata?.name?.split("-")[1]);
    ordinals.push(ordinal);
    if (refused.includes(ordinal)) {
      throw new Error(`refused ${ordinal}`);
    }
  };
  let steps = 0;
  try {
    for (const _ of forAll(phase, isParallel, perform)) {
      steps += 1;
    }
    return { ordinals, steps, problem: undefined };
  } catch (error) {
    return { ordinals, steps, problem: String(error) };
  }
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe("what a sync of a StatefulSet does for many Pods", () => {
  it("is done for each in its order, one in a step", () => {
    for (const isParallel of [true, false]) {
      const { ordinals, steps, problem } = tried(phaseOf(1_100), isParallel);
      assert.deepEqual(ordinals, upTo(1_100));
      assert.equal(steps, 1_100);
      assert.equal(problem, undefined);
    }
  });

  it("ends with the first Pod that is refused where Pods wait for each other", () => {
    const { ordinals, problem } = tried(phaseOf(10), false, [2]);
    assert.deepEqual(ordinals, [0, 1, 2]);
    assert.match(problem ?? "", /refused 2/);
  });

  it("ends with the batch in which a Pod is refused, of a Parallel set: 1, 2, 4, … at once", () => {
    assert.deepEqual(tried(phaseOf(100), true, [0]).ordinals, upTo(1));
    assert.deepEqual(tried(phaseOf(100), true, [1]).ordinals, upTo(3));
    assert.deepEqual(tried(phaseOf(100), true, [4, 5]).ordinals, upTo(7));
    assert.match(tried(phaseOf(100), true, [4, 5]).problem ?? "", /refused 4/);
  });

  it("is never more than 500 at once", () => {
    // 1 + 2 + … + 256 = 511 are in the batches before
    assert.equal(tried(phaseOf(5_000), true, [600]).ordinals.length, 511 + 500);
  });

  it("counts the Pods for which there is nothing to do as well", () => {
    const phase: Phase = [[], [], [], ...phaseOf(10)];
    const { ordinals, steps } = tried(phase, true, [0]);
    assert.deepEqual(ordinals, upTo(4));
    assert.equal(steps, 4);
  });
});
