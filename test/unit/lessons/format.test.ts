import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandWords } from "../../../src/lessons/commandWords.ts";
import { loadCourse } from "../../../src/lessons/loadCourse.ts";
import { describeProblem } from "../../../src/lessons/problem.ts";
import { stepSchema } from "../../../src/lessons/schema.ts";
import { splitSections } from "../../../src/lessons/sections.ts";
import { parseYaml } from "../../../src/lessons/yamlSource.ts";
import { lintCourse } from "../../../src/tools/lessonsLint.ts";
import { stepJsonSchema } from "../../../src/tools/lessonsSchema.ts";
import { projectRoot } from "../../../src/tools/projectRoot.ts";

const course = join(projectRoot, "lessons", "statefulset");
const firstStep = () => readFile(join(course, "01-first-contact/01-default-storage-class/step.yaml"), "utf8");

describe("the lesson format", () => {
  it("reads the course without problems, with the seven steps of chapter 1", async () => {
    const loaded = await loadCourse(course);
    assert.deepEqual(lintCourse(loaded), []);
    const ids = loaded.course?.chapters[0]?.steps.map(({ id }) => id);
    assert.deepEqual(ids, ["1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7"]);
  });

  it("tells a wrong key with its line and column", async () => {
    const text = (await firstStep()).replace("minutes: 5", "minutes: 5\nminuets: 5");
    const { problems } = parseYaml("step.yaml", text, stepSchema);
    assert.equal(problems.length, 1);
    assert.deepEqual([problems[0]?.line, problems[0]?.rule], [3, "schema"]);
    assert.match(problems[0]?.message ?? "", /minuets/);
  });

  it("tells a missing translation at the text that lacks it", async () => {
    const text = (await firstStep()).replace(
      "title: { ja: ディスクは誰が用意するのか, en: Who provides the disks? }",
      "title: { ja: ディスクは誰が用意するのか }",
    );
    const { problems } = parseYaml("step.yaml", text, stepSchema);
    assert.match(problems[0]?.message ?? "", /title.*en/);
    assert.equal(problems[0]?.line, 1);
  });

  it("tells a check on an unknown resource", async () => {
    const text = (await firstStep()).replace(
      "classes: storageclasses }\n    accepts",
      "classes: gadgets }\n    accepts",
    );
    const { problems } = parseYaml("step.yaml", text, stepSchema);
    assert.match(problems[0]?.message ?? "", /no resource "gadgets"/);
  });

  it("tells all of a course's problems as file, line and column, and keeps the steps that are whole", async () => {
    const folder = await mkdtemp(join(tmpdir(), "dojo-course-"));
    await cp(course, folder, { recursive: true });
    const step = join(folder, "01-first-contact", "01-default-storage-class", "step.yaml");
    await writeFile(step, (await readFile(step, "utf8")).replace("minutes: 5", "minutes: 5\nminuets: 5"));
    const loaded = await loadCourse(folder);
    await rm(folder, { recursive: true, force: true });
    const [told, ...more] = loaded.problems.map(describeProblem);
    assert.deepEqual(more, []);
    assert.match(told ?? "", /01-default-storage-class\/step\.yaml:3:1: .*minuets.* \[schema\]$/);
    const ids = loaded.course?.chapters[0]?.steps.map(({ id }) => id);
    assert.deepEqual(ids, ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"]);
  });

  it("tells the first syntax error alone", () => {
    const { problems } = parseYaml("step.yaml", "title: { ja: a\nminutes: [", stepSchema);
    assert.equal(problems.length, 1);
    assert.equal(problems[0]?.rule, "yaml");
  });

  it("takes headings in code for text and asks each section for an id", () => {
    const { sections, problems } = splitSections("ja.md", "## A {#a}\n```sh\n## no heading\n```\n## B\n");
    assert.equal(sections.get("a")?.text, "```sh\n## no heading\n```");
    assert.deepEqual(
      problems.map(({ line }) => line),
      [5],
    );
  });

  it("keeps the editor's schema equal to the one that parses", async () => {
    const written: unknown = JSON.parse(
      await readFile(join(projectRoot, "lessons/step.schema.json"), "utf8"),
    );
    assert.deepEqual(written, stepJsonSchema());
  });

  it("splits plain commands and leaves to a shell what only a shell can tell", () => {
    assert.deepEqual(commandWords("kubectl get pods -l 'app=a b'"), [
      "kubectl",
      "get",
      "pods",
      "-l",
      "app=a b",
    ]);
    assert.equal(commandWords("kubectl get pods | head"), undefined);
    assert.equal(commandWords("kubectl delete $(cat x)"), undefined);
  });
});
