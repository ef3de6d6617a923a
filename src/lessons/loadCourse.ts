import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import type * as v from "valibot";
import type { Chapter, Course, Step } from "./course.ts";
import { loadEnd } from "./loadEnd.ts";
import { type LoadedStep, loadStep } from "./loadStep.ts";
import type { LessonProblem } from "./problem.ts";
import { chapterSchema, courseSchema, glossarySchema, imagesSchema, whereSchema } from "./schema.ts";
import { readYaml, type YamlSource } from "./yamlSource.ts";

export interface LoadedCourse {
  /** Undefined when the course itself cannot be read; chapters and steps with problems are left out. */
  readonly course?: Course;
  readonly problems: readonly LessonProblem[];
  readonly steps: readonly LoadedStep[];
}

/** Reads a course from its folder. Everything wrong comes back as problems; nothing is thrown. */
export async function loadCourse(folder: string): Promise<LoadedCourse> {
  const [course, images, glossary, where] = await Promise.all([
    readYaml(join(folder, "course.yaml"), courseSchema),
    readYaml(join(folder, "images.yaml"), imagesSchema),
    readYaml(join(folder, "glossary.yaml"), glossarySchema),
    readYaml(join(folder, "where.yaml"), whereSchema),
  ]);
  const problems: LessonProblem[] = [course, images, glossary, where].flatMap((read) => read.problems);
  if (!course.source) {
    return { problems, steps: [] };
  }
  const loaded = await Promise.all((await numberedFolders(folder)).map(loadChapter));
  problems.push(
    ...(where.source
      ? unknownSteps(
          where.source,
          loaded.flatMap(({ steps }) => steps),
        )
      : []),
  );
  for (const chapter of loaded) {
    problems.push(...chapter.problems);
  }
  return {
    course: {
      ...course.source.value,
      folder,
      images: images.source?.value.images ?? [],
      glossary: glossary.source?.value.terms ?? [],
      avoided: glossary.source?.value.avoided ?? [],
      where: where.source?.value.groups ?? [],
      chapters: loaded.flatMap(({ chapter }) => (chapter ? [chapter] : [])),
    },
    problems,
    steps: loaded.flatMap(({ steps }) => steps),
  };
}

/** Steps that where.yaml names and that are not there. A step with problems of its own counts as there. */
function unknownSteps(
  { file, value, positionOf }: YamlSource<v.InferOutput<typeof whereSchema>>,
  steps: readonly LoadedStep[],
): readonly LessonProblem[] {
  const known = new Set(steps.map(({ id }) => id));
  return value.groups.flatMap(({ items }, group) =>
    items.flatMap(({ id, steps: named }, item) =>
      named
        .filter((step) => !known.has(step))
        .map((step) => ({
          file,
          ...positionOf(["groups", group, "items", item]),
          rule: "where",
          message: `there is no step ${step} that teaches ${id}`,
        })),
    ),
  );
}

async function loadChapter(folder: string): Promise<{
  chapter?: Chapter;
  steps: readonly LoadedStep[];
  problems: readonly LessonProblem[];
}> {
  const number = numberOf(folder);
  const [document, stepFolders] = await Promise.all([
    readYaml(join(folder, "chapter.yaml"), chapterSchema),
    numberedFolders(folder),
  ]);
  const steps = await Promise.all(stepFolders.map((step) => loadStep(step, `${number}.${numberOf(step)}`)));
  const whole = steps.flatMap(({ step }): readonly Step[] => (step ? [step] : []));
  const { end, problems: endProblems } = await loadEnd(folder, whole);
  const problems = [...document.problems, ...steps.flatMap((step) => step.problems), ...endProblems];
  if (!document.source) {
    return { steps, problems };
  }
  const chapter: Chapter = {
    ...document.source.value,
    id: basename(folder).replace(/^\d+-/, ""),
    number,
    steps: whole,
    end: end ?? { summary: { ja: "", en: "" }, review: [] },
  };
  return { chapter, steps, problems };
}

/** Subfolders named "01-first-contact", in the order of their numbers. */
async function numberedFolders(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && /^\d+-/.test(entry.name))
    .map((entry) => join(folder, entry.name))
    .sort((left, right) => numberOf(left) - numberOf(right));
}

function numberOf(folder: string): number {
  return Number.parseInt(basename(folder), 10);
}
