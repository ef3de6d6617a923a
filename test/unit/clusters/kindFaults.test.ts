import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProvider } from "../../../src/clusters/index.ts";
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
