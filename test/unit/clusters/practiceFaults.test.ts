import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openStep } from "../../../src/checks/stepSession.ts";
import type { StepSession, StepSnapshot } from "../../../src/checks/stepSnapshot.ts";
import type { LessonCluster } from "../../../src/clusters/cluster.ts";
import { delay, systemClock } from "../../../src/common/clock.ts";
import { loadCourse } from "../../../src/lessons/loadCourse.ts";
import { ProgressStore } from "../../../src/lessons/progressStore.ts";
import { projectRoot } from "../../../src/tools/projectRoot.ts";
import { type DecoyServer, startDecoy, startDecoyProxy } from "./support/decoyServer.ts";
import { type LessonMachine, makeLessonMachine, reached, silent } from "./support/lessonMachine.ts";

const configMap = "/api/v1/namespaces/default/configmaps";

/** Writes one object, so that its survival can be seen. */
async function writeDown(cluster: LessonCluster, name: string): Promise<void> {
  const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { kept: "yes" } };
  await cluster.client.request("POST", configMap, { body });
}

describe("the practice cluster's process, when something happens to it", () => {
  let machine: LessonMachine;
  let cluster: LessonCluster;

  beforeEach(async () => {
    machine = await makeLessonMachine();
    cluster = await machine.provider().open(silent);
  });
  afterEach(async () => {
    cluster.dispose();
    await machine.remove();
  });

  it("is started again by itself after SIGKILL, with everything that was answered", async () => {
    await writeDown(cluster, "before");
    const before = await machine.instance();
    process.kill(before.pid, "SIGKILL");
    await reached(cluster, "unreachable");
    await reached(cluster, "ready");
    const after = await machine.instance();
    assert.notEqual(after.pid, before.pid);
    assert.equal(after.port, before.port, "terminals and windows find it where it was");
    const found = await cluster.client.request("GET", `${configMap}/before`);
    assert.deepEqual(found instanceof Object && "data" in found && found.data, { kept: "yes" });
  });

  it("is not made again by a window that has it open when another window deletes it", async () => {
    const { pid } = await machine.instance();
    await machine.provider().remove(silent);
    await untilGone(pid);
    await reached(cluster, "unreachable");
    // long enough for a start: nothing tells of what does not happen
    await delay(systemClock, 1_500);
    await assert.rejects(machine.instance(), /ENOENT/);
    assert.equal(cluster.health.state, "unreachable");
  });

  it("moves to another port when its own is taken, and is the same cluster there", async () => {
    await writeDown(cluster, "before");
    const before = await machine.instance();
    process.kill(before.pid, "SIGKILL");
    const squatter = await takeOver(before.port);
    try {
      await reached(cluster, "unreachable");
      await reached(cluster, "ready");
      assert.notEqual((await machine.instance()).port, before.port);
      await cluster.client.request("GET", `${configMap}/before`);
      assert.deepEqual(squatter.requests, []);
      assert.ok(
        squatter.connections() > 0,
        "it was knocked at: the certificate is what kept the request back",
      );
    } finally {
      await squatter.stop();
    }
  });

  it("is started after a restart of the machine, whoever has its process number now", async () => {
    const { pid, port } = await machine.instance();
    const storage = join(machine.folder, "storage", "practice");
    cluster.dispose();
    process.kill(pid, "SIGKILL");
    await untilGone(pid);
    await writeFile(join(storage, "data", "lock"), `${process.ppid} started-long-ago\n`);
    await writeFile(join(storage, "instance.json"), JSON.stringify({ pid: process.ppid, port }));
    cluster = await machine.provider().open(silent);
    assert.equal(cluster.health.state, "ready");
  });

  it("is the same cluster for two windows that open while it is gone", async () => {
    const { pid } = await machine.instance();
    process.kill(pid, "SIGKILL");
    const [second, third] = await Promise.all([
      machine.provider().open(silent),
      machine.provider().open(silent),
    ]);
    assert.deepEqual(second.identity, cluster.identity);
    assert.deepEqual(third.identity, cluster.identity);
    second.dispose();
    third.dispose();
  });
});

describe("an open step, when the practice cluster is killed", () => {
  let machine: LessonMachine;
  let cluster: LessonCluster;
  let session: StepSession;
  const seen: StepSnapshot[] = [];
  let look = (_snapshot: StepSnapshot) => {};

  const until = (reachedIt: (snapshot: StepSnapshot) => boolean) =>
    new Promise<StepSnapshot>((resolve) => {
      look = (snapshot) => {
        if (reachedIt(snapshot)) {
          resolve(snapshot);
        }
      };
      look(session.snapshot);
    });
  const states = ({ checks }: StepSnapshot) =>
    Object.fromEntries(checks.map(({ id, verdict }) => [id, verdict.state]));

  before(async () => {
    machine = await makeLessonMachine();
    cluster = await machine.provider().open(silent);
    const { course } = await loadCourse(join(projectRoot, "lessons", "statefulset"));
    const chapter = course?.chapters[0];
    const step = chapter?.steps.find(({ id }) => id === "1.2");
    assert.ok(chapter && step);
    session = openStep({
      chapter,
      step,
      cluster,
      folder: join(machine.folder, "course"),
      store: await ProgressStore.open(join(machine.folder, "progress"), "course", "uid", systemClock),
      listener: (snapshot) => {
        seen.push(snapshot);
        look(snapshot);
      },
    });
  });
  after(async () => {
    session.dispose();
    cluster.dispose();
    await machine.remove();
  });

  it("cannot tell while it is gone, is never wrong, and says by itself what it said before", async () => {
    const askCluster = new Set(
      (await until(({ phase, checks }) => phase === "open" && checks.length > 0)).checks
        .filter(({ kind }) => kind === "api" || kind === "trace")
        .map(({ id }) => id),
    );
    const isLoaded = ({ checks }: StepSnapshot) =>
      checks.length > 0 &&
      checks.every(({ verdict }) => verdict.state !== "cannotTell" && verdict.state !== "passed") &&
      checks.filter(({ id }) => askCluster.has(id)).every(({ observed }) => observed !== "");
    const before = states(await until(isLoaded));
    assert.ok(askCluster.size > 0);
    seen.length = 0;
    process.kill((await machine.instance()).pid, "SIGKILL");
    await until(({ checks }) =>
      checks.filter(({ id }) => askCluster.has(id)).every(({ verdict }) => verdict.state === "cannotTell"),
    );
    const recovered = await until((snapshot) => JSON.stringify(states(snapshot)) === JSON.stringify(before));
    assert.equal(recovered.phase, "open");
    const verdicts = seen.flatMap((snapshot) => Object.entries(states(snapshot)));
    assert.deepEqual(
      verdicts.filter(([id, state]) => askCluster.has(id) && state === "wrong" && before[id] !== "wrong"),
      [],
    );
  });
});

