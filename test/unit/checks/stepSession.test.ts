import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStep } from "../../../src/checks/stepSession.ts";
import type { StepSession, StepSnapshot } from "../../../src/checks/stepSnapshot.ts";
import { systemClock } from "../../../src/common/clock.ts";
import type { Check } from "../../../src/lessons/check.ts";
import type { Chapter, Step } from "../../../src/lessons/course.ts";
import { ProgressStore } from "../../../src/lessons/progressStore.ts";
import { FakeCluster } from "./fakeCluster.ts";

const text = (words: string) => ({ ja: words, en: words });
const base = { title: text("t"), expected: text("e") };
const checks: readonly Check[] = [
  {
    ...base,
    id: "ready",
    kind: "api",
    look: { set: { apiVersion: "apps/v1", plural: "statefulsets", name: "db" } },
    expect: [{ of: "set", path: "status.readyReplicas", equals: 1, say: text("waiting") }],
    diagnose: [],
  },
  {
    ...base,
    id: "row",
    kind: "kubectl",
    args: ["exec", "db-0", "--", "psql"],
    watches: [{ apiVersion: "apps/v1", plural: "statefulsets" }],
    exitCode: 0,
    stdout: "yes",
    else: "notYet",
    say: text("no row"),
    diagnose: [],
  },
  {
    ...base,
    id: "file",
    kind: "file",
    file: "a.yaml",
    document: { kind: "A" },
    expect: [{ path: "n", equals: 2, say: text("n is {{ value }}") }],
  },
  {
    ...base,
    id: "order",
    kind: "trace",
    order: ["a", "b"].map((name) => ({ fact: "created" as const, apiVersion: "v1", plural: "pods", name })),
    never: [],
    waiting: text("waiting"),
    violated: text("violated"),
    look: {},
    diagnose: [],
  },
  { ...base, id: "answer", kind: "answer", question: "q", look: {} },
];
const step: Step = {
  id: "1.1",
  slug: "s",
  folder: "/nowhere",
  title: text("t"),
  minutes: 1,
  needs: { workers: 0 },
  why: text("w"),
  seen: text("s"),
  start: [],
  files: [{ path: "a.yaml", content: "kind: A\nn: 1\n" }],
  actions: [],
  questions: [
    {
      id: "q",
      purpose: "question",
      form: "choice",
      prompt: text("?"),
      choices: [
        { id: "bad", label: text("b"), correct: false, feedback: text("not so") },
        { id: "good", label: text("g"), correct: true, feedback: text("so") },
      ],
    },
  ],
  checks,
  hints: [text("1"), text("2"), text("3")],
  solution: [],
  ways: [],
  mutants: [],
  terms: [],
};
const chapter: Chapter = {
  id: "c",
  number: 1,
  title: text("c"),
  summary: text("c"),
  namespace: "dojo-c",
  restore: [{ run: "kubectl uncordon -l kubernetes.io/os=linux" }],
  steps: [step],
  end: { summary: text("c"), review: [] },
};

