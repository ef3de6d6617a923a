import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadCourse } from "../lessons/loadCourse.ts";
import { describeProblem } from "../lessons/problem.ts";
import { lintCourse } from "./lessonsLint.ts";
import { stepJsonSchema } from "./lessonsSchema.ts";
import { isChosen, verifyCourse } from "./lessonsVerify.ts";
import { projectRoot } from "./projectRoot.ts";

const usage = "lessons lint | schema | verify [--cluster practice|kind] [--step 1.2 | --step 1]";

const schemaFile = join(projectRoot, "lessons", "step.schema.json");

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { cluster: { type: "string", default: "practice" }, step: { type: "string" } },
});
const loaded = await loadCourse(join(projectRoot, "lessons", "statefulset"));
const problems = lintCourse(loaded);
for (const problem of problems) {
  console.log(describeProblem(problem));
}
if (positionals[0] === "lint") {
  finish(problems.length === 0 ? loaded.steps.length : 0, problems.length, 0);
} else if (positionals[0] === "schema") {
  await writeFile(schemaFile, `${JSON.stringify(stepJsonSchema(), undefined, 2)}\n`);
  console.log(schemaFile);
} else if (positionals[0] === "verify" && (values.cluster === "practice" || values.cluster === "kind")) {
  const steps = loaded.course?.chapters.flatMap((chapter) => chapter.steps) ?? [];
  const chosen = steps.filter(({ id }) => isChosen(id, values.step));
  const standing = values.step
    ? problems.filter(({ file }) => chosen.some(({ folder }) => file.startsWith(folder)))
    : problems;
  if (!loaded.course || standing.length > 0 || chosen.length === 0) {
    finish(0, Math.max(1, standing.length), 0);
  } else {
    const { passed, failed } = await verifyCourse(loaded.course, values.cluster, values.step);
    finish(passed, failed, 0);
  }
} else {
  console.error(`usage: ${usage}`);
  process.exitCode = 2;
}

function finish(passed: number, failed: number, skipped: number): void {
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}
