import type { Action, ActionsOfPod, Phase } from "./types.ts";

/** The most Pods that are worked on at once (MaxBatchSize of pkg/controller/statefulset). */
const largestBatch = 500;

/**
 * Does what a phase asks for, as runForAll does: one Pod after the other until something is refused, or, for a
 * Parallel set, in batches of 1, 2, 4 … Pods. A batch is brought to its end although one of it is refused, then no
 * further one is begun: a quota that is too small refuses a few Pods, not all. Each step is one Pod; throws what was
 * refused.
 */
export function* forAll(
  phase: Phase,
  isParallel: boolean,
  perform: (action: Action) => void,
): Generator<void, void> {
  let batchSize = isParallel ? 1 : phase.length;
  let begun = 0;
  while (begun < phase.length) {
    const problems: unknown[] = [];
    for (const actions of phase.slice(begun, begun + batchSize)) {
      if (problems.length > 0 && !isParallel) {
        break;
      }
      if (actions.length > 0) {
        problems.push(...problemsOf(actions, perform));
        yield;
      }
    }
    if (problems.length > 0) {
      throw problems[0];
    }
    begun += batchSize;
    batchSize = Math.min(2 * batchSize, largestBatch);
  }
}

/** What refused the Pod's first action that was refused; its further ones are not tried. */
function problemsOf(actions: ActionsOfPod, perform: (action: Action) => void): unknown[] {
  try {
    for (const action of actions) {
      perform(action);
    }
    return [];
  } catch (problem) {
    return [problem];
  }
}
