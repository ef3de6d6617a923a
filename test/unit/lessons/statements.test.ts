import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Step } from "../../../src/lessons/course.ts";
import { loadCourse } from "../../../src/lessons/loadCourse.ts";
import { projectRoot } from "../../../src/tools/projectRoot.ts";

const sourcePath = /^(?:pkg|cmd|plugin|staging|k8s\.io)\/[\w./-]+\.go#\w+$/;
const page = /^(?:\/docs\/[\w./-]+\/|https:\/\/\S+)$/;

/** Step → the proofs of its rows. */
function readStatements(): ReadonlyMap<string, readonly string[]> {
  const text = readFileSync(join(projectRoot, "docs", "statements.md"), "utf8");
  return new Map(
    text
      .split(/^## /m)
      .slice(1)
      .map((section) => {
        const [step = "", ...lines] = section.split("\n");
        const rows = lines.filter((line) => line.startsWith("| ")).slice(1);
        return [step.trim(), rows.map((row) => row.split(" | ")[1]?.replace(/ \|$/, "") ?? "")];
      }),
  );
}

function problemOf(proof: string, step: Step, scenarios: ReadonlySet<string>): string | undefined {
  const [kind = "", value = ""] = proof.split(" ");
  switch (kind) {
    case "check":
      return step.checks.some(({ id }) => id === value) ? undefined : `no check ${value}`;
    case "source":
      return sourcePath.test(value) ? undefined : `not a place in the source: ${value}`;
    case "docs":
      return page.test(value) ? undefined : `not a page: ${value}`;
    default:
      return scenarios.has(kind) ? undefined : `no story ${kind}`;
  }
}

describe("the table of statements", () => {
  it("has rows for every step, each with proofs that are there", async () => {
    const { course } = await loadCourse(join(projectRoot, "lessons", "statefulset"));
    assert.ok(course);
    const names = readdirSync(join(projectRoot, "test", "conformance", "scenarios"));
    const scenarios = new Set(names.map((name) => name.split("-")[0] ?? ""));
    const statements = readStatements();
    const steps = course.chapters.flatMap((chapter) => chapter.steps);
    assert.deepEqual(
      [...statements.keys()],
      steps.map(({ id }) => id),
    );
    const problems = steps.flatMap((step) => {
      const rows = statements.get(step.id) ?? [];
      const proofs = rows.flatMap((row) => row.split(", "));
      const found = proofs.flatMap((proof) => problemOf(proof, step, scenarios) ?? []);
      return [...(rows.length === 0 ? ["no statements"] : []), ...found].map((text) => `${step.id}: ${text}`);
    });
    assert.deepEqual(problems, []);
  });
});
