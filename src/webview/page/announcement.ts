import type { PageState } from "../protocol/state.ts";
import { wordsIn } from "./words.ts";

/** The one sentence that a screen reader hears about a change of verdicts; undefined when there is none. */
export function announcement(before: PageState | undefined, after: PageState): string | undefined {
  const step = after.step;
  if (!step || before?.step?.id !== step.id) {
    return undefined;
  }
  const words = wordsIn(after.language);
  if (step.passed && !before.step.passed) {
    return words.allPassed;
  }
  const earlier = new Map(before.step.checks.map(({ id, verdict }) => [id, verdict.state]));
  const changed = step.checks.find(({ id, verdict }) => earlier.has(id) && earlier.get(id) !== verdict.state);
  return changed ? `${words[changed.verdict.state]}: ${changed.title[after.language]}` : undefined;
}
