import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { type Language, type LocalizedText, languages } from "../common/language.ts";
import type { Step, StepFile } from "./course.ts";
import type { LessonProblem } from "./problem.ts";
import { type StepDocument, stepSchema } from "./schema.ts";
import { type MarkdownSection, splitSections } from "./sections.ts";
import { readYaml, type YamlSource } from "./yamlSource.ts";

/** Where a step's recorded outputs lie, one file for each action. */
export const samplesFolder = "outputs";

export interface LoadedStep {
  readonly id: string;
  readonly step?: Step;
  /** For the linter: where each part of step.yaml stands. */
  readonly source?: YamlSource<StepDocument>;
  readonly problems: readonly LessonProblem[];
}

type Sections = Readonly<Record<Language, ReadonlyMap<string, MarkdownSection>>>;

/** Reads one step's folder. A step with any problem is not returned: half a step teaches wrong things. */
export async function loadStep(folder: string, id: string): Promise<LoadedStep> {
  const { source, problems: schemaProblems } = await readYaml(join(folder, "step.yaml"), stepSchema);
  const problems: LessonProblem[] = [...schemaProblems];
  const sections = await readSections(folder, problems);
  if (!source) {
    return { id, problems };
  }
  const document = source.value;
  const texts = new SectionReader(folder, sections, problems);
  const files = await readFiles(folder, source, problems);
  const samples = await readSamples(folder);
  const step: Step = {
    ...document,
    id,
    slug: basename(folder).replace(/^\d+-/, ""),
    folder,
    needs: { workers: document.needs.workers ?? 0 },
    why: texts.take("why"),
    seen: texts.take("seen"),
    hints: [texts.take("hint-1"), texts.take("hint-2"), texts.take("hint-3")],
    actions: document.actions.map((action) => ({
      ...action,
      heading: texts.heading(action.id),
      text: texts.take(action.id),
      sample: samples.get(action.id),
    })),
    files,
  };
  texts.reportUnused();
  return problems.length > 0 ? { id, source, problems } : { id, step, source, problems };
}

async function readSections(folder: string, problems: LessonProblem[]): Promise<Sections> {
  const read = async (language: Language) => {
    const file = join(folder, `${language}.md`);
    try {
      const split = splitSections(file, await readFile(file, "utf8"));
      problems.push(...split.problems);
      return split.sections;
    } catch (error) {
      const message = `the ${language} text is missing: ${error instanceof Error ? error.message : error}`;
      problems.push({ file, line: 1, column: 1, rule: "translation", message });
      return new Map<string, MarkdownSection>();
    }
  };
  const [ja, en] = await Promise.all([read("ja"), read("en")]);
  return { ja, en };
}

/** Hands out each section once, in both languages, and knows which were never asked for. */
class SectionReader {
  readonly #folder: string;
  readonly #sections: Sections;
  readonly #problems: LessonProblem[];
  readonly #taken = new Set<string>();

  constructor(folder: string, sections: Sections, problems: LessonProblem[]) {
    this.#folder = folder;
    this.#sections = sections;
    this.#problems = problems;
  }

  take(id: string): LocalizedText {
    this.#taken.add(id);
    return { ja: this.#one("ja", id), en: this.#one("en", id) };
  }

  /** The section's own heading; "" in a language that lacks the section, which `take` reports. */
  heading(id: string): LocalizedText {
    return {
      ja: this.#sections.ja.get(id)?.heading ?? "",
      en: this.#sections.en.get(id)?.heading ?? "",
    };
  }

  reportUnused(): void {
    for (const language of languages) {
      for (const { id, line } of this.#sections[language].values()) {
        if (!this.#taken.has(id)) {
          this.#report(language, line, `nothing in step.yaml is called ${id}`);
        }
      }
    }
  }

  #one(language: Language, id: string): string {
    const section = this.#sections[language].get(id);
    if (!section?.text) {
      this.#report(language, section?.line ?? 1, `the section {#${id}} is missing or empty`);
      return "";
    }
    return section.text;
  }

  #report(language: Language, line: number, message: string): void {
    const file = join(this.#folder, `${language}.md`);
    this.#problems.push({ file, line, column: 1, rule: "translation", message });
  }
}

async function readFiles(
  folder: string,
  { file, value, positionOf }: YamlSource<StepDocument>,
  problems: LessonProblem[],
): Promise<readonly StepFile[]> {
  const files: StepFile[] = [];
  for (const [index, path] of value.files.entries()) {
    try {
      files.push({ path, content: await readFile(join(folder, "files", path), "utf8") });
    } catch {
      const message = `there is no files/${path} in the step's folder`;
      problems.push({ file, ...positionOf(["files", index]), rule: "file", message });
    }
  }
  return files;
}

async function readSamples(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(join(folder, samplesFolder)).catch(() => []);
  const read = async (name: string) =>
    [basename(name, ".txt"), await readFile(join(folder, samplesFolder, name), "utf8")] as const;
  return new Map(await Promise.all(names.map(read)));
}
