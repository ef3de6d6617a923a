import type { StepSnapshot } from "../../checks/stepSnapshot.ts";
import type { LocalizedText } from "../../common/language.ts";
import { actionCommand } from "../../lessons/actionCommand.ts";
import type { Action, Chapter, Course, Question, Step } from "../../lessons/course.ts";
import { faultsNamed } from "../../lessons/faults.ts";
import { type Progress, stepProgress } from "../../lessons/progress.ts";
import { reviewAnswerId, reviewQuestions } from "../../lessons/review.ts";
import type { ActionState, QuestionState, StepState } from "../protocol/state.ts";
import { solutionFile, solutionLines } from "./solutionLines.ts";

type Render = (text: LocalizedText) => LocalizedText;

export interface StepStateInput {
  readonly course: Course;
  readonly chapter: Chapter;
  readonly step: Step;
  readonly snapshot: StepSnapshot;
  readonly progress: Progress;
  readonly render: Render;
}

/** What the page shows of an open step. Solution, feedback and "seen" stay here until they are due. */
export function stepState({ course, chapter, step, snapshot, progress, render }: StepStateInput): StepState {
  const steps = course.chapters.flatMap((each) => each.steps);
  const index = steps.findIndex(({ id }) => id === step.id);
  const { hintsShown, solutionShown } = snapshot.progress;
  const faults = faultsNamed(step, snapshot.progress.faults ?? []);
  return {
    id: step.id,
    title: step.title,
    chapter: chapter.title,
    chapterNumber: chapter.number,
    minutes: step.minutes,
    phase: snapshot.phase,
    dots: chapter.steps.map(({ id, title }) => ({ id, title, state: dotState(id, step.id, progress) })),
    why: render(step.why),
    actions: step.actions.map((action) => actionState(action, step, snapshot, render)),
    questions: step.questions.map((question) => questionState(question, snapshot)),
    checks: snapshot.checks.map(({ id, title, verdict, commands, observed, expected, at, since }) => ({
      id,
      title,
      verdict,
      commands: [...commands],
      observed,
      expected,
      at,
      since,
    })),
    awaited: step.checks
      .filter(({ id }) => !snapshot.checks.some((view) => view.id === id))
      .map(({ id, title }) => ({ id, title })),
    live: [...snapshot.live],
    liveConfirmedAt: snapshot.liveConfirmedAt,
    hints: step.hints.slice(0, hintsShown).map(render),
    hintsInAll: step.hints.length,
    solution: solutionShown ? solutionLines(step, faults) : undefined,
    seen: snapshot.passed ? render(step.seen) : undefined,
    hidden: snapshot.passed || solutionShown ? faults.map(({ what }) => what) : [],
    end:
      snapshot.passed && chapter.steps.at(-1)?.id === step.id
        ? endState(chapter, progress, render)
        : undefined,
    passed: snapshot.passed,
    previous: neighbour(steps[index - 1]),
    next: neighbour(steps[index + 1]),
  };
}

function dotState(id: string, current: string, progress: Progress): "passed" | "current" | "open" {
  if (progress.steps[id]?.passedAt !== undefined) {
    return "passed";
  }
  return id === current ? "current" : "open";
}

function neighbour(step: Step | undefined): { id: string; title: LocalizedText } | undefined {
  return step && { id: step.id, title: step.title };
}

function actionState(
  action: Action,
  step: Step,
  { missingFiles }: StepSnapshot,
  render: Render,
): ActionState {
  return {
    id: action.id,
    kind: action.kind,
    heading: action.heading,
    html: render(action.text),
    command: actionCommand(action),
    sample: action.sample,
    hasSolution: solutionFile(step, action) !== undefined,
    file: "file" in action ? action.file : undefined,
    line: "line" in action ? action.line : undefined,
    isMissing: "file" in action && missingFiles.includes(action.file),
  };
}

function endState(chapter: Chapter, progress: Progress, render: Render): StepState["end"] {
  const { answers } = stepProgress(progress, chapter.steps.at(-1)?.id ?? "");
  const review = reviewQuestions(chapter, progress).map((question): QuestionState => {
    const answer = answers[reviewAnswerId(question)];
    return {
      id: reviewAnswerId(question),
      purpose: "review",
      prompt: question.prompt,
      choices: question.choices.map(({ id, label, feedback }) => ({
        id,
        label,
        feedback: answer === undefined ? undefined : feedback,
      })),
      answer,
    };
  });
  return { summary: render(chapter.end.summary), review };
}

function questionState(question: Question, { checks, progress }: StepSnapshot): QuestionState {
  const isRevealed = checks.some(
    ({ id, verdict }) => id === question.revealedBy && verdict.state === "passed",
  );
  return {
    id: question.id,
    purpose: question.purpose,
    prompt: question.prompt,
    choices:
      question.form === "choice"
        ? question.choices.map(({ id, label, feedback }) => ({
            id,
            label,
            feedback: isRevealed ? feedback : undefined,
          }))
        : [],
    placeholder: question.form === "text" ? question.placeholder : undefined,
    answer: progress.answers[question.id],
  };
}
