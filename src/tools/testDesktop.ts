import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { downloadAndUnzipVSCode, runTests, SilentReporter } from "@vscode/test-electron";
import { bundleHostSuite } from "./editor/bundleHostSuite.ts";
import { resultsVariable } from "./editor/hostResults.ts";
import { parseHostResults, resultsFileIn } from "./editor/runHostSuite.ts";
import { projectRoot } from "./projectRoot.ts";
import { runStages, type Stage } from "./stages/stage.ts";

/**
 * `npm run test:desktop`: the suites of the extension host in a desktop VS Code, which is downloaded once. Where it
 * cannot be had, one line says so and the exit code is 1.
 */
const scratch = await mkdtemp(join(tmpdir(), "dojo-desktop-"));

const desktopStage = (vscodeExecutablePath: string): Stage => ({
  name: "desktop VS Code",
  run: async () => {
    const suite = join(projectRoot, "dist", "test", "hostSuite.cjs");
    await bundleHostSuite(suite);
    const resultsFile = resultsFileIn(scratch);
    await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: projectRoot,
      extensionTestsPath: suite,
      launchArgs: [scratch, "--disable-workspace-trust", `--user-data-dir=${join(scratch, "user")}`],
      extensionTestsEnv: { [resultsVariable]: resultsFile },
    });
    const results = parseHostResults(await readFile(resultsFile, "utf8"));
    console.log(results.report);
    return results;
  },
});

try {
  const editor = await downloadAndUnzipVSCode({
    version: "stable",
    cachePath: join(projectRoot, ".vscode-test"),
    reporter: new SilentReporter(),
  }).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    console.error(`A desktop VS Code could not be downloaded (${reason.split("\n")[0]}).`);
    return undefined;
  });
  process.exitCode = editor ? await runStages([desktopStage(editor)]) : 1;
} finally {
  await rm(scratch, { recursive: true, force: true });
}
