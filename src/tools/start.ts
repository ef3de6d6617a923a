import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { findKubectl } from "../kubectl/findKubectl.ts";
import { cacheFolder } from "./cacheFolder.ts";
import { installEditor } from "./editor/installEditor.ts";
import { type RunningEditor, startEditor } from "./editor/startEditor.ts";
import { fetchKubectl } from "./kubectl/fetchKubectl.ts";
import { packageExtension } from "./packaging/packageExtension.ts";

/**
 * `npm start`: VS Code in the browser with the extension, the course and the practice cluster.
 * With `--check` the same without a person: walks step 1.1 in a headless browser and exits 0 when it passed.
 */
const isCheck = process.argv.includes("--check");
const scratch = isCheck ? await mkdtemp(join(tmpdir(), "dojo-start-")) : cacheFolder("start");
const workspace = isCheck ? join(scratch, "workspace") : join(homedir(), "statefulset-dojo");
await mkdir(workspace, { recursive: true });
const editor = await installEditor();
const extension = await packageExtension(scratch);
const running = await startEditor(editor, {
  folder: join(scratch, "editor"),
  extension,
  environment: { PATH: await pathWithKubectl() },
});
const address = `${running.address}/?folder=${encodeURIComponent(workspace)}`;
if (isCheck) {
  await check(running);
} else {
  console.log(`StatefulSet Dojo is at ${address}`);
  console.log(`Your files are in ${workspace}. Ctrl+C stops the editor.`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void running.stop().then(() => process.exit(0)));
  }
}

/** PATH with a kubectl on it: the machine's own, else a fetched one. */
async function pathWithKubectl(): Promise<string> {
  const searchPath = process.env.PATH ?? "";
  const found = await findKubectl({ searchPath });
  if (found.state === "found") {
    return searchPath;
  }
  return `${dirname(await fetchKubectl())}${delimiter}${searchPath}`;
}

async function check(started: RunningEditor): Promise<void> {
  try {
    const { walkFirstStep } = await import("../../test/editor/walk/walkFirstStep.ts");
    await walkFirstStep(address);
    console.log("Step 1.1 was walked and every check passed.");
  } finally {
    await started.stop();
    await rm(scratch, { recursive: true, force: true });
  }
}
