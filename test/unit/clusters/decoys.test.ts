import assert from "node:assert/strict";
import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { openStep } from "../../../src/checks/stepSession.ts";
import type { StepSession, StepSnapshot } from "../../../src/checks/stepSnapshot.ts";
import type { CheckView } from "../../../src/checks/verdict.ts";
import type { LessonCluster } from "../../../src/clusters/cluster.ts";
import { createProvider } from "../../../src/clusters/index.ts";
import { certificateFingerprint } from "../../../src/clusters/kubeconfigFile.ts";
import { openCluster } from "../../../src/clusters/openCluster.ts";
import { systemClock } from "../../../src/common/clock.ts";
import { SentLog, sentLine } from "../../../src/common/sentLog.ts";
import { spawnProgram } from "../../../src/kubectl/spawnProgram.ts";
import { actionCommand } from "../../../src/lessons/actionCommand.ts";
import type { Step } from "../../../src/lessons/course.ts";
import { loadCourse } from "../../../src/lessons/loadCourse.ts";
import { ProgressStore } from "../../../src/lessons/progressStore.ts";
import { commandLine, type KubectlAction, tried } from "../../../src/manifests/actions/action.ts";
import {
  claimsAction,
  deleteAction,
  partitionAction,
  restartAction,
  rolloutStatusAction,
  scaleAction,
} from "../../../src/manifests/actions/setActions.ts";
import { LiveView } from "../../../src/manifests/editor/liveView.ts";
import { ManifestFile } from "../../../src/manifests/source/manifestFile.ts";
import { Scene } from "../../../src/manifests/workspace/scene.ts";
import { loadCertificates } from "../../../src/practiceCluster/bootstrap/identityFiles.ts";
import { projectRoot } from "../../../src/tools/projectRoot.ts";
import { terminalEnvironment } from "../../../src/views/terminalEnvironment.ts";
import { type DecoyServer, startDecoy, startDecoyProxy } from "./support/decoyServer.ts";
import { fakeTools } from "./support/fakeTools.ts";
import { type LessonMachine, makeLessonMachine, reached, silent } from "./support/lessonMachine.ts";

const set = `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: web, namespace: dojo-network }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } } }
`;

/** The steps whose checks are, together, of all five kinds. */
const steps = ["2.6", "1.3"];

