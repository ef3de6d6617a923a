import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installEditor } from "../../../src/tools/editor/installEditor.ts";
import { type RunningEditor, startEditor } from "../../../src/tools/editor/startEditor.ts";
import { stopPracticeClustersIn } from "../../../src/tools/editor/stopPracticeClusters.ts";
import { projectRoot } from "../../../src/tools/projectRoot.ts";
import { lookAtPage } from "./lookAtPage.ts";
import { walkByKeyboard } from "./walkByKeyboard.ts";
import { walkChapter } from "./walkChapter.ts";
import { walkFirstStep } from "./walkFirstStep.ts";

/** The installed extension in the real editor, walked by a browser. The stage names the .vsix and a PATH with kubectl. */
describe("the course in a real VS Code", () => {
  let folder: string;
  let editor: RunningEditor;

  before(async () => {
    const { DOJO_VSIX: extension, DOJO_SEARCH_PATH: path = process.env.PATH ?? "" } = process.env;
    folder = await mkdtemp(join(tmpdir(), "dojo-walk-"));
    await mkdir(join(folder, "workspace"));
    editor = await startEditor(await installEditor(), {
      folder,
      ...(extension ? { extension } : {}),
      environment: { PATH: path },
    });
  });

  after(async () => {
    await editor?.stop();
    await stopPracticeClustersIn(folder);
    await rm(folder, { recursive: true, force: true });
  });

  it("can be used by the keyboard alone, and with a screen reader", async () => {
    const pictures = join(projectRoot, "test", "out", "walk");
    await mkdir(pictures, { recursive: true });
    const address = `${editor.address}/?folder=${encodeURIComponent(join(folder, "workspace"))}`;
    await walkByKeyboard(address, pictures);
  });

  it("takes a learner through step 1.1: a mistake, its mending, another language, a reload", async () => {
    const pictures = join(projectRoot, "test", "out", "walk");
    await mkdir(pictures, { recursive: true });
    const address = `${editor.address}/?folder=${encodeURIComponent(join(folder, "workspace"))}`;
    await walkFirstStep(address, pictures);
  });

  it("takes the learner on through 1.2 to 1.7, a mistake in each, another language and a reload on the way", async () => {
    const workspace = join(folder, "workspace");
    const address = `${editor.address}/?folder=${encodeURIComponent(workspace)}`;
    await walkChapter(address, workspace, join(projectRoot, "test", "out", "walk"));
  });

  it("shows the page whole in each theme, width and language", async () => {
    const workspace = join(folder, "workspace");
    const pictures = join(projectRoot, "test", "out", "page");
    await mkdir(pictures, { recursive: true });
    await lookAtPage(`${editor.address}/?folder=${encodeURIComponent(workspace)}`, workspace, pictures);
  });
});
