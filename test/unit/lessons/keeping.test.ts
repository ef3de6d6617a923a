import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock } from "../../../src/common/manualClock.ts";
import { replaceFile } from "../../../src/lessons/learnerFolder.ts";
import { withStep } from "../../../src/lessons/progress.ts";
import { ProgressStore } from "../../../src/lessons/progressStore.ts";

describe("keeping progress and files", () => {
  let folder: string;
  const clock = new ManualClock();
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "dojo-keeping-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const open = () => ProgressStore.open(folder, "course", "cluster", clock);
  const file = () => join(folder, "course-cluster.json");
  const note = (store: ProgressStore, hintsShown: number) =>
    store.update((before) => withStep(before, "1.1", (step) => ({ ...step, hintsShown })));

  it("finds again what was kept, in the order of the updates", async () => {
    const store = await open();
    await Promise.all([note(store, 1), note(store, 2), note(store, 3)]);
    assert.equal((await open()).progress.steps["1.1"]?.hintsShown, 3);
  });

  for (const [what, text, mark] of [
    ["a torn file", '{"version":1,"steps":{"1.', "unreadable"],
    ["a file of a newer version", '{"version":9,"future":true}', "newer"],
  ] as const) {
    it(`puts ${what} aside as it was, and says so`, async () => {
      await writeFile(file(), text);
      const store = await open();
      const aside = (await readdir(folder)).find((name) => name.includes(mark)) ?? "";
      assert.equal(await readFile(join(folder, aside), "utf8"), text);
      await note(store, 1);
      assert.match(store.problem?.en ?? "", new RegExp(mark), "still said after the next write");
    });
  }

  it("goes on in memory where nothing can be written, and says so", async () => {
    const store = await open();
    await mkdir(file());
    await note(store, 2);
    assert.equal(store.progress.steps["1.1"]?.hintsShown, 2);
    assert.match(store.problem?.ja ?? "", /保存できません/);
  });

  it("goes on in memory where the disk is read-only: no folder, no file can be made", async () => {
    const store = await open();
    await note(store, 1);
    const before = await readFile(file(), "utf8");
    // a read-only disk holds back root too: for writes it is as if a plain file stood in a folder's place
    await rename(folder, `${folder}-kept`);
    await writeFile(folder, "");
    await note(store, 2);
    assert.equal(store.progress.steps["1.1"]?.hintsShown, 2);
    assert.match(String(store.problem?.en), /cannot be saved/);
    await rm(folder);
    await rename(`${folder}-kept`, folder);
    assert.equal(await readFile(file(), "utf8"), before);
    await note(store, 3);
    assert.equal(store.problem, undefined, "what can be written again is no problem any more");
    assert.equal((await open()).progress.steps["1.1"]?.hintsShown, 3);
  });

  it("leaves a torn file alone where it cannot be put aside, and goes on in memory", async () => {
    await writeFile(file(), "torn");
    await mkdir(`${file()}.unreadable-${clock.now()}`);
    const store = await open();
    await note(store, 2);
    assert.equal(await readFile(file(), "utf8"), "torn");
    assert.equal(store.progress.steps["1.1"]?.hintsShown, 2);
    assert.match(store.problem?.en ?? "", /cannot be used/);
  });

  it("copies an edited file before it is replaced, and never over an earlier copy", async () => {
    await writeFile(join(folder, "a.yaml"), "mine");
    const first = await replaceFile(folder, "a.yaml", "new", clock);
    await writeFile(join(folder, "a.yaml"), "mine again");
    const second = await replaceFile(folder, "a.yaml", "new", clock);
    assert.equal(await readFile(first ?? "", "utf8"), "mine");
    assert.equal(await readFile(second ?? "", "utf8"), "mine again");
    assert.equal(await replaceFile(folder, "a.yaml", "new", clock), undefined);
  });
});