describe("a decoy of another cluster", function () {
  this.timeout(180_000);
  let machine: LessonMachine;
  let cluster: LessonCluster;
  let decoy: DecoyServer;
  let proxy: DecoyServer;
  let home: string;
  let actions = 0;
  const sent = new SentLog();
  const environmentBefore = { ...process.env };

  before(async function () {
    [decoy, proxy] = await Promise.all([startDecoy(), startDecoyProxy()]);
    machine = await makeLessonMachine();
    if (!machine.kubectlPath) {
      this.skip();
    }
    home = join(machine.folder, "home");
    const kubeconfig = join(home, ".kube", "config");
    await mkdir(dirname(kubeconfig), { recursive: true });
    await writeFile(kubeconfig, decoy.kubeconfig);
    await writeFile(
      join(home, ".bashrc"),
      `export KUBECONFIG='${kubeconfig}'\nalias kubectl='kubectl --kubeconfig ~/.kube/config'\n`,
    );
    Object.assign(process.env, {
      HOME: home,
      KUBECONFIG: kubeconfig,
      KUBERNETES_SERVICE_HOST: "127.0.0.1",
      KUBERNETES_SERVICE_PORT: String(decoy.port),
      KUBERNETES_MASTER: `https://127.0.0.1:${decoy.port}`,
      HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
      https_proxy: `http://127.0.0.1:${proxy.port}`,
    });
    cluster = await machine.provider(sent).open(silent);
  });
  after(async () => {
    for (const name of Object.keys(process.env)) {
      delete process.env[name];
    }
    Object.assign(process.env, environmentBefore);
    cluster?.dispose();
    await machine.remove();
    await Promise.all([decoy.stop(), proxy.stop()]);
  });
  afterEach(() => {
    assert.deepEqual([...decoy.requests, ...proxy.requests], []);
    assert.equal(decoy.connections() + proxy.connections(), 0, "not even knocked at");
  });

  for (const id of steps) {
    it(`sees nothing of step ${id}: its start, every check, its watches and its reset`, async () => {
      const { session, step, until } = await open(id, cluster, machine);
      try {
        await until(({ phase, checks }) => phase === "open" && checks.length === step.checks.length);
        for (const question of step.questions) {
          await session.answer(
            question.id,
            question.form === "choice" ? (question.choices[0]?.id ?? "") : "x",
          );
        }
        session.commandEnded();
        const asked = step.checks.filter(({ kind }) => kind !== "trace").map((check) => check.id);
        const seen = await until(
          ({ checks }) =>
            checks.filter((view) => asked.includes(view.id) && view.observed === "").length === 0,
        );
        assert.deepEqual(
          seen.checks.filter(({ verdict }) => verdict.state === "cannotTell"),
          [],
        );
        actions += step.checks.length + step.start.length;
        assert.ok((await session.whatResetRemoves()).length > 0);
        await session.reset();
        assert.equal(session.snapshot.phase, "open", session.snapshot.problem?.en);
        actions += 2;
      } finally {
        session.dispose();
      }
    });
  }

  it("sees nothing of the lenses: what they watch, what they try, what they type", async () => {
    const view = await new Promise<LiveView>((resolve) => {
      const made = new LiveView({ watches: cluster.watches, namespace: "dojo-network" }, () => {
        if (made.state) {
          resolve(made);
        }
      });
    });
    const object = ManifestFile.read("web.yaml", set).documents[0]?.document.objects[0];
    assert.ok(object);
    const scene = new Scene([object], view.state);
    const all: readonly KubectlAction[] = [
      rolloutStatusAction(object),
      claimsAction(object),
      scaleAction(object, 3, scene),
      partitionAction(object, 1),
      restartAction(object),
      deleteAction(object),
    ];
    for (const action of all.filter(({ canTry }) => canTry)) {
      const outcome = await cluster.kubectl.run(tried(action));
      assert.ok(outcome.state === "ran" && outcome.exitCode === 0, JSON.stringify(outcome));
      actions += 1;
    }
    const said = await typedInTerminal(all.map(commandLine));
    assert.match(said, /statefulset\.apps\/web scaled\n/);
    assert.match(said, /statefulset\.apps "web" deleted/);
    view.dispose();
  });

  it("sees nothing of what the page types in the terminal, whatever .bashrc says", async () => {
    const { course } = await loadCourse(join(projectRoot, "lessons", "statefulset"));
    const found = course?.chapters.flatMap((chapter) => chapter.steps).filter(({ id }) => steps.includes(id));
    const commands = (found ?? [])
      .flatMap((step) => step.actions.map(actionCommand))
      .filter((command) => command !== undefined)
      // a watch ends only with the learner
      .map((command) => command.replace(/ -w$/, ""));
    assert.ok(commands.length > 5);
    const said = await typedInTerminal([
      ...commands,
      "kubectl config current-context",
      "k get nodes -o name",
    ]);
    assert.match(said, /^practice$/m);
    assert.match(said, /^node\//m);
  });

  it("sees nothing of the doctor, which looks at kubectl, kind and docker", async () => {
    const tools = await fakeTools(join(machine.folder, "tools"), {});
    const doctor = createProvider("kind", {
      storageFolder: join(machine.folder, "other"),
      programFolder: join(projectRoot, "dist"),
      kubectlPath: machine.kubectlPath,
      searchPath: tools.folder,
    });
    const found = [...(await machine.provider().prerequisites()), ...(await doctor.prerequisites())];
    assert.deepEqual(
      found.filter((each) => !each.found),
      [],
    );
    actions += found.length;
  });

  it("sees nothing through a kubeconfig of ours that was made to lead through a proxy", async () => {
    const before = await readFile(cluster.kubeconfigPath, "utf8");
    await writeFile(
      cluster.kubeconfigPath,
      before.replace(/^(\s+)server:/m, `$1proxy-url: http://127.0.0.1:${proxy.port}\n$1server:`),
    );
    const outcome = await cluster.kubectl.run(["get", "pods"]);
    assert.equal(outcome.state, "refused");
    await writeFile(cluster.kubeconfigPath, before);
    assert.equal((await cluster.kubectl.run(["get", "pods"])).state, "ran");
    actions += 2;
  });

  it("sees nothing on the port of the stopped lesson cluster, whose certificate it does not have", async () => {
    const { pid, port } = await machine.instance();
    const { session, until } = await open("2.6", cluster, machine);
    await until(({ phase }) => phase === "open");
    process.kill(pid, "SIGKILL");
    const squatter = await takeOver(port);
    try {
      await reached(cluster, "unreachable");
      session.commandEnded();
      const [request, run] = await Promise.all([
        cluster.client.request("GET", "/api/v1/nodes").catch(() => undefined),
        cluster.kubectl.run(["get", "nodes"]),
        typedInTerminal(["kubectl get nodes"]),
      ]);
      assert.ok(request === undefined || typeof request === "object");
      assert.ok(["refused", "ran"].includes(run.state), run.state);
      await reached(cluster, "ready");
      await until(({ phase, checks }) => phase === "open" && checks.length > 0 && checks.every(isSeen));
      assert.deepEqual(squatter.requests, []);
      assert.ok(squatter.connections() > 0, "it was knocked at: the certificate kept the requests back");
      actions += 4;
    } finally {
      session.dispose();
      await squatter.stop();
    }
  });

  it("is nowhere in the log of what was sent, which has everything else", () => {
    const lines = sent.entries.map((entry) => sentLine(entry, "en"));
    for (const expected of [
      /\[identity\] GET \/api\/v1\/namespaces\/kube-system → ok/,
      /\[connecting\] GET \/version → ok/,
      /\[watching\] WATCH \/api\/v1\/namespaces\/dojo-network\/pods → opened/,
      /\[start state\] kubectl apply -n dojo-network -f - → exit code 0/,
      /\[start state\] POST \/api\/v1\/namespaces → 409 AlreadyExists/,
      /\[check resolves\] kubectl exec asker .*→ exit code \d/,
      /\[starting over\] kubectl delete \S+ --all -n dojo-network/,
      /\[other\] kubectl get pods → refused: /,
    ]) {
      assert.ok(
        lines.some((line) => expected.test(line)),
        `${expected}\n${lines.join("\n")}`,
      );
    }
  });

  it("was kept out of more than forty actions", () => assert.ok(actions > 40, String(actions)));

  /** Types the lines in a bash as the terminal starts it, and returns all that is printed. */
  async function typedInTerminal(lines: readonly string[]): Promise<string> {
    const programs = join(machine.folder, "bin");
    await mkdir(programs, { recursive: true });
    await writeFile(join(programs, "k"), '#!/bin/sh\nexec kubectl "$@"\n');
    await chmod(join(programs, "k"), 0o755);
    const added = terminalEnvironment({
      kubeconfig: cluster.kubeconfigPath,
      kubectlFolder: dirname(machine.kubectlPath ?? ""),
      searchPath: environmentBefore.PATH ?? "",
      programs,
    });
    const outcome = await spawnProgram("bash", ["--noprofile", "--rcfile", join(home, ".bashrc"), "-i"], {
      environment: Object.fromEntries(
        Object.entries({ ...process.env, ...added }).map(([name, value]) => [name, value ?? undefined]),
      ),
      timeLimitMs: 150_000,
      stdin: `${lines.join("\n")}\nexit\n`,
      directory: machine.folder,
    });
    assert.ok(outcome.state === "ran", JSON.stringify(outcome));
    actions += lines.length;
    return outcome.stdout;
  }
});

describe("a server with the lesson cluster's own certificates that is another cluster", () => {
  it("is asked who it is and nothing else, by client, watches and kubectl", async function () {
    this.timeout(60_000);
    const machine = await makeLessonMachine();
    const certificates = loadCertificates(undefined, Date.now());
    const server = await startDecoy(0, certificates);
    const kubeconfigPath = join(machine.folder, "kubeconfig");
    await writeFile(kubeconfigPath, server.kubeconfig, { mode: 0o644 });
    const options = {
      kind: "practice",
      name: "practice",
      kubeconfigPath,
      homeFolder: machine.folder,
      searchPath: "",
      lookupKubectl: async () => ({
        state: "found" as const,
        path: machine.kubectlPath ?? "/bin/false",
        version: { major: 1, minor: 36, gitVersion: "v1.36.3" },
      }),
      identity: {
        certificateAuthority: certificateFingerprint(Buffer.from(certificates.authority.certificate)),
        kubeSystemUid: "lesson",
      },
    } as const;
    const question = "GET /api/v1/namespaces/kube-system";
    try {
      await assert.rejects(openCluster(options), { kind: "otherCluster" });
      assert.deepEqual([...server.requests], [question]);
      server.become("lesson");
      const cluster = await openCluster(options);
      if (process.platform !== "win32") {
        assert.equal((await stat(kubeconfigPath)).mode & 0o777, 0o600, "the key in it is the owner's alone");
      }
      server.become("another");
      await reached(cluster, "otherCluster");
      const before = server.requests.length;
      await assert.rejects(cluster.client.request("DELETE", "/api/v1/namespaces/lab"), {
        kind: "otherCluster",
      });
      assert.equal((await cluster.kubectl.run(["delete", "pods", "--all"])).state, "refused");
      const observed = await new Promise<string | undefined>((resolve) => {
        cluster.watches.observe(
          { apiVersion: "v1", plural: "secrets" },
          { changed: ({ problem }) => problem && resolve(problem.detail) },
        );
      });
      assert.match(observed ?? "", /kube-system has UID another/);
      assert.deepEqual(new Set(server.requests.slice(before)), new Set([question]));
      cluster.dispose();
    } finally {
      await server.stop();
      await machine.remove();
    }
  });
});

/** Whether the check has looked at the cluster; a question that nobody answered has nothing to show. */
function isSeen({ kind, observed, verdict }: CheckView): boolean {
  return kind === "answer" || (observed !== "" && verdict.state !== "cannotTell");
}

interface Opened {
  readonly session: StepSession;
  readonly step: Step;
  until(reachedIt: (snapshot: StepSnapshot) => boolean): Promise<StepSnapshot>;
}

async function open(id: string, cluster: LessonCluster, machine: LessonMachine): Promise<Opened> {
  const { course } = await loadCourse(join(projectRoot, "lessons", "statefulset"));
  const chapter = course?.chapters.find((each) => each.steps.some((step) => step.id === id));
  const step = chapter?.steps.find((each) => each.id === id);
  assert.ok(chapter && step);
  let look = (_snapshot: StepSnapshot) => {};
  const session = openStep({
    chapter,
    step,
    cluster,
    folder: join(machine.folder, "course", id),
    store: await ProgressStore.open(join(machine.folder, "progress"), "course", id, systemClock),
    listener: (snapshot) => look(snapshot),
  });
  return {
    session,
    step,
    until: (reachedIt) =>
      new Promise((resolve) => {
        look = (snapshot) => {
          if (reachedIt(snapshot)) {
            resolve(snapshot);
          }
        };
        look(session.snapshot);
      }),
  };
}

/** Listens on the port of a process that was just killed, as soon as the system lets go of it. */
async function takeOver(port: number): Promise<DecoyServer> {
  for (;;) {
    try {
      return await startDecoy(port);
    } catch (error) {
      assert.match(String(error), /EADDRINUSE/);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
