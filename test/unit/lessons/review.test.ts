import assert from "node:assert/strict";
import { join } from "node:path";
import type { Chapter, Course } from "../../../src/lessons/course.ts";
import { loadCourse } from "../../../src/lessons/loadCourse.ts";
import { emptyStepProgress, type Progress, withStep } from "../../../src/lessons/progress.ts";
import { reviewQuestions } from "../../../src/lessons/review.ts";
import { projectRoot } from "../../../src/tools/projectRoot.ts";

const nothingYet: Progress = { course: "statefulset", cluster: "any", steps: {} };

/** Answers every prediction of the chapter that its review repeats, rightly or wrongly. */
function answered(chapter: Chapter, rightly: boolean, only: (id: string) => boolean = () => true): Progress {
  return chapter.end.review.reduce((progress, { id, repeats }) => {
    const question = chapter.steps
      .find((step) => step.id === repeats.step)
      ?.questions.find((each) => each.id === repeats.question);
    const choice =
      question?.form === "choice" ? question.choices.find(({ correct }) => correct === rightly) : undefined;
    return choice && only(id)
      ? withStep(progress, repeats.step, (before = emptyStepProgress) => ({
          ...before,
          answers: { ...before.answers, [repeats.question]: choice.id },
        }))
      : progress;
  }, nothingYet);
}

describe("the review at a chapter's end", () => {
  let course: Course;

  before(async () => {
    const loaded = await loadCourse(join(projectRoot, "lessons", "statefulset"));
    assert.ok(loaded.course);
    course = loaded.course;
  });

  it("asks three to five questions of whoever comes, and the same ones for the same answers", () => {
    for (const chapter of course.chapters) {
      for (const progress of [nothingYet, answered(chapter, true), answered(chapter, false)]) {
        const questions = reviewQuestions(chapter, progress);
        assert.ok(questions.length >= 3 && questions.length <= 5, `${chapter.id}: ${questions.length}`);
        assert.equal(new Set(questions).size, questions.length);
        assert.deepEqual(reviewQuestions(chapter, progress), questions);
      }
    }
  });

  it("asks first what was predicted wrongly, and only fills up with the rest", () => {
    for (const chapter of course.chapters) {
      const last = chapter.end.review.at(-1);
      assert.ok(last);
      const missed = reviewQuestions(
        chapter,
        answered(chapter, false, (id) => id === last.id),
      );
      const repeated = chapter.steps.find(({ id }) => id === last.repeats.step)?.questions;
      const isChoice = repeated?.find(({ id }) => id === last.repeats.question)?.form === "choice";
      assert.equal(missed[0]?.id === last.id, isChoice, `${chapter.id}/${last.id}`);
    }
  });

  it("has a page in each language for each chapter", () => {
    for (const { id, end } of course.chapters) {
      for (const text of [end.summary.ja, end.summary.en]) {
        assert.ok(text.length > 300, `${id}: ${text.length} characters`);
      }
    }
  });
});
