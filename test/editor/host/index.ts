import { writeFile } from "node:fs/promises";
import { resultsVariable } from "../../../src/tools/editor/hostResults.ts";

/**
 * What the editor calls inside its extension host: runs the suites and leaves the counts in the results file, which
 * is what proves that they ran. Never throws: a failed test is in the counts.
 */
export async function run(): Promise<void> {
  // mocha is not bundled: it finds its reporters by itself
  const { default: Mocha } = await import("mocha");
  const mocha = new Mocha({ ui: "bdd", timeout: 60_000, reporter: "base" });
  mocha.suite.emit("pre-require", globalThis, "", mocha);
  await import("./activation.ts");
  await import("./contributions.ts");
  await import("./manifestHelp.ts");
  await import("./commands.ts");
  await import("./course.ts");
  const report: string[] = [];
  const counts = { passed: 0, failed: 0, skipped: 0 };
  await new Promise<void>((resolve) => {
    mocha
      .run(() => resolve())
      .on("pass", (test) => {
        counts.passed++;
        report.push(`  ✔ ${test.fullTitle()} (${test.duration ?? 0} ms)`);
      })
      .on("fail", (test, error) => {
        counts.failed++;
        report.push(`  ✗ ${test.fullTitle()}`, String(error instanceof Error ? error.stack : error));
      })
      .on("pending", () => {
        counts.skipped++;
      });
  });
  const file = process.env[resultsVariable];
  if (!file) {
    throw new Error(`${resultsVariable} names no results file.`);
  }
  await writeFile(file, JSON.stringify({ ...counts, report: report.join("\n") }));
}
