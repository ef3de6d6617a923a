import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { maskSecretsInText } from "../../common/secretMask.ts";
import { actionCommand } from "../../lessons/actionCommand.ts";
import type { Action, ScriptEntry, Step } from "../../lessons/course.ts";
import { samplesFolder } from "../../lessons/loadStep.ts";

/** The name that a lesson cluster's nodes have for learners: a proof's own cluster has another. */
const learnersCluster = "statefulset-dojo";

/** Takes what the command of an action printed. */
export type SampleTaker = (step: Step, action: Action, output: string) => Promise<void>;

/** Writes each output beside the step, as a learner would see it. */
export const recordSamples: SampleTaker = async (step, action, output) => {
  if (output.trim() !== "") {
    const folder = join(step.folder, samplesFolder);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${action.id}.txt`), asLearnersSee(output));
  }
};

/** Throws when a command prints something else than what was recorded. */
export const compareSamples: SampleTaker = async (_step, action, output) => {
  const { sample } = action;
  if (sample !== undefined && comparable(sample) !== comparable(output)) {
    throw new Error(
      `$ ${actionCommand(action)}\nprints another thing than recorded:\n${output}\nrecorded:\n${sample}`,
    );
  }
};

const look = /^kubectl (?:get|describe|logs|events|top|explain|exec|rollout (?:status|history)) /;
const followsOrAsks = / (?:-w|--watch|-f|--follow|-it|-ti|-i|-t)(?: |$)/;

/** The actions from `from` to before `to` by which a learner is told to look, and that the solution does not run itself. */
export function looksBetween(step: Step, from: number, to: number): readonly Action[] {
  const solved = step.solution.flatMap((entry) => commandOf(entry) ?? []);
  return step.actions
    .slice(from, to)
    .filter((action) => isLook(actionCommand(action) ?? "") && !solved.includes(actionCommand(action) ?? ""));
}

function isLook(command: string): boolean {
  return look.test(command) && !followsOrAsks.test(command);
}

/** The place of the first action with that command, from `from` on; -1 when there is none. */
export function indexOfAction(step: Step, command: string, from: number): number {
  return step.actions.findIndex((action, index) => index >= from && actionCommand(action) === command.trim());
}

/** What an entry of a script types into the terminal; undefined when nothing. */
export function commandOf(entry: ScriptEntry): string | undefined {
  if ("run" in entry) {
    return entry.run.trim();
  }
  return "answerFrom" in entry ? entry.answerFrom.run.trim() : undefined;
}

function asLearnersSee(output: string): string {
  return maskSecretsInText(output).replaceAll(
    /\bdojo-lessons-[\d-]+\d(?=-(?:control-plane|worker))/g,
    learnersCluster,
  );
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
      // how often an Event was repeated by then
      .replaceAll(/ \(x\d+ over \S+\)/g, "")
      // what kubectl says since 1.34 and 1.36
      .replaceAll(/(?<=" deleted) from \S+ namespace/g, "")
      .replaceAll(/(?<=\d\/(?:TCP|UDP)) \(\S+\)/g, "")
      .replaceAll(/[ \t]+/g, " ")
      .replaceAll(/ +$/gm, "")
      .trim()
  );
}
