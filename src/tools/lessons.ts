import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { findStep } from "../lessons/course.ts";
import { loadCourse } from "../lessons/loadCourse.ts";
import { describeProblem } from "../lessons/problem.ts";
import { lintCourse } from "./lessonsLint.ts";
import { stepJsonSchema } from "./lessonsSchema.ts";
import { verifyCourse } from "./lessonsVerify.ts";
import { projectRoot } from "./projectRoot.ts";

const usage = "lessons lint | schema | verify [--cluster practice|kind] [--step 1.2]";

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
  const chosen = loaded.course && values.step ? findStep(loaded.course, values.step)?.step : undefined;
  const standing = chosen ? problems.filter(({ file }) => file.startsWith(chosen.folder)) : problems;
  if (!loaded.course || standing.length > 0 || (values.step && !chosen)) {
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
