import { strict as assert } from "node:assert";
import { CommandNotFound, PermissionDenied } from "../../../src/practiceCluster/programs/processes.ts";
import type { Program } from "../../../src/practiceCluster/programs/program.ts";
import { ImageContainer } from "./support/container.ts";

/** Runs until it is killed. */
const idle: Program = ({ killed }) =>
  new Promise((resolve) => killed.addEventListener("abort", () => resolve(0)));

/** Uses the bytes that its argument names, then idles. */
const hungry: Program = async (context) => {
  context.memory.use(Number(context.argv[1]));
  return await idle(context);
};

/** Ends with 7 on SIGTERM. */
const graceful: Program = ({ onSignal }) => new Promise((resolve) => onSignal("SIGTERM", () => resolve(7)));

describe("a container's processes", () => {
  const programs = { "/bin/idle": idle, "/bin/hungry": hungry, "/bin/graceful": graceful };
  let container: ImageContainer;

  beforeEach(() => {
    container = new ImageContainer("busybox", { programs, memoryLimitBytes: 1000 });
  });

  afterEach(() => container.kill());

  it("gives pid 1 no default action for signals, but ends it with SIGKILL", async () => {
    const first = container.start(["idle"]);
    assert.equal(first.process.pid, 1);
    first.process.signal("SIGTERM");
    first.process.signal("SIGINT");
    assert.equal(container.processes.processes.has(1), true);
    first.process.signal("SIGKILL");
    assert.equal((await first.finished).code, 137);
    assert.equal(first.process.endedBy, "SIGKILL");
  });

  it("lets a handler answer a signal, in pid 1 too", async () => {
    const first = container.start(["graceful"]);
    first.process.signal("SIGTERM");
    assert.equal((await first.finished).code, 7);
    assert.equal(first.process.endedBy, undefined);
  });

  it("ends other processes with 128 and the signal's number, and forgets them", async () => {
    container.start(["idle"]);
    const [terminated, interrupted] = [container.start(["idle"]), container.start(["/bin/idle"])];
    terminated.process.signal("SIGTERM");
    interrupted.process.signal("SIGINT");
    assert.deepEqual([(await terminated.finished).code, (await interrupted.finished).code], [143, 130]);
    assert.deepEqual([...container.processes.processes.keys()], [1]);
  });

  it("kills everything in the container when its memory goes over the limit of all together", async () => {
    const first = container.start(["hungry", "600"]);
    const within = container.start(["hungry", "400"]);
    assert.equal(container.outOfMemory, 0);
    const over = container.start(["hungry", "1"]);
    const ends = await Promise.all([first.finished, within.finished, over.finished]);
    assert.deepEqual(
      ends.map(({ code }) => code),
      [137, 137, 137],
    );
    assert.equal(container.outOfMemory, 1);
    assert.deepEqual([...container.processes.processes.keys()], []);
  });

  it("tells a command that is not there from one that may not be run", () => {
    container.files.write("/tmp/script", "#!/bin/sh\n");
    assert.throws(() => container.start(["nosuch"]), CommandNotFound);
    assert.throws(() => container.start(["/bin/nosuch"]), CommandNotFound);
    assert.throws(() => container.start(["/tmp/script"]), PermissionDenied);
  });

  it("runs a script by its first line", async () => {
    container.files.write("/tmp/script", "#!/bin/sh\necho $0 $1\n", { mode: 0o755 });
    assert.equal((await container.run(["/tmp/script", "x"])).out, "/tmp/script x\n");
  });

  it("ends everything at once", async () => {
    const all = [container.start(["idle"]), container.start(["graceful"])];
    container.kill();
    assert.deepEqual(await Promise.all(all.map(async ({ finished }) => (await finished).code)), [137, 137]);
  });
});
