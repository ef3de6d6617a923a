import assert from "node:assert/strict";
import { evaluateApiCheck } from "../../../src/checks/apiCheck.ts";
import { evaluateFileCheck } from "../../../src/checks/fileCheck.ts";
import { Journal } from "../../../src/checks/journal.ts";
import { judgeKubectlRun } from "../../../src/checks/kubectlCheck.ts";
import type { ClusterView } from "../../../src/checks/lookup.ts";
import { evaluateTraceCheck } from "../../../src/checks/traceCheck.ts";
import type { Finding } from "../../../src/checks/verdict.ts";
import type { ResourceSnapshot, WatchedChange } from "../../../src/clusters/cluster.ts";
import type { KubernetesObject } from "../../../src/common/kubernetes/objects.ts";
import type { ApiCheck, FileCheck, KubectlCheck, TraceCheck } from "../../../src/lessons/check.ts";

const text = (words: string) => ({ ja: words, en: words });
const base = { id: "c", title: text("t"), expected: text("e") };
const pods = { apiVersion: "v1", plural: "pods" };

function view(objects: readonly KubernetesObject[], problem?: ResourceSnapshot["problem"]): ClusterView {
  const byName = new Map(objects.map((object) => [`ns/${object.metadata?.name}`, object]));
  return { snapshotOf: () => ({ objects: byName, synced: true, confirmedAt: 0, problem }) };
}

function words({ verdict }: Finding): string {
  return "message" in verdict ? `${verdict.state}: ${verdict.message.en}` : verdict.state;
}

describe("an api check", () => {
  const check: ApiCheck = {
    ...base,
    kind: "api",
    look: { set: { apiVersion: "apps/v1", plural: "statefulsets", name: "db" } },
    expect: [
      { of: "set", path: "spec.replicas", equals: 3, say: text("has {{ set.spec.replicas }}") },
      {
        of: "set",
        path: "status.readyReplicas",
        equals: 3,
        say: text("ready {{ set.status.readyReplicas }}"),
      },
    ],
    diagnose: [{ cel: "set.spec.paused == true", verdict: "wrong", say: text("paused") }],
  };
  const set = (spec: object, status: object) =>
    view([Object.assign({ metadata: { name: "db" } }, { spec, status })]);
  const say = (seen: ClusterView) => words(evaluateApiCheck(check, seen));

  it("passes when every expectation holds", () => {
    assert.equal(say(set({ replicas: 3 }, { readyReplicas: 3 })), "passed");
  });
  it("is not yet while the object is missing or its status settles", () => {
    assert.equal(say(view([])), "notYet: has –");
    assert.equal(say(set({ replicas: 3 }, {})), "notYet: ready –");
  });
  it("is wrong where the spec says otherwise, or a diagnosis is true", () => {
    assert.equal(say(set({ replicas: 5 }, {})), "wrong: has 5");
    assert.equal(say(set({ replicas: 3, paused: true }, {})), "wrong: paused");
  });
  it("cannot tell while the cluster cannot be asked, even if the last state was wrong", () => {
    const gone = view([], { reason: "unreachable", detail: "refused" });
    assert.match(say(gone), /^cannotTell: .*refused/);
    assert.match(say(view([], { reason: "forbidden", detail: "pods" })), /^cannotTell/);
  });
});

