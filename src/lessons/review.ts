import type { Chapter, ReviewQuestion } from "./course.ts";
import { type Progress, stepProgress } from "./progress.ts";

const fewest = 3;
const most = 5;

/**
 * The questions of a chapter's review for this learner: first what was predicted wrongly, up to five, then others of the
 * pool until there are three. The same answers always give the same questions.
 */
export function reviewQuestions(chapter: Chapter, progress: Progress): readonly ReviewQuestion[] {
  const { review } = chapter.end;
  const missed = review.filter((question) => wasMissed(question, chapter, progress)).slice(0, most);
  const others = review.filter((question) => !missed.includes(question));
  return [...missed, ...others.slice(0, Math.max(0, fewest - missed.length))];
}

/** Under which id the answer to a review's question is kept, among those of the chapter's last step. */
export function reviewAnswerId({ id }: ReviewQuestion): string {
  return `review-${id}`;
}

function wasMissed({ repeats }: ReviewQuestion, { steps }: Chapter, progress: Progress): boolean {
  const question = steps
    .find(({ id }) => id === repeats.step)
    ?.questions.find(({ id }) => id === repeats.question);
  const answer = stepProgress(progress, repeats.step).answers[repeats.question];
  return (
    question?.form === "choice" &&
    answer !== undefined &&
    question.choices.some(({ id, correct }) => id === answer && !correct)
  );
}
