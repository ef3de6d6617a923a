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

/** The author's linter, and each step red → solution → green → mutants, on a cluster of that kind. */
export function lessonStages(cluster: "practice"): readonly Stage[] {
  const lessons = ["--import", "tsx", join(projectRoot, "src", "tools", "lessons.ts")];
  return [
    programStage({ name: "lessons: lint", file: process.execPath, args: [...lessons, "lint"] }),
    programStage({
      name: `lessons: verify on ${cluster}`,
      file: process.execPath,
      args: [...lessons, "verify", "--cluster", cluster],
    }),
  ];
}

/** One chapter proven on a kind cluster of its own. */
export function kindChapterStage(chapter: string): Stage {
  return toolStage(`lessons: verify chapter ${chapter} on kind`, "lessons.ts", [
    "verify",
    "--cluster",
    "kind",
    "--step",
    chapter,
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
