import { join } from "node:path";
import { projectRoot } from "../projectRoot.ts";
import { countMocha, gateStage, programStage } from "./programStage.ts";
import type { Stage } from "./stage.ts";

const bin = (name: string) => join(projectRoot, "node_modules", ".bin", name);

/** Types, then lint and format: whatever they refuse is not worth running. */
export const staticStages: readonly Stage[] = [
  gateStage("types", bin("tsc"), []),
  gateStage("lint and format", bin("biome"), ["check", "--error-on-warnings"]),
];

/** The unit tests: everything below the editor, with real parts. */
export const unitStage: Stage = programStage({
  name: "unit",
  file: bin("mocha"),
  args: ["--no-color", "--spec", "test/unit/**/*.test.ts"],
  count: countMocha,
  timeLimitMs: 15 * 60_000,
});

/** The author's linter, and each step red → solution → green → mutants, on practice clusters. */
export const lessonStages: readonly Stage[] = [
  toolStage("lessons: lint", "lessons.ts", ["lint"]),
  toolStage("lessons: verify on practice", "lessons.ts", ["verify"]),
];

/** The same proofs of some chapters on real kind clusters, so many at once. */
export function kindLessonStage(chapters: readonly string[], lanes: number): Stage {
  const steps = chapters.flatMap((chapter) => ["--step", chapter]);
  return toolStage(`lessons: verify chapters ${chapters.join(", ")} on kind`, "lessons.ts", [
    "verify",
    "--cluster",
    "kind",
    "--lanes",
    String(lanes),
    ...steps,
  ]);
}

/** One of the project's own tools as a stage. */
export function toolStage(name: string, tool: string, args: readonly string[] = []): Stage {
  return programStage({
    name,
    file: process.execPath,
    args: ["--import", "tsx", join(projectRoot, "src", "tools", tool), ...args],
  });
}
