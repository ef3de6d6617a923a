import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleHostSuite } from "../../editor/bundleHostSuite.ts";
import { findChromium } from "../../editor/findChromium.ts";
import { resultsVariable } from "../../editor/hostResults.ts";
import { installEditor } from "../../editor/installEditor.ts";
import { resultsFileIn, runHostSuite } from "../../editor/runHostSuite.ts";
import { startEditor } from "../../editor/startEditor.ts";
import { projectRoot } from "../../projectRoot.ts";
import type { Benchmark } from "../benchmark.ts";

const rounds = 5;

/** How long the extension takes to load and activate in the real VS Code, by the editor's own table. */
export const activation: Benchmark = {
  name: "activation",
  async run() {
    const runs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      runs.push(await activateOnce());
    }
    return [{ name: "activation in VS Code", runs, unit: "ms", bar: 15 }];
  },
};

async function activateOnce(): Promise<number> {
  const scratch = await mkdtemp(join(tmpdir(), "dojo-bench-editor-"));
  const suite = join(projectRoot, "dist", "test", "hostBench.cjs");
  await bundleHostSuite(suite, "bench.ts");
  const resultsFile = resultsFileIn(scratch);
  const editor = await startEditor(await installEditor(), {
    folder: join(scratch, "editor"),
    testDriver: true,
    environment: { [resultsVariable]: resultsFile },
  });
  try {
    const { report } = await runHostSuite({
      editor,
      chromiumPath: await findChromium(),
      extensionFolder: projectRoot,
      suite,
      workspace: join(scratch, "workspace"),
      resultsFile,
      timeLimitMs: 60_000,
    });
    return activationIn(report);
  } finally {
    await editor.stop();
    await rm(scratch, { recursive: true, force: true });
  }
}

/**
 * Load Code + Call Activate + Finish Activate of the dojo's row: the editor's table has them as its first columns with
 * numbers. Throws when there is no such row.
 */
export function activationIn(table: string): number {
  const lines = table.split("\n");
  const row = lines.find((line) => line.includes("statefulset-dojo.statefulset-dojo")) ?? "";
  const heading = lines.slice(0, lines.indexOf(row)).findLast((line) => line.includes("Load Code")) ?? "";
  const titles = heading.split("|").map((cell) => cell.trim());
  const cells = row.split("|").map((cell) => cell.trim());
  const times = ["Load Code", "Call Activate", "Finish Activate"].map((title) =>
    Number(cells[titles.indexOf(title)]),
  );
  const sum = times.reduce((one, other) => one + other, 0);
  if (!row || !Number.isFinite(sum)) {
    throw new Error(`The editor's table has no activation time of the extension:\n${heading}\n${row}`);
  }
  return sum;
}