describe("a learner's other clusters", () => {
  let machine: LessonMachine;
  let cluster: LessonCluster;
  let decoy: DecoyServer;
  let proxy: DecoyServer;
  let learnersKubeconfig: string;
  const environmentBefore = { ...process.env };

  before(async () => {
    [decoy, proxy] = await Promise.all([startDecoy(), startDecoyProxy()]);
    machine = await makeLessonMachine();
    learnersKubeconfig = join(machine.folder, "home", ".kube", "config");
    await mkdir(join(machine.folder, "home", ".kube"), { recursive: true });
    await writeFile(learnersKubeconfig, decoy.kubeconfig);
    Object.assign(process.env, {
      HOME: join(machine.folder, "home"),
      KUBECONFIG: learnersKubeconfig,
      KUBERNETES_SERVICE_HOST: "127.0.0.1",
      KUBERNETES_SERVICE_PORT: String(decoy.port),
      KUBERNETES_MASTER: `https://127.0.0.1:${decoy.port}`,
      HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
      https_proxy: `http://127.0.0.1:${proxy.port}`,
      ALL_PROXY: `http://127.0.0.1:${proxy.port}`,
    });
    cluster = await machine.provider().open(silent);
  });
  after(async () => {
    for (const name of Object.keys(process.env)) {
      delete process.env[name];
    }
    Object.assign(process.env, environmentBefore);
    cluster.dispose();
    await machine.remove();
    await Promise.all([decoy.stop(), proxy.stop()]);
  });

  const nothingReached = () => {
    assert.deepEqual(decoy.requests, []);
    assert.deepEqual(proxy.requests, []);
    assert.equal(decoy.connections() + proxy.connections(), 0, "not even knocked at");
  };

  it("is a decoy that would be reached by a kubectl of the learner's own", async function () {
    if (!machine.kubectlPath) {
      this.skip();
    }
    const own = await startDecoy();
    const { spawnProgram } = await import("../../../src/kubectl/spawnProgram.ts");
    const path = join(machine.folder, "own");
    await writeFile(path, own.kubeconfig);
    const environment = { KUBECONFIG: path, HOME: machine.folder };
    await spawnProgram(machine.kubectlPath, ["get", "pods"], { environment, timeLimitMs: 15_000 });
    assert.ok(own.requests.length > 0, "without this the other tests would prove nothing");
    await own.stop();
  });

  it("see no request of the client, the watches or kubectl, whatever the environment says", async () => {
    await cluster.client.request("GET", "/api/v1/nodes");
    await new Promise<void>((resolve) => {
      const observation = cluster.watches.observe(
        { apiVersion: "v1", plural: "pods" },
        {
          changed: ({ synced }) => {
            if (synced) {
              resolve();
              observation.dispose();
            }
          },
        },
      );
    });
    if (machine.kubectlPath) {
      const outcome = await cluster.kubectl.run(["get", "nodes", "-o", "name"]);
      assert.ok(outcome.state === "ran", JSON.stringify(outcome));
      assert.match(outcome.stdout, /^node\//, outcome.stderr);
    }
    nothingReached();
  });

  it("see nothing when the learner switches contexts", async () => {
    const before = await readFile(learnersKubeconfig, "utf8");
    await writeFile(learnersKubeconfig, before.replaceAll("decoy", "production"));
    await cluster.client.request("GET", "/api/v1/nodes");
    if (machine.kubectlPath) {
      const outcome = await cluster.kubectl.run(["config", "current-context"]);
      assert.ok(outcome.state === "ran" && outcome.stdout.trim() === "practice", JSON.stringify(outcome));
    }
    nothingReached();
    assert.equal(await readFile(learnersKubeconfig, "utf8"), before.replaceAll("decoy", "production"));
  });

  it("see nothing when the lesson's kubeconfig is made to name one of them", async () => {
    const { pid } = await machine.instance();
    await writeFile(cluster.kubeconfigPath, decoy.kubeconfig);
    const outcome = await cluster.kubectl.run(["delete", "pods", "--all"]);
    assert.equal(outcome.state, machine.kubectlPath ? "refused" : "notFound");
    await machine.provider().remove(silent);
    await untilGone(pid);
    nothingReached();
  });
});

/** Listens on the port of a process that was just killed, as soon as the system lets go of it. */
async function takeOver(port: number): Promise<DecoyServer> {
  for (;;) {
    try {
      return await startDecoy(port);
    } catch (error) {
      assert.match(String(error), /EADDRINUSE/);
      await delay(systemClock, 2);
    }
  }
}

/** A process ends by itself when its data folder is removed under it. */
async function untilGone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    // no child of this code: nobody tells of its end
    await delay(systemClock, 20);
  }
}
