import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { installEditor } from "../../../src/tools/editor/installEditor.ts";
import { startEditor } from "../../../src/tools/editor/startEditor.ts";
import { stopPracticeClustersIn } from "../../../src/tools/editor/stopPracticeClusters.ts";
import { fetchKubectl } from "../../../src/tools/kubectl/fetchKubectl.ts";
import { projectRoot } from "../../../src/tools/projectRoot.ts";
import { walkFirstStep } from "./walkFirstStep.ts";

/** Walks the first step in the real editor as a learner does; screenshots go to the folder named as argument. */
const pictures = process.argv[2];
const folder = await mkdtemp(join(tmpdir(), "dojo-walk-"));
const workspace = join(folder, "workspace");
await mkdir(workspace);
const kubectl = await fetchKubectl();
const editor = await startEditor(await installEditor(), {
  folder,
  testDriver: true,
  environment: { PATH: [dirname(kubectl), process.env.PATH].join(delimiter) },
});
try {
  await walkFirstStep(address(editor.address), pictures);
  console.log("walk passed");
} finally {
  await editor.stop();
  await stopPracticeClustersIn(folder);
  await rm(folder, { recursive: true, force: true });
}

function address(base: string): string {
  const url = new URL(base);
  const extension = `vscode-remote://${url.host}${projectRoot}`;
  url.searchParams.set("folder", workspace);
  url.searchParams.set("payload", JSON.stringify([["extensionDevelopmentPath", extension]]));
  return url.href;
}
