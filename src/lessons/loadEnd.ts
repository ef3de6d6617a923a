import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Language, languages } from "../common/language.ts";
import type { ChapterEnd, Step } from "./course.ts";
import type { LessonProblem } from "./problem.ts";
import { reviewSchema } from "./schema.ts";
import { readYaml } from "./yamlSource.ts";

/** Reads what closes a chapter: `end/ja.md`, `end/en.md` and `end/review.yaml` below the chapter's folder. */
export async function loadEnd(
  chapterFolder: string,
  steps: readonly Step[],
): Promise<{ readonly end?: ChapterEnd; readonly problems: readonly LessonProblem[] }> {
  const folder = join(chapterFolder, "end");
  const problems: LessonProblem[] = [];
  const [ja = "", en = ""] = await Promise.all(
    languages.map((language) => readSummary(folder, language, problems)),
  );
  const review = await readYaml(join(folder, "review.yaml"), reviewSchema);
  problems.push(...review.problems);
  if (!review.source) {
    return { problems };
  }
  const { file, value, positionOf } = review.source;
  for (const [index, { repeats, choices }] of value.questions.entries()) {
    const at = { file, ...positionOf(["questions", index]), rule: "review" };
    const step = steps.find(({ id }) => id === repeats.step);
    if (!step?.questions.some(({ id }) => id === repeats.question)) {
      problems.push({ ...at, message: `${repeats.step} has no question ${repeats.question}` });
    }
    if (choices.filter(({ correct }) => correct).length !== 1) {
      problems.push({ ...at, message: "one choice of a review's question is correct, and one only" });
    }
  }
  return { end: { summary: { ja, en }, review: value.questions }, problems };
}

async function readSummary(folder: string, language: Language, problems: LessonProblem[]): Promise<string> {
  const file = join(folder, `${language}.md`);
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (error) {
    const message = `the ${language} summary is missing: ${error instanceof Error ? error.message : error}`;
    problems.push({ file, line: 1, column: 1, rule: "translation", message });
    return "";
  }
}
