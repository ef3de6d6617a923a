import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeRecord } from "../../../src/clusters/clusterRecord.ts";
import { createProvider } from "../../../src/clusters/index.ts";
import { KindProvider } from "../../../src/clusters/kind/kindProvider.ts";
import { UserError } from "../../../src/common/userError.ts";
import { type FakeTools, type FakeToolsOptions, fakeTools } from "./support/fakeTools.ts";

const name = "statefulset-dojo";

describe("kind, when something is in the way", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "dojo-kind-faults-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const storage = () => join(folder, "storage");
  async function provider(options: FakeToolsOptions) {
    const tools = await fakeTools(join(folder, "bin"), options);
    const made = createProvider("kind", {
      storageFolder: storage(),
      programFolder: "dist",
      searchPath: tools.folder,
    });
    return { tools, provider: made };
  }

  /** Opening fails with that code, in both languages, and kind was asked for nothing but its version and its clusters. */
  async function refuses(options: FakeToolsOptions, code: string, words: RegExp): Promise<FakeTools> {
    const { tools, provider: made } = await provider(options);
    const told = await rejectionOf(made.open({ report: () => undefined }));
    assert.equal(told.code, code);
    assert.match(told.text.en, words);
    assert.match(told.text.ja, /[ぁ-ん]/);
    return tools;
  }

  const harmless = (calls: readonly string[]) =>
    calls.every((call) => call === "version -q" || call === "get clusters -q");

  for (const [what, options, code, words] of [
    ["kind is missing", { kind: "missing" }, "kind-missing", /kind is not on the PATH.*practice cluster/],
    ["kind does not answer", { kind: "broken" }, "kind-broken", /bin\/kind .*cannot execute/],
    ["docker is missing", { docker: "missing" }, "docker-missing", /Install Docker/],
    [
      "docker is not running",
      { docker: "stopped" },
      "docker-not-running",
      /Is the docker daemon running\?.*Start Docker/,
    ],
  ] as const) {
    it(`says that ${what}, and what to do next`, async () => {
      const tools = await refuses(options, code, words);
      assert.ok(harmless(await tools.calls()));
    });

    it(`names it among the prerequisites that ${what}`, async () => {
      const { provider: made } = await provider(options);
      const found = await made.prerequisites();
      const id = what.startsWith("kind") ? "kind" : "docker";
      const missing = found.find((each) => each.id === id);
      assert.equal(missing?.found, false);
      assert.match(missing?.remedy?.en ?? "", words);
      assert.equal(found.find((each) => each.id !== id && each.id !== "kubectl")?.found, true);
    });
  }

  it("cleans up when kind create fails half way, and says why", async () => {
    const { tools, provider: made } = await provider({ kind: "createFails", clusters: ["somebody-elses"] });
    const phases: string[] = [];
    const told = await rejectionOf(made.open({ report: ({ en }) => phases.push(en) }));
    assert.equal(told.code, "kind-create-failed");
    assert.match(told.text.en, /could not find a log line that matches "Reached target"/);
    assert.deepEqual(await tools.clusters(), ["somebody-elses"]);
    assert.ok(phases.some((phase) => phase.startsWith("kind: Preparing nodes")));
    assert.deepEqual(await readdir(storage()).catch(() => []), [], "nothing of a half made cluster is kept");
    const deleted = (await tools.calls()).filter((call) => call.startsWith("delete"));
    assert.equal(deleted.length, 1);
    assert.match(deleted[0] ?? "", new RegExp(`^delete cluster --name ${name} `));
  });

  it("leaves no cluster that it could not find again, when kind made one that does not answer", async () => {
    const { tools, provider: made } = await provider({});
    assert.equal((await rejectionOf(made.open({ report: () => undefined }))).code, "kind-create-failed");
    assert.deepEqual(await tools.clusters(), []);
  });

  it("leaves nothing when it is cancelled while kind is at work", async () => {
    const { tools, provider: made } = await provider({ kind: "createHangs" });
    const cancelling = new AbortController();
    const report = ({ en }: { readonly en: string }) => {
      if (en.includes("Preparing nodes")) {
        cancelling.abort();
      }
    };
    assert.equal((await rejectionOf(made.open({ report }, cancelling.signal))).code, "kind-cancelled");
    assert.deepEqual(await tools.clusters(), []);
    assert.deepEqual(await readdir(storage()), [], "neither a half made cluster's files nor a lock");
  });

  it("makes nothing when it was cancelled before it began", async () => {
    const { tools, provider: made } = await provider({});
    const told = await rejectionOf(made.open({ report: () => undefined }, AbortSignal.abort()));
    assert.match(told.code, /^kind-/);
    assert.deepEqual(
      (await tools.calls()).filter((call) => call.startsWith("create")),
      [],
    );
  });

  it("deletes what a killed editor left half made, and makes it anew", async () => {
    const { tools, provider: made } = await provider({ kind: "createFails", clusters: [name] });
    await mkdir(join(storage(), "kind"), { recursive: true });
    await writeFile(join(storage(), "kind", "unfinished"), "");
    const said: string[] = [];
    assert.equal(
      (await rejectionOf(made.open({ report: ({ en }) => said.push(en) }))).code,
      "kind-create-failed",
    );
    assert.ok(said.some((each) => each.includes("half made cluster of last time")));
    const verbs = (await tools.calls()).map((call) => call.split(" ")[0]);
    const firstDelete = verbs.indexOf("delete");
    assert.ok(firstDelete >= 0 && firstDelete < verbs.indexOf("create"), verbs.join(" "));
    assert.deepEqual(await tools.clusters(), []);
  });

  it("removes what a killed editor left half made", async () => {
    const { tools, provider: made } = await provider({ clusters: [name, "somebody-elses"] });
    await mkdir(join(storage(), "kind"), { recursive: true });
    await writeFile(join(storage(), "kind", "unfinished"), "");
    await made.remove({ report: () => undefined });
    assert.deepEqual(await tools.clusters(), ["somebody-elses"]);
    assert.deepEqual(await readdir(storage()), []);
  });

  it("starts containers that stand still, its own alone, before it asks the cluster anything", async () => {
    const tools = await fakeTools(join(folder, "bin"), {
      clusters: [name],
      containers: { [`${name}-control-plane`]: "exited", [`${name}-worker`]: "paused" },
    });
    const own = join(storage(), "kind");
    await mkdir(own, { recursive: true });
    await writeRecord(join(own, "identity.json"), {
      certificateAuthority: "a".repeat(64),
      kubeSystemUid: "11111111-2222-4333-8444-555555555555",
    });
    const made = new KindProvider({
      name: "kind",
      folder: own,
      lookupKubectl: async () => ({ state: "missing", searched: [] }),
      homeFolder: storage(),
      environment: { searchPath: tools.folder, variables: {} },
      startLimitMs: 0,
    });
    const said: string[] = [];
    assert.equal(
      (await rejectionOf(made.open({ report: ({ en }) => said.push(en) }))).code,
      "kind-no-answer",
    );
    const [listed, ...started] = await tools.engineCalls();
    assert.match(listed ?? "", new RegExp(`--filter label=io\\.x-k8s\\.kind\\.cluster=${name} `));
    assert.deepEqual(started, [`unpause ${name}-worker`, `start ${name}-control-plane`]);
    assert.match(said.join(), /waiting for them to answer/);
    assert.deepEqual(await tools.clusters(), [name], "and a cluster that does not answer is not given up");
  });

  it("waits for another window, says which, and goes on when that is done", async () => {
    const { provider: made } = await provider({ clusters: [name] });
    const lock = join(storage(), "kind.lock");
    await mkdir(storage(), { recursive: true });
    await writeFile(lock, JSON.stringify({ pid: process.ppid, since: "2026-01-02T03:04:05.000Z" }));
    const said: string[] = [];
    const report = ({ en }: { readonly en: string }) => {
      said.push(en);
      void rm(lock);
    };
    assert.equal((await rejectionOf(made.open({ report }))).code, "kind-not-ours");
    assert.equal(said.length, 1);
    assert.match(said[0] ?? "", new RegExp(`process ${process.ppid}, since 2026-01-02`));
  });

  it("takes over from a window that was killed", async () => {
    const { provider: made } = await provider({ clusters: [name] });
    await mkdir(storage(), { recursive: true });
    await writeFile(join(storage(), "kind.lock"), JSON.stringify({ pid: 4_194_305, since: "2026-01-02" }));
    assert.equal(
      (await rejectionOf(made.open({ report: () => assert.fail("nobody is waited for") }))).code,
      "kind-not-ours",
    );
    assert.deepEqual(await readdir(storage()), []);
  });

  it("never touches a cluster of that name that it did not make", async () => {
    const { tools, provider: made } = await provider({ clusters: [name] });
    const silent = { report: () => undefined };
    for (const attempt of [() => made.open(silent), () => made.remove(silent)]) {
      assert.equal((await rejectionOf(attempt())).code, "kind-not-ours");
    }
    assert.deepEqual(await tools.clusters(), [name]);
    assert.ok(harmless(await tools.calls()), (await tools.calls()).join("\n"));
  });
});

async function rejectionOf(attempt: Promise<unknown>): Promise<UserError> {
  const error = await attempt.then(
    () => assert.fail("it should have been refused"),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof UserError, String(error));
  return error;
}
