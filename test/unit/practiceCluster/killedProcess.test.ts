import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { appendFile, cp, mkdir, readFile, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { systemClock } from "../../../src/common/clock.ts";
import { Journal } from "../../../src/practiceCluster/storage/journal.ts";
import { Random, seedOf } from "../robustness/support/random.ts";
import { AcknowledgedWrites } from "./support/acknowledgedWrites.ts";
import { ClusterProcess, makeScratch, type Scratch } from "./support/clusterProcess.ts";

/** So many in every run of the tests; DOJO_KILL_ROUNDS=100 for a long one, DOJO_KILL_SEED to see one again. */
const rounds = Number(process.env.DOJO_KILL_ROUNDS ?? 2);

describe("the practice cluster's data folder", () => {
  const seed = seedOf("DOJO_KILL_SEED");
  const random = new Random(seed);
  let scratch: Scratch;
  let running: ClusterProcess | undefined;

  beforeEach(async () => {
    scratch = await makeScratch();
  });
  afterEach(async () => {
    await running?.end("SIGKILL");
    await scratch.remove();
  });

  const start = async () => {
    const started = await ClusterProcess.start(scratch);
    running = started;
    return { started, send: started.send.bind(started) };
  };
  const journal = () => join(scratch.data, "journal.jsonl");

  it(`keeps all that was answered through kill -9 at any moment, ${rounds} times (DOJO_KILL_SEED=${seed})`, async function () {
    this.timeout(20_000 + rounds * 3_000);
    const writes = new AcknowledgedWrites(random, "kept");
    let { started, send } = await start();
    for (let round = 0; round < rounds; round++) {
      const kill = { after: 10 + random.below(150), call: () => started.child.kill("SIGKILL") };
      await writes.writeUntilRefused(send, 8, kill);
      await started.end();
      const torn = random.chance(0.5) ? await tear() : 0;
      ({ started, send } = await start());
      assert.match(started.output, torn > 0 ? new RegExp(`${torn} bytes of an unfinished write`) : /^ready/);
      const newest = writes.newestVersion;
      await writes.requireServed(send);
      const { text } = await send({ path: "/api/v1/namespaces/kube-system/configmaps?limit=1" });
      assert.ok(
        Number(JSON.parse(text).metadata.resourceVersion) >= newest,
        "versions go on from where they were",
      );
    }
  });

  /** Adds what a kill in the middle of a write leaves: the beginning of a line. */
  async function tear(): Promise<number> {
    const lines = (await readFile(journal(), "utf8")).split("\n");
    const line = `${random.pick(lines.slice(0, -1))}\n`;
    const part = Buffer.from(line).subarray(0, 1 + random.below(line.length - 1));
    await appendFile(journal(), part);
    return part.length;
  }

  it("refuses changes while the disk is full, and loses nothing that was answered before or after", async function () {
    if (spawnSync("prlimit", ["--version"]).status !== 0) {
      this.skip();
    }
    const { started, send } = await start();
    const writes = new AcknowledgedWrites(random, "full");
    const snapshot = join(scratch.data, "snapshot.jsonl.new");
    await limitFiles(started.pid, (await stat(journal())).size + 100_000);
    // a snapshot, which could be shorter than the journal, has no room either
    await mkdir(snapshot);
    for (const answer of await writes.writeUntilRefused(send, 4)) {
      assert.ok(!(answer instanceof Error) && answer.code === 500, String(answer));
      assert.match(answer.text, /cannot be written: file too large \(EFBIG\)/);
    }
    assert.ok(writes.answered > 5);
    assert.equal(started.output.match(/changes are refused/g)?.length, 1, started.output);
    assert.equal((await send({ path: "/readyz" })).code, 500);
    await cp(scratch.data, `${scratch.data}-killed-now`, { recursive: true });
    const { state, notices } = Journal.open(`${scratch.data}-killed-now`, systemClock);
    assert.deepEqual(notices, []);
    const configMaps = [...state.objects].filter(({ groupResource }) => groupResource === "configmaps");
    writes.requireKept(
      configMaps.map(({ object }) => object),
      state.revision,
    );
    await writes.requireServed(send);
    await rmdir(snapshot);
    await limitFiles(started.pid, "unlimited");
    await started.until(/everything is kept/);
    assert.equal((await send({ path: "/readyz" })).code, 200);
    await writes.writeUntilRefused(send, 4, { after: 20, call: () => started.child.kill("SIGKILL") });
    await started.end();
    const restarted = await start();
    assert.match(restarted.started.output, /^ready/);
    await writes.requireServed(restarted.send);
  });

  /** The process' files may get no longer than this: a write beyond is cut short and then refused, as on a full disk. */
  async function limitFiles(pid: number, bytes: number | "unlimited"): Promise<void> {
    const { status, stderr } = spawnSync("prlimit", ["--pid", String(pid), `--fsize=${bytes}:`]);
    assert.equal(status, 0, String(stderr));
  }

  it("is refused in one sentence when it is no folder or cannot be written to", async () => {
    const tell = async (as: { uid?: number; gid?: number }) => {
      const ended = new ClusterProcess(scratch, as);
      running = ended;
      assert.equal(await ended.end(), 1);
      return ended.output;
    };
    await writeFile(scratch.data, "a file");
    assert.equal(await tell({}), `${scratch.data} cannot be used: file already exists (EEXIST)\n`);
    await rm(scratch.data);
    await mkdir(scratch.data, { mode: 0o500 });
    // root may write anywhere, so that another user has to try
    const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    assert.match(await tell(nobody), /^\S*data\S* cannot be used: permission denied \(EACCES\)\n$/);
  });
});
