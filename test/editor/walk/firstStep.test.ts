import { lookAtPage } from "./lookAtPage.ts";
import { walkByKeyboard } from "./walkByKeyboard.ts";
import { walkChapter } from "./walkChapter.ts";
import { picturesFolder, startWalkEditor, type WalkEditor } from "./walkEditor.ts";
import { walkFirstStep } from "./walkFirstStep.ts";

/** The installed extension in the real editor, walked by a browser. The stage names the .vsix and a PATH with kubectl. */
describe("the course in a real VS Code", () => {
  let walk: WalkEditor;

  before(async () => {
    walk = await startWalkEditor();
  });
  after(() => walk?.stop());

  it("takes a learner through step 1.1: a mistake, its mending, another language, a reload", async () => {
    await walkFirstStep(walk.address, await picturesFolder("walk"));
  });

  it("takes the learner on through 1.2 to 1.7, a mistake in each, another language and a reload on the way", async () => {
    await walkChapter(walk.address, walk.workspace, await picturesFolder("walk"));
  });

  it("shows the page whole in each theme, width and language", async () => {
    await lookAtPage(walk.address, walk.workspace, await picturesFolder("page"));
  });
});

/** By itself: a check that a learner passed stays passed, so it needs a course that nobody has begun. */
describe("the course in a real VS Code, without a mouse", () => {
  let walk: WalkEditor;

  before(async () => {
    walk = await startWalkEditor();
  });
  after(() => walk?.stop());

  it("can be used by the keyboard alone, and with a screen reader", async () => {
    await walkByKeyboard(walk.address, await picturesFolder("walk"));
  });
});
