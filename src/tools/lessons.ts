import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadCourse } from "../lessons/loadCourse.ts";
import { describeProblem } from "../lessons/problem.ts";
import { lintCourse } from "./lessonsLint.ts";
import { stepJsonSchema } from "./lessonsSchema.ts";
import { projectRoot } from "./projectRoot.ts";
import { isChosen, verifyCourse } from "./verify/verifyCourse.ts";

const usage =
  "lessons lint | schema | verify [--cluster practice|kind] [--step 1.2 | --step 1 …] [--lanes N] [--solutions | --ways | --record]";

const schemaFile = join(projectRoot, "lessons", "step.schema.json");

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cluster: { type: "string", default: "practice" },
    step: { type: "string", multiple: true, default: [] },
    lanes: { type: "string" },
    record: { type: "boolean", default: false },
    solutions: { type: "boolean", default: false },
    ways: { type: "boolean", default: false },
  },
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
  const standing =
    values.step.length > 0
      ? problems.filter(({ file }) => chosen.some(({ folder }) => file.startsWith(folder)))
      : problems;
  if (!loaded.course || standing.length > 0 || chosen.length === 0) {
    finish(0, Math.max(1, standing.length), 0);
  } else {
    const { passed, failed } = await verifyCourse(loaded.course, {
      kind: values.cluster,
      only: values.step,
      record: values.record,
      part: values.ways ? "ways" : values.solutions || values.record ? "solutions" : "all",
      lanes: lanesFor(values.cluster, values.lanes),
    });
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

/**
 * A lesson's proof mostly waits: two practice clusters for each core keep it busy. A kind cluster is a whole machine of
 * its own: more than one only on request.
 */
function lanesFor(cluster: "practice" | "kind", asked: string | undefined): number {
  const lanes =
    asked === undefined
      ? cluster === "practice"
        ? Math.min(6, 2 * availableParallelism())
        : 1
      : Number(asked);
  if (!Number.isInteger(lanes) || lanes < 1) {
    throw new Error(`--lanes takes a whole number from 1, not "${asked}"`);
  }
  return lanes;
}
