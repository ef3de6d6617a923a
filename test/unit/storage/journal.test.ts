import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../../src/common/clock.ts";
import type { KubernetesObject } from "../../../src/common/kubernetes/objects.ts";
import { Journal } from "../../../src/practiceCluster/storage/journal.ts";
import { ObjectStore } from "../../../src/practiceCluster/storage/objectStore.ts";
import { Random, seedOf } from "../robustness/support/random.ts";

function object(name: string, text: string): KubernetesObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "one", labels: { text } } };
}

describe("the journal", () => {
  const seed = seedOf("DOJO_JOURNAL_SEED");
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "dojo-journal-"));
    file = join(folder, "journal.jsonl");
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const open = () => {
    const { journal, state, notices } = Journal.open(folder, systemClock);
    const store = new ObjectStore(state, journal);
    journal.foldFrom(() => ({ revision: store.revision, objects: store.everything() }));
    return { journal, store, notices };
  };
  const contents = (store: ObjectStore) =>
    new Map(store.list("configmaps").map(({ metadata }) => [metadata?.name, metadata?.resourceVersion]));

  it(`has exactly the whole writes, wherever its end was cut off (DOJO_JOURNAL_SEED=${seed})`, async () => {
    const random = new Random(seed);
    const first = open();
    const after: {
      bytes: number;
      revision: number;
      contents: Map<string | undefined, string | undefined>;
    }[] = [];
    for (let write = 0; write < 60; write++) {
      const name = `n${random.below(8)}`;
      if (random.chance(0.3)) {
        first.store.remove("configmaps", { namespace: "one", name });
      } else {
        first.store.put("configmaps", object(name, "あ\n".repeat(random.below(50))));
      }
      await first.journal.whenFlushed();
      const bytes = (await readFile(file)).length;
      after.push({ bytes, revision: first.store.revision, contents: contents(first.store) });
    }
    first.journal.close();
    const whole = await readFile(file);
    for (let cut = 0; cut < 80; cut++) {
      const length = random.below(whole.length + 1);
      await writeFile(file, whole.subarray(0, length));
      const { journal, store, notices } = open();
      const expected = after.findLast(({ bytes }) => bytes <= length) ?? {
        bytes: 0,
        revision: 0,
        contents: new Map(),
      };
      assert.deepEqual(contents(store), expected.contents);
      assert.equal(store.revision, expected.revision);
      const torn = length - expected.bytes;
      assert.deepEqual(
        notices,
        torn > 0 ? [`the last run was cut off: ${torn} bytes of an unfinished write were dropped`] : [],
      );
      journal.close();
      assert.equal((await readFile(file)).length, expected.bytes);
    }
  });

  it("leaves out a write that was damaged otherwise, keeps the file aside and says so once", async () => {
    const first = open();
    for (const name of ["first", "second", "third"]) {
      first.store.put("configmaps", object(name, ""));
    }
    first.journal.close();
    const before = await readFile(file, "utf8");
    await writeFile(file, before.replace('"name":"second"', '"name":"sec0nd"'));
    const second = open();
    assert.deepEqual([...contents(second.store).keys()], ["first", "third"]);
    assert.deepEqual(second.notices, [
      `1 writes of the journal were damaged and left out: ${file}.damaged has them`,
    ]);
    assert.match(await readFile(`${file}.damaged`, "utf8"), /sec0nd/);
    second.journal.close();
    assert.deepEqual(open().notices, []);
  });

  it("is folded into a snapshot when it is long, and a kill in the middle of that loses nothing", async () => {
    const filling = "x".repeat(1024 * 1024);
    const { journal, store } = open();
    store.put("configmaps", object("gone", filling));
    await journal.whenFlushed();
    const early = `${file}.early`;
    await copyFile(file, early);
    store.remove("configmaps", { namespace: "one", name: "gone" });
    for (let write = 0; write < 17; write++) {
      store.put("configmaps", object("kept", filling));
      await journal.whenFlushed();
    }
    const expected = contents(store);
    const { revision } = store;
    journal.close();
    assert.ok((await readFile(file)).length < 4 * filling.length);
    const [snapshot] = (await readFile(join(folder, "snapshot.jsonl"), "utf8")).split("\n");
    assert.match(snapshot ?? "", /^[0-9a-f]{16} \{"revision":1\d\}$/);
    const second = open();
    assert.deepEqual(contents(second.store), expected);
    assert.equal(second.store.revision, revision);
    second.journal.close();
    // the new snapshot is in place and the journal that went into it was not emptied yet
    await copyFile(early, file);
    const third = open();
    assert.deepEqual([...contents(third.store).keys()], ["kept"]);
    assert.deepEqual(third.notices, []);
    third.journal.close();
  });

  it("is folded in parts, between which writes go on: none of them is lost", async () => {
    const filling = "x".repeat(64 * 1024);
    const { journal, store } = open();
    const snapshot = join(folder, "snapshot.jsonl");
    for (let write = 0; !existsSync(`${snapshot}.new`); write++) {
      assert.ok(write < 1_000, "a fold is begun");
      store.put("configmaps", object(`kept-${write}`, filling));
      await journal.whenFlushed();
    }
    let turns = 0;
    for (; !existsSync(snapshot); turns++) {
      assert.ok(turns < 100_000, "the fold is brought to its end");
      store.put("configmaps", object(`meanwhile-${turns % 10}`, `turn ${turns}`));
      await journal.whenFlushed();
    }
    // of 16 MB no more than 256 KB and one object in a turn
    assert.ok(turns >= 50, `it took ${turns} turns`);
    store.put("configmaps", object("after", "the end"));
    await journal.whenFlushed();
    const expected = contents(store);
    // as a kill leaves it
    const { state, notices } = Journal.open(folder, systemClock);
    assert.deepEqual(contents(new ObjectStore(state)), expected);
    assert.equal(state.revision, store.revision);
    assert.deepEqual(notices, []);
    const journalBytes = (await readFile(file)).length;
    assert.ok(journalBytes < 8 * 1024 * 1024, `the journal has ${journalBytes} bytes`);
    journal.close();
  });

  it("refuses a damaged snapshot in a sentence", async () => {
    await writeFile(join(folder, "snapshot.jsonl"), "nonsense\n");
    assert.throws(open, /snapshot\.jsonl is damaged: move the folder away/);
  });
});
