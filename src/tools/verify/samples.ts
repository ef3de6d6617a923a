import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { actionCommand } from "../../lessons/actionCommand.ts";
import type { Action, ScriptEntry, Step } from "../../lessons/course.ts";
import { samplesFolder } from "../../lessons/loadStep.ts";

/** The name that a lesson cluster's nodes have for learners: a proof's own cluster has another. */
const learnersCluster = "statefulset-dojo";

/** Takes what a command printed, where that command is one of the step's actions. */
export type SampleTaker = (step: Step, command: string, output: string) => Promise<void>;

/** Writes each output beside the step, as a learner would see it. */
export const recordSamples: SampleTaker = async (step, command, output) => {
  const action = actionOf(step, command);
  if (action && output.trim() !== "") {
    const folder = join(step.folder, samplesFolder);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${action.id}.txt`), asLearnersSee(output));
  }
};

/** Throws when a command prints something else than what was recorded. */
export const compareSamples: SampleTaker = async (step, command, output) => {
  const sample = actionOf(step, command)?.sample;
  if (sample !== undefined && comparable(sample) !== comparable(output)) {
    throw new Error(`$ ${command}\nprints another thing than recorded:\n${output}\nrecorded:\n${sample}`);
  }
};

const look = /^kubectl (?:get|describe|logs|events|top|explain|exec|rollout (?:status|history)) /;
const followsOrAsks = / (?:-w|--watch|-f|--follow|-it|-ti|-i|-t)(?: |$)/;

/**
 * The commands that a learner is told to look with before the solution's next command, in the page's order: the actions
 * between the one at `from` and that command's own (all that are left where no command follows).
 */
export function looksBefore(step: Step, from: number, next: string | undefined): readonly string[] {
  const to = next === undefined ? step.actions.length : indexOfAction(step, next);
  const solved = step.solution.flatMap((entry) => commandOf(entry) ?? []);
  return step.actions
    .slice(from, Math.max(from, to))
    .flatMap((action) => actionCommand(action) ?? [])
    .filter((command) => look.test(command) && !followsOrAsks.test(command) && !solved.includes(command));
}

/** The place of the action with that command among the step's actions; -1 when it is none. */
export function indexOfAction(step: Step, command: string): number {
  return step.actions.findIndex((action) => actionCommand(action) === command.trim());
}

/** What an entry of a script types into the terminal; undefined when nothing. */
export function commandOf(entry: ScriptEntry): string | undefined {
  if ("run" in entry) {
    return entry.run.trim();
  }
  return "answerFrom" in entry ? entry.answerFrom.run.trim() : undefined;
}

function actionOf(step: Step, command: string): Action | undefined {
  return step.actions[indexOfAction(step, command)];
}

function asLearnersSee(output: string): string {
  return output.replaceAll(/\bdojo-lessons-[\d-]+\d(?=-(?:control-plane|worker))/g, learnersCluster);
}

/** What two honest runs have in common: without times, ages, addresses, random names and the width of columns. */
export function comparable(output: string): string {
  return (
    asLearnersSee(output)
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<uid>")
      .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?/g, "<time>")
      .replaceAll(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, "<address>")
      .replaceAll(/-[bcdfxz2-9]{8,10}-[bcdfghjklmnpqrstvwxz2-9]{5}\b/g, "-<hash>-<random>")
      .replaceAll(/(?<=\s)(?:\d+[dhms])+(?=\s|$)/gm, "<age>")
      // what kubectl says since 1.34 and 1.36
      .replaceAll(/(?<=" deleted) from \S+ namespace/g, "")
      .replaceAll(/(?<=\d\/(?:TCP|UDP)) \(\S+\)/g, "")
      .replaceAll(/[ \t]+/g, " ")
      .replaceAll(/ +$/gm, "")
      .trim()
  );
}
