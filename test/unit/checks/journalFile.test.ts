import assert from "node:assert/strict";
import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cameBefore, Journal, type JournalEntry } from "../../../src/checks/journal.ts";
import { JournalFile } from "../../../src/checks/journalFile.ts";
import type { WatchedChange } from "../../../src/clusters/cluster.ts";

const pods = { apiVersion: "v1", plural: "pods" };
const change = (name: string, revision: string, initial: boolean): WatchedChange => {
  const metadata = { name, uid: name, resourceVersion: revision, creationTimestamp: "2026-01-01T00:00:05Z" };
  return { type: "ADDED", resource: pods, object: { metadata }, at: 1, initial };
};

describe("the journal over a reload", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "dojo-journal-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("keeps the order of what was watched before and what is found afterwards, and writes nothing twice", async () => {
    const file = new JournalFile(join(folder, "deep", "journal.jsonl"));
    const before = new Journal();
    await file.append(before.record(change("a", "7", false)));
    const after = new Journal(await file.read());
    assert.deepEqual(after.record(change("a", "7", true)), []);
    after.record(change("b", "8", true));
    after.record(change("c", "9", false));
    const [a, b, c] = after.entries;
    const pairs: readonly [JournalEntry | undefined, JournalEntry | undefined][] = [
      [a, b],
      [b, c],
    ];
    for (const [first, second] of pairs) {
      assert.ok(first && second);
      assert.equal(cameBefore(first, second), true);
      assert.equal(cameBefore(second, first), false);
    }
  });

  it("leaves out a line that a crash tore, and forgets all when the step begins anew", async () => {
    const path = join(folder, "journal.jsonl");
    const file = new JournalFile(path);
    await file.append(new Journal().record(change("a", "7", false)));
    await appendFile(path, '{"fact":"ready","apiV');
    assert.deepEqual(
      (await file.read()).map(({ name }) => name),
      ["a"],
    );
    await file.clear();
    assert.deepEqual(await file.read(), []);
  });
});
