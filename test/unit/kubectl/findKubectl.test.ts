import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKubectl } from "../../../src/kubectl/createKubectl.ts";
import { findKubectl } from "../../../src/kubectl/findKubectl.ts";
import { foreignFlag } from "../../../src/kubectl/foreignFlags.ts";

function versionScript(minor: string): string {
  return `echo '{"clientVersion":{"major":"1","minor":"${minor}","gitVersion":"v1.${minor}.0"}}'`;
}

describe("a kubectl that is not as it should be", () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "dojo-kubectl-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function program(name: string, script: string): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
    return path;
  }

  it("is missing: says where it was looked for", async () => {
    const lookup = await findKubectl({ searchPath: `${folder}/nowhere:${folder}/else` });
    assert.deepEqual(lookup, {
      state: "missing",
      searched: [`${folder}/nowhere/kubectl`, `${folder}/else/kubectl`],
    });
  });

  it("is too old", async () => {
    const path = await program("old", versionScript("28"));
    const lookup = await findKubectl({ configuredPath: path, searchPath: "/usr/bin:/bin" });
    assert.equal(lookup.state, "tooOld");
  });

  it("is of the oldest minor that will do", async () => {
    const path = await program("good", versionScript("29+"));
    const lookup = await findKubectl({ configuredPath: path, searchPath: "/usr/bin:/bin" });
    assert.deepEqual(lookup, {
      state: "found",
      path,
      version: { major: 1, minor: 29, gitVersion: "v1.29+.0" },
    });
  });

  it("answers nonsense", async () => {
    const path = await program("nonsense", "echo hello");
    const lookup = await findKubectl({ configuredPath: path, searchPath: "/usr/bin:/bin" });
    assert.deepEqual(lookup, { state: "broken", path, detail: "exit code 0: hello" });
  });

  it("hangs: it is killed at its time limit, its children's pipes notwithstanding", async () => {
    const path = await program("hanging", "sleep 30 & sleep 30");
    const kubectl = createKubectl({
      lookup: async () => ({ state: "found", path, version: { major: 1, minor: 36, gitVersion: "v1.36.0" } }),
      kubeconfigPath: join(folder, "kubeconfig"),
      homeFolder: folder,
      searchPath: "/usr/bin:/bin",
      refuse: async () => undefined,
    });
    const startedAt = performance.now();
    const outcome = await kubectl.run(["get", "pods"], { timeLimitMs: 200 });
    assert.equal(outcome.state, "timedOut");
    assert.ok(performance.now() - startedAt < 5_000);
  });

  it("is cancelled", async () => {
    const path = await program("slow", "exec sleep 30");
    const cancel = new AbortController();
    const kubectl = createKubectl({
      lookup: async () => ({ state: "found", path, version: { major: 1, minor: 36, gitVersion: "v1.36.0" } }),
      kubeconfigPath: join(folder, "kubeconfig"),
      homeFolder: folder,
      searchPath: "/usr/bin:/bin",
      refuse: async () => undefined,
    });
    const run = kubectl.run(["get", "pods"], { signal: cancel.signal });
    cancel.abort();
    assert.deepEqual(await run, { state: "cancelled" });
  });

  it("knows nothing of the learner's environment but the lesson cluster's kubeconfig", async () => {
    const path = await program("env", 'echo "$KUBECONFIG|$HOME|$HTTPS_PROXY|$KUBERNETES_MASTER"');
    process.env.KUBERNETES_MASTER = "https://production.example";
    process.env.HTTPS_PROXY = "http://proxy.example";
    try {
      const kubectl = createKubectl({
        lookup: async () => ({
          state: "found",
          path,
          version: { major: 1, minor: 36, gitVersion: "v1.36.0" },
        }),
        kubeconfigPath: "/lesson/kubeconfig",
        homeFolder: "/lesson/home",
        searchPath: "/usr/bin:/bin",
        refuse: async () => undefined,
      });
      const outcome = await kubectl.run(["get", "pods"]);
      assert.ok(outcome.state === "ran");
      assert.equal(outcome.stdout, "/lesson/kubeconfig|/lesson/home||\n");
    } finally {
      delete process.env.KUBERNETES_MASTER;
      delete process.env.HTTPS_PROXY;
    }
  });
});

describe("flags that would leave the lesson cluster", () => {
  const foreign = [
    ["get", "pods", "--context", "production"],
    ["get", "pods", "--context=production"],
    ["--kubeconfig", "/home/me/.kube/config", "get", "pods"],
    ["-s", "https://elsewhere", "get", "pods"],
    ["-shttps://elsewhere", "get", "pods"],
    ["get", "pods", "--token=abc"],
    ["delete", "pod", "x", "--as", "admin"],
    ["get", "pods", "--as-group=system:masters", "-A"],
    ["get", "pods", "-As", "https://elsewhere"],
    ["logs", "web-0", "-fs=https://elsewhere"],
    ["get", "pods", "--insecure_skip_tls_verify"],
    ["get", "pods", "-l", "--", "--server=https://elsewhere"],
    ["get", "pods", "--kuberc=theirs"],
  ];
  for (const args of foreign) {
    it(`refuses kubectl ${args.join(" ")}`, () => {
      assert.notEqual(foreignFlag(args), undefined);
    });
  }

  const own = [
    ["get", "pods", "--show-labels"],
    ["get", "pods", "--sort-by=.metadata.name", "--selector=app=web"],
    ["exec", "web-0", "--", "psql", "-s", "--user", "postgres"],
    ["apply", "--server-side", "-f", "web.yaml"],
    ["exec", "-it", "web-0", "-c", "postgres", "--", "psql", "--user=postgres"],
    ["exec", "-i", "--", "web-0", "sh", "-s"],
    ["apply", "-fstatefulset.yaml", "-nshop", "-ojsonpath={.spec}"],
    ["get", "pods", "-l", "app=s", "--cluster-name"],
  ];
  for (const args of own) {
    it(`lets kubectl ${args.join(" ")} pass`, () => {
      assert.equal(foreignFlag(args), undefined);
    });
  }
});
