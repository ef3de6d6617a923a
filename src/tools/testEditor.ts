import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { findReplayKubectl } from "./conformance/replayKubectl.ts";
import { bundleHostSuite } from "./editor/bundleHostSuite.ts";
import { findChromium } from "./editor/findChromium.ts";
import { resultsVariable } from "./editor/hostResults.ts";
import { installEditor } from "./editor/installEditor.ts";
import { resultsFileIn, runHostSuite } from "./editor/runHostSuite.ts";
import { startEditor } from "./editor/startEditor.ts";
import { stopPracticeClustersIn } from "./editor/stopPracticeClusters.ts";
import { packageExtension } from "./packaging/packageExtension.ts";
import { projectRoot } from "./projectRoot.ts";
import { countMocha, programStage } from "./stages/programStage.ts";
import { runStages, type Stage } from "./stages/stage.ts";

/**
 * `npm run test:editor`: mocha inside the extension host, then the walk through the course with a browser,
 * both in the real VS Code. `-- --grep TEXT` narrows the walk.
 */
const scratch = await mkdtemp(join(tmpdir(), "dojo-editor-"));
const kubectl = await findReplayKubectl();
const searchPath = kubectl
  ? `${dirname(kubectl.path)}${delimiter}${process.env.PATH}`
  : (process.env.PATH ?? "");

const hostStage: Stage = {
  name: "extension host",
  run: async () => {
    const [editor, chromiumPath] = await Promise.all([installEditor(), findChromium()]);
    const suite = join(projectRoot, "dist", "test", "hostSuite.cjs");
    await bundleHostSuite(suite);
    const folder = join(scratch, "host");
    const resultsFile = resultsFileIn(scratch);
    const running = await startEditor(editor, {
      folder,
      testDriver: true,
      environment: { PATH: searchPath, [resultsVariable]: resultsFile },
    });
    try {
      const results = await runHostSuite({
        editor: running,
        chromiumPath,
        extensionFolder: projectRoot,
        suite,
        workspace: join(scratch, "host-workspace"),
        resultsFile,
        timeLimitMs: 180_000,
      });
      console.log(results.report);
      return results;
    } finally {
      await running.stop();
      await stopPracticeClustersIn(folder);
    }
  },
};

const walkStage = async (): Promise<Stage> => {
  const [extension] = await Promise.all([packageExtension(scratch), installEditor()]);
  return programStage({
    name: "course walk",
    file: join(projectRoot, "node_modules", ".bin", "mocha"),
    args: [
      "--no-color",
      "--timeout",
      "600000",
      "--spec",
      "test/editor/walk/**/*.test.ts",
      ...process.argv.slice(2),
    ],
    environment: {
      DOJO_VSIX: extension,
      DOJO_CHROMIUM: await findChromium(),
      DOJO_SEARCH_PATH: searchPath,
    },
    count: countMocha,
    timeLimitMs: 25 * 60_000,
  });
};

try {
  process.exitCode = await runStages([hostStage, await walkStage()]);
} finally {
  await rm(scratch, { recursive: true, force: true });
}
