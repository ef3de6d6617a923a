import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  archiveEnd,
  readEntries,
  type TarEntry,
  TarProblem,
  writeEntry,
} from "../../../src/practiceCluster/programs/tools/tarFormat.ts";

function entry(changes: Partial<TarEntry>): TarEntry {
  const common = { mode: 0o640, uid: 70, gid: 70, modifiedAt: 1_700_000_000_000, target: "" };
  return { name: "file", type: "file", contents: Buffer.alloc(0), ...common, ...changes };
}

function archive(entries: readonly TarEntry[]): Buffer {
  const bytes = Buffer.concat(entries.map(writeEntry));
  return Buffer.concat([bytes, archiveEnd(bytes.length)]);
}

describe("tar archives", () => {
  const members = [
    entry({ name: "data/", type: "directory", mode: 0o700 }),
    entry({ name: "data/full", contents: Buffer.alloc(512, "a") }),
    entry({ name: "data/odd", contents: Buffer.from("odd é\0") }),
    entry({ name: `data/${"long".repeat(60)}`, contents: Buffer.from("x") }),
    entry({ name: "data/link", type: "symlink", target: "y".repeat(140) }),
  ];

  it("are read as they were written, whatever the length of names and contents", () => {
    const bytes = archive(members);
    assert.equal(bytes.length % 10_240, 0);
    assert.deepEqual([...readEntries(bytes)], members);
  });

  it("are refused when they are torn or no archive", () => {
    const bytes = archive(members);
    assert.throws(() => [...readEntries(bytes.subarray(0, 1_100))], TarProblem);
    assert.throws(() => [...readEntries(Buffer.alloc(2_048, "no"))], TarProblem);
    bytes[3] = 0x58;
    assert.throws(() => [...readEntries(bytes)], TarProblem);
  });

  it("are understood by the machine's tar, where it has one", function () {
    const listed = spawnSync("tar", ["tf", "-"], { input: archive(members), encoding: "utf8" });
    if (listed.error) {
      this.skip();
    }
    assert.deepEqual(
      listed.stdout.trim().split("\n"),
      members.map(({ name }) => name),
    );
  });
});
