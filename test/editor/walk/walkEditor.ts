import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installEditor } from "../../../src/tools/editor/installEditor.ts";
import { startEditor } from "../../../src/tools/editor/startEditor.ts";
import { stopPracticeClustersIn } from "../../../src/tools/editor/stopPracticeClusters.ts";
import { projectRoot } from "../../../src/tools/projectRoot.ts";

/** An editor with the installed extension, and a learner who has not begun. */
export interface WalkEditor {
  /** Opens the workspace. */
  readonly address: string;
  readonly workspace: string;
  stop(): Promise<void>;
}

/** Starts it; the stage names the .vsix and a PATH with kubectl. Throws when the editor does not start. */
export async function startWalkEditor(): Promise<WalkEditor> {
  const { DOJO_VSIX: extension, DOJO_SEARCH_PATH: path = process.env.PATH ?? "" } = process.env;
  const folder = await mkdtemp(join(tmpdir(), "dojo-walk-"));
  const workspace = join(folder, "workspace");
  await mkdir(workspace);
  const editor = await startEditor(await installEditor(), {
    folder,
    ...(extension ? { extension } : {}),
    environment: { PATH: path },
  });
  return {
    address: `${editor.address}/?folder=${encodeURIComponent(workspace)}`,
    workspace,
    stop: async () => {
      await editor.stop();
      await stopPracticeClustersIn(folder);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A folder below test/out, where pictures go for people to look at. */
export async function picturesFolder(name: string): Promise<string> {
  const folder = join(projectRoot, "test", "out", name);
  await mkdir(folder, { recursive: true });
  return folder;
}
