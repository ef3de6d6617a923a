import { strict as assert } from "node:assert";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  LayeredFileSystem,
  MemoryTree,
} from "../../../src/practiceCluster/programs/fileSystem/layeredFileSystem.ts";

describe("a container's file system", () => {
  let outside: string;
  let claim: string;

  beforeEach(() => {
    outside = mkdtempSync(join(tmpdir(), "file-system-outside-"));
    claim = mkdtempSync(join(tmpdir(), "file-system-claim-"));
  });

  afterEach(() => {
    rmSync(outside, { recursive: true, force: true });
    rmSync(claim, { recursive: true, force: true });
  });

  const withClaim = (readOnly = false) =>
    new LayeredFileSystem({ "/etc/motd": "hi\n" }, [
      { mountPath: "/data", readOnly, kind: "volume", source: { folder: claim } },
    ]);

  it("keeps what one container writes from another of the same image", () => {
    const image = MemoryTree.of({ "/etc/motd": "hi\n" });
    const [first, second] = [new LayeredFileSystem(image, []), new LayeredFileSystem(image, [])];
    first.write("/etc/motd", "changed\n");
    first.write("/etc/motd", "more\n", { append: true });
    first.write("/new", "new");
    assert.equal(first.read("/etc/motd").toString(), "changed\nmore\n");
    assert.equal(second.read("/etc/motd").toString(), "hi\n");
    assert.equal(second.exists("/new"), false);
  });

  it("writes a mounted folder's files to disk and tells their host path", () => {
    const files = withClaim();
    files.makeDirectory("/data/pg/base", { recursive: true });
    files.write("/data/pg/base/1", "row");
    assert.equal(readFileSync(join(claim, "pg/base/1"), "utf8"), "row");
    assert.equal(files.hostPath("/data/pg/base"), join(claim, "pg/base"));
    assert.equal(files.hostPath("/etc/motd"), undefined);
    assert.deepEqual(files.mountOf("/data/pg"), { mountPoint: "/data", kind: "volume", readOnly: false });
  });

  it("resolves links on a claim inside the container only", () => {
    writeFileSync(join(outside, "secret"), "the learner's");
    symlinkSync(outside, join(claim, "folder"));
    symlinkSync(join(outside, "secret"), join(claim, "file"));
    symlinkSync("/etc/motd", join(claim, "motd"));
    const files = withClaim();
    assert.throws(() => files.read("/data/file"), { code: "ENOENT" });
    assert.throws(() => files.read("/data/folder/secret"), { code: "ENOENT" });
    assert.throws(() => files.write("/data/folder/planted", "x"), { code: "ENOENT" });
    assert.throws(() => files.read(`/data/${"../".repeat(9)}${outside}/secret`), { code: "ENOENT" });
    assert.equal(files.read("/data/motd").toString(), "hi\n");
    files.remove("/data/file");
    assert.equal(readFileSync(join(outside, "secret"), "utf8"), "the learner's");
  });

  it("refuses every change below a read-only mount", () => {
    writeFileSync(join(claim, "kept"), "kept");
    const files = withClaim(true);
    assert.equal(files.read("/data/kept").toString(), "kept");
    for (const change of [
      () => files.write("/data/kept", "x"),
      () => files.makeDirectory("/data/d"),
      () => files.remove("/data/kept"),
      () => files.rename("/data/kept", "/data/b"),
      () => files.changeMode("/data/kept", 0o600),
    ]) {
      assert.throws(change, { code: "EROFS" });
    }
    assert.equal(readFileSync(join(claim, "kept"), "utf8"), "kept");
  });

  it("names each fault by its code", () => {
    const files = withClaim();
    files.link("/loop", "/loop");
    assert.throws(() => files.read("/loop"), { code: "ELOOP" });
    assert.throws(() => files.read("/etc"), { code: "EISDIR" });
    assert.throws(() => files.list("/etc/motd"), { code: "ENOTDIR" });
    assert.throws(() => files.read("/etc/motd/below"), { code: "ENOTDIR" });
    assert.throws(() => files.write("/no/such/folder", ""), { code: "ENOENT" });
    assert.throws(() => files.makeDirectory("/etc"), { code: "EEXIST" });
    assert.throws(() => files.remove("/etc"), { code: "ENOTEMPTY" });
    assert.throws(() => files.rename("/etc/motd", "/data/motd"), { code: "EXDEV" });
    assert.throws(() => files.remove("/data"), { code: "EBUSY" });
  });
});