describe("a trace check", () => {
  const fact = (name: "created" | "ready" | "deleted", pod: string) => ({ fact: name, ...pods, name: pod });
  const check: TraceCheck = {
    ...base,
    kind: "trace",
    order: [fact("ready", "db-0"), fact("created", "db-1")],
    never: [fact("deleted", "db-0")],
    waiting: text("waiting"),
    violated: text("violated"),
    look: {},
    diagnose: [],
  };
  const change = (
    type: WatchedChange["type"],
    name: string,
    revision: number,
    ready: boolean,
    uid = name,
    initial = false,
  ): WatchedChange => {
    const status = { conditions: [{ type: "Ready", status: ready ? "True" : "False" }] };
    const metadata = { name, uid, resourceVersion: String(revision) };
    return { type, resource: pods, object: Object.assign({ metadata }, { status }), at: revision, initial };
  };
  const verdict = (changes: readonly WatchedChange[], traced = check) => {
    const journal = new Journal();
    for (const one of changes) {
      journal.record(one);
    }
    return words(evaluateTraceCheck(traced, journal.entries, view([])));
  };

  it("passes when the facts came in order", () => {
    const made = [change("ADDED", "db-0", 9, false), change("MODIFIED", "db-0", 10, true)];
    assert.equal(verdict([...made, change("ADDED", "db-1", 11, false)]), "passed");
  });
  it("waits for facts that are missing", () => {
    assert.equal(verdict([change("ADDED", "db-0", 1, false)]), "notYet: waiting");
  });
  it("is wrong when all came, but in another order", () => {
    const made = [change("ADDED", "db-0", 1, false), change("ADDED", "db-1", 2, false)];
    assert.equal(verdict([...made, change("MODIFIED", "db-0", 3, true)]), "wrong: violated");
  });
  it("is wrong when a fact came that must not", () => {
    assert.equal(
      verdict([change("ADDED", "db-0", 1, false), change("DELETED", "db-0", 2, false)]),
      "wrong: violated",
    );
  });
  it("asks for a new object after a deletion, not the one of before", () => {
    const again: TraceCheck = {
      ...check,
      order: [fact("deleted", "db-0"), fact("created", "db-0")],
      never: [],
    };
    const before = [change("ADDED", "db-0", 1, true, "a", true), change("DELETED", "db-0", 5, true, "a")];
    assert.equal(verdict(before, again), "notYet: waiting");
    assert.equal(verdict([...before, change("ADDED", "db-0", 6, false, "b")], again), "passed");
  });
});

describe("a kubectl check", () => {
  const check: KubectlCheck = {
    ...base,
    kind: "kubectl",
    args: ["get", "x"],
    watches: [],
    exitCode: 0,
    stdout: "^yes$",
    else: "notYet",
    say: text("no row"),
    diagnose: [{ stdout: "no", verdict: "wrong", say: text("saw {{ stdout }}") }],
  };
  const ran = (exitCode: number, stdout: string, stderr = "") =>
    words(judgeKubectlRun(check, { state: "ran", exitCode, stdout, stderr, durationMs: 1 }));

  it("judges exit code and output", () => {
    assert.equal(ran(0, "yes\n"), "passed");
    assert.equal(ran(0, ""), "notYet: no row");
    assert.equal(ran(0, "no\n"), "wrong: saw no");
    assert.equal(ran(1, "yes\n"), "notYet: no row");
  });
  it("cannot tell when the cluster refused or did not answer", () => {
    assert.match(ran(1, "", "The connection to the server 127.0.0.1:1 was refused - did you"), /^cannotTell/);
    assert.match(ran(1, "", "Error from server (Forbidden): pods is forbidden"), /^cannotTell/);
  });
  it("cannot tell when kubectl hangs or is not there", () => {
    const outcomes = [
      { state: "timedOut", limitMs: 10_000, stdout: "", stderr: "" },
      { state: "notFound", lookup: { state: "missing", searched: [] } },
      { state: "refused", detail: "another cluster" },
    ] as const;
    for (const outcome of outcomes) {
      assert.equal(judgeKubectlRun(check, outcome).verdict.state, "cannotTell");
    }
  });
});

describe("a file check", () => {
  const check: FileCheck = {
    ...base,
    kind: "file",
    file: "a.yaml",
    document: { kind: "Deployment", name: "web" },
    expect: [{ path: "spec.replicas", equals: 3, say: text("has {{ value }}") }],
  };
  const judge = (content: string) => evaluateFileCheck(check, { state: "read", text: content });
  const manifest = (replicas: number) =>
    `kind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: ${replicas} # mine\n`;

  it("finds its document among several and tells where the field stands", () => {
    assert.equal(words(judge(`kind: Service\n---\n${manifest(3)}`)), "passed");
    const finding = judge(manifest(2));
    assert.equal(words(finding), "wrong: has 2");
    assert.deepEqual(finding.location, { file: "a.yaml", line: 4, column: 13 });
  });
  it("tells a file that is no YAML, empty, or too large", () => {
    assert.match(words(judge("kind: [")), /^wrong: a.yaml is not YAML at line 1/);
    assert.match(words(judge("")), /^wrong: There is no Deployment web/);
    assert.match(words(evaluateFileCheck(check, { state: "tooLarge", size: 5_000_000 })), /5\.0 MB/);
  });
  it("waits for a file that is not there, and cannot tell of one it may not read", () => {
    assert.match(words(evaluateFileCheck(check, { state: "missing" })), /^notYet/);
    assert.match(words(evaluateFileCheck(check, { state: "unreadable", detail: "EACCES" })), /^cannotTell/);
  });
});
