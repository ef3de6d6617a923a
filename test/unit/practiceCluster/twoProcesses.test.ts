import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { folderInUseExitCode } from "../../../src/common/exitCodes.ts";
import { DataFolderInUse, lockDataFolder } from "../../../src/practiceCluster/bootstrap/dataFolderLock.ts";
import { processMark } from "../../../src/practiceCluster/bootstrap/processMark.ts";
import { ClusterProcess, makeScratch, type Scratch } from "./support/clusterProcess.ts";

describe("two practice clusters on one data folder", () => {
  let scratch: Scratch;
  const started: ClusterProcess[] = [];

  beforeEach(async () => {
    scratch = await makeScratch();
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((each) => each.end("SIGKILL")));
    await scratch.remove();
  });

  const start = () => {
    const process = new ClusterProcess(scratch);
    started.push(process);
    return process;
  };
  const claim = (text: string) => writeFile(join(scratch.data, "lock"), text);

  it("are refused, also while the first is frozen, and the first goes on as if nothing had been", async () => {
    const first = start();
    await first.until(/^ready\b/m);
    const journal = join(scratch.data, "journal.jsonl");
    for (const signal of ["SIGCONT", "SIGSTOP"] as const) {
      process.kill(first.pid, signal);
      const kubeconfig = await readFile(scratch.kubeconfig, "utf8");
      const before = signal === "SIGSTOP" ? await readFile(journal, "utf8") : undefined;
      const second = start();
      assert.equal(await second.end(), folderInUseExitCode);
      assert.equal(
        second.output,
        `${scratch.data} is in use by process ${first.pid}: stop that practice cluster or name another --data folder\n`,
      );
      assert.equal(await readFile(scratch.kubeconfig, "utf8"), kubeconfig);
      if (before !== undefined) {
        assert.equal(await readFile(journal, "utf8"), before);
      }
    }
    process.kill(first.pid, "SIGCONT");
    const { code } = await first.send({ path: "/api/v1/namespaces/default" });
    assert.equal(code, 200);
    assert.equal(first.child.exitCode, null);
  });

  it("are one, however many start at the same moment after the machine was switched off", async () => {
    await mkdir(scratch.data);
    await claim("1 an-earlier-boot/1\n");
    const many = [start(), start(), start(), start()];
    const outcomes = await Promise.all(
      many.map((each) =>
        each.until(/^ready\b/m).then(
          () => "ready",
          () => String(each.child.exitCode),
        ),
      ),
    );
    assert.deepEqual(outcomes.sort(), ["75", "75", "75", "ready"]);
    const files = await readdir(scratch.data);
    assert.deepEqual(
      files.filter((name) => name.startsWith("lock")),
      ["lock"],
    );
  });

  it("are told apart by more than the number of their process", async () => {
    await mkdir(scratch.data);
    const living = process.ppid;
    await claim(`${living} ${processMark(living)}\n`);
    assert.throws(() => lockDataFolder(scratch.data), DataFolderInUse);
    for (const gone of [`${living} an-earlier-boot/1\n`, "4194304 a/1\n", "nonsense\n", ""]) {
      await claim(gone);
      const lock = lockDataFolder(scratch.data);
      assert.match(await readFile(join(scratch.data, "lock"), "utf8"), new RegExp(`^${process.pid} `));
      lock.dispose();
    }
  });
});
