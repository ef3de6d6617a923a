import type { LocalizedText } from "../../common/language.ts";
import type { Action, Fault, ScriptEntry, Step } from "../../lessons/course.ts";
import { solutionFor } from "../../lessons/faults.ts";
import type { SolutionLine } from "../protocol/state.ts";

/** The solution as people read it: commands as they are typed, answers by their words, files to be compared; hidden faults mended. */
export function solutionLines(step: Step, faults: readonly Fault[]): SolutionLine[] {
  return solutionFor(step, faults).flatMap((entry) => solutionLine(entry, step));
}

/** The file, below the step's folder, that an action's file is replaced with in the solution; undefined when none is. */
export function solutionFile(step: Step, action: Action): string | undefined {
  const entries = step.solution.flatMap((entry) => ("edit" in entry ? [entry.edit] : []));
  return "file" in action ? entries.find(({ file }) => file === action.file)?.from : undefined;
}

function solutionLine(entry: ScriptEntry, step: Step): SolutionLine[] {
  if ("run" in entry) {
    return [command(entry.run)];
  }
  if ("apply" in entry) {
    return [command(`kubectl apply -f ${entry.apply}`)];
  }
  if ("edit" in entry) {
    return [fileLine(entry.edit.file, step)];
  }
  if ("answer" in entry) {
    return [answerLine(entry.answer.question, entry.answer.value, step)];
  }
  return "answerFrom" in entry ? [command(entry.answerFrom.run)] : [];
}

function command(text: string): SolutionLine {
  return { kind: "command", text: same(text) };
}

function fileLine(file: string, step: Step): SolutionLine {
  const action = step.actions.find((each) => "file" in each && each.file === file);
  return { kind: "file", text: same(file), compareWith: action?.id };
}

function answerLine(id: string, value: string, step: Step): SolutionLine {
  const question = step.questions.find((each) => each.id === id);
  const choices = question?.form === "choice" ? question.choices : [];
  const label = choices.find((choice) => choice.id === value)?.label ?? same(value);
  const prompt = question?.prompt ?? same(id);
  return {
    kind: "answer",
    text: { ja: `${prompt.ja} → ${label.ja}`, en: `${prompt.en} → ${label.en}` },
  };
}

function same(text: string): LocalizedText {
  return { ja: text, en: text };
}