describe("an open step", () => {
  let folder: string;
  let cluster: FakeCluster;
  let session: StepSession;
  let store: ProgressStore;
  let waiting:
    | { readonly reached: (snapshot: StepSnapshot) => boolean; readonly done: () => void }
    | undefined;

  const until = (reached: (snapshot: StepSnapshot) => boolean) =>
    new Promise<void>((done) => {
      waiting = { reached, done };
      if (reached(session.snapshot)) {
        done();
      }
    });
  const state = (snapshot: StepSnapshot, id: string) => {
    const verdict = snapshot.checks.find((check) => check.id === id)?.verdict;
    return verdict && ("message" in verdict ? `${verdict.state}: ${verdict.message.en}` : verdict.state);
  };
  const becomes = (id: string, expected: RegExp) => until((seen) => expected.test(state(seen, id) ?? ""));
  const open = async () => {
    store = await ProgressStore.open(join(folder, "progress"), "course", "uid", systemClock);
    session = openStep({
      chapter,
      step,
      cluster,
      folder,
      store,
      listener: (snapshot) => {
        if (waiting?.reached(snapshot)) {
          waiting.done();
        }
      },
    });
    await until(({ phase, checks: views }) => phase === "open" && views.length === checks.length);
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "dojo-session-"));
    cluster = new FakeCluster();
    await open();
  });
  afterEach(async () => {
    session.dispose();
    // what is still being written must be on disk before its folder goes
    await store.update((progress) => progress);
    await rm(folder, { recursive: true, force: true });
  });

  it("re-evaluates when the cluster changes, and a passed check stays passed though the world moves on", async () => {
    await becomes("ready", /^notYet: waiting/);
    cluster.put("statefulsets", "db", { status: { readyReplicas: 1 } });
    await becomes("ready", /^passed/);
    cluster.put("statefulsets", "db", { status: { readyReplicas: 0 } });
    await until(({ checks: views }) => {
      const verdict = views.find(({ id }) => id === "ready")?.verdict;
      return verdict?.state === "passed" && verdict.movedOn !== undefined;
    });
  });

  it("mends the chapter's nodes before it begins, and before a reset waits for anything to be removed", async () => {
    const mending = "uncordon -l kubernetes.io/os=linux -n dojo-c";
    assert.equal(cluster.runs.filter((run) => run === mending).length, 1);
    cluster.runs.length = 0;
    await session.reset();
    assert.deepEqual(cluster.runs.slice(0, 2), ["start nodes", mending]);
    assert.ok(cluster.runs.some((run) => run.startsWith("delete ")));
  });

  it("does not touch the nodes when a step that was begun is opened again", async () => {
    session.dispose();
    cluster.runs.length = 0;
    await open();
    assert.ok(!cluster.runs.some((run) => run.startsWith("uncordon") || run === "start nodes"));
  });

  it("cannot tell while the cluster is away, and recovers by itself", async () => {
    cluster.lose({ reason: "unreachable", detail: "refused" });
    await becomes("ready", /^cannotTell/);
    cluster.lose(undefined);
    await becomes("ready", /^notYet: waiting/);
  });

  it("costs one kubectl for a burst of changes, and runs again after a command", async () => {
    await becomes("row", /^notYet: no row/);
    const before = cluster.runs.length;
    cluster.outcome = { state: "ran", exitCode: 0, stdout: "yes", stderr: "", durationMs: 1 };
    for (let revision = 0; revision < 20; revision++) {
      cluster.put("statefulsets", "db", { spec: { revision } });
    }
    await becomes("row", /^passed/);
    assert.equal(cluster.runs.length - before, 1);
    assert.equal(cluster.runs.at(-1), "exec db-0 -n dojo-c -- psql");
    cluster.outcome = { state: "ran", exitCode: 1, stdout: "", stderr: "", durationMs: 1 };
    session.commandEnded();
    await until(() => cluster.runs.length - before === 2);
  });

  it("sees the learner's file and answer change", async () => {
    await becomes("file", /^wrong: n is 1/);
    await writeFile(join(folder, "a.yaml"), "kind: A\nn: 2\n");
    await becomes("file", /^passed/);
    await session.answer("q", "bad");
    await becomes("answer", /^wrong: not so/);
    await session.answer("q", "good");
    await becomes("answer", /^passed/);
  });

  it("judges whatever the learner's file is made of, and never mistakes it for the wanted one", async () => {
    const write = (content: string) => writeFile(join(folder, "a.yaml"), content);
    await becomes("file", /^wrong: n is 1/);
    await write("kind: A\n  n: 2\n");
    await becomes("file", /^wrong: a.yaml is not YAML at line 1, column 7/);
    await write("");
    await becomes("file", /^wrong: There is no A in a.yaml/);
    await write(["B", "C", "A", "D", "E"].map((kind) => `kind: ${kind}\nn: 2\n`).join("---\n"));
    await becomes("file", /^passed/);
    await write(`kind: A\nn: 2\ntext: ${"x".repeat(5_000_000)}\n`);
    await until(({ checks: views }) => {
      const verdict = views.find(({ id }) => id === "file")?.verdict;
      return verdict?.state === "passed" && /5\.0 MB/.test(verdict.movedOn?.en ?? "");
    });
  });

  it("records what comes, with or without a file for the journal", async () => {
    cluster.put("pods", "a", {});
    cluster.put("pods", "b", {});
    await becomes("order", /^passed/);
  });

  it("finds answers and passed checks again after a reload", async () => {
    await session.answer("q", "good");
    await becomes("answer", /^passed/);
    await until(({ progress }) => progress.passedChecks.answer !== undefined);
    session.dispose();
    await open();
    await becomes("answer", /^passed/);
  });
});
