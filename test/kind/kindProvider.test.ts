import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClusterHealth, LessonCluster } from "../../src/clusters/cluster.ts";
import { createProvider } from "../../src/clusters/index.ts";
import { UserError } from "../../src/common/userError.ts";

const name = "dojo-test";
const silent = { report: () => undefined };

function clusters(): string[] {
  return execFileSync("kind", ["get", "clusters", "-q"], { encoding: "utf8" }).split("\n").filter(Boolean);
}

function containersOf(cluster: string): string[] {
  const filter = `label=io.x-k8s.kind.cluster=${cluster}`;
  return execFileSync("docker", ["ps", "-aq", "--filter", filter], { encoding: "utf8" })
    .split("\n")
    .filter(Boolean);
}

function reached(cluster: LessonCluster, state: ClusterHealth["state"], limitMs: number): Promise<void> {
  if (cluster.health.state === state) {
    return Promise.resolve();
  }
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`${cluster.health.state} instead of ${state}`)), limitMs);
    const subscription = cluster.onHealthChanged((health) => {
      if (health.state === state) {
        clearTimeout(limit);
        subscription.dispose();
        resolve();
      }
    });
  });
}

describe("the kind provider, on the real kind", () => {
  let storageFolder: string;
  const provider = () =>
    createProvider("kind", { storageFolder, programFolder: "dist", kindClusterName: name });

  before(async () => {
    storageFolder = await mkdtemp(join(tmpdir(), "dojo-kind-"));
  });

  after(async () => {
    execFileSync("kind", ["delete", "cluster", "--name", name], { stdio: "ignore" });
    await rm(storageFolder, { recursive: true, force: true });
  });

  it("finds kubectl, kind and docker", async () => {
    const found = await provider().prerequisites();
    assert.deepEqual(
      found.map(({ id, found: isFound }) => [id, isFound]),
      [
        ["kubectl", true],
        ["kind", true],
        ["docker", true],
      ],
    );
  });

  it("leaves nothing behind when creating is cancelled half way", async () => {
    const cancel = new AbortController();
    const phases: string[] = [];
    const opening = provider().open(
      {
        report: ({ en }) => {
          phases.push(en);
          if (phases.length === 2) {
            cancel.abort();
          }
        },
      },
      cancel.signal,
    );
    await assert.rejects(opening, (error) => error instanceof UserError && error.code === "kind-cancelled");
    assert.deepEqual(containersOf(name), []);
    assert.ok(!clusters().includes(name));
  });

  describe("with a cluster", () => {
    let cluster: LessonCluster;

    before(async () => {
      cluster = await provider().open(silent);
    });

    after(() => cluster.dispose());

    it("runs the real kubectl against it", async () => {
      const outcome = await cluster.kubectl.run(["get", "nodes", "-o", "name"]);
      assert.ok(outcome.state === "ran", JSON.stringify(outcome));
      assert.equal(outcome.stdout.trim(), `node/${name}-control-plane`);
    });

    it("finds it again by its written-down identity", async () => {
      const again = await provider().open(silent);
      assert.deepEqual(again.identity, cluster.identity);
      again.dispose();
    });

    it("says unreachable while its container is stopped, and recovers by itself", async () => {
      execFileSync("docker", ["pause", `${name}-control-plane`]);
      const outcome = await cluster.client.request("GET", "/api/v1/nodes", { timeLimitMs: 2_000 }).then(
        () => "answered",
        (error: Error) => error.message,
      );
      assert.notEqual(outcome, "answered");
      await reached(cluster, "unreachable", 30_000);
      execFileSync("docker", ["unpause", `${name}-control-plane`]);
      await reached(cluster, "ready", 30_000);
    });

    it("never touches a cluster of that name that it did not make", async () => {
      const elsewhere = await mkdtemp(join(tmpdir(), "dojo-kind-other-"));
      const stranger = createProvider("kind", {
        storageFolder: elsewhere,
        programFolder: "dist",
        kindClusterName: name,
      });
      for (const attempt of [() => stranger.open(silent), () => stranger.remove(silent)]) {
        await assert.rejects(
          attempt,
          (error) => error instanceof UserError && error.code === "kind-not-ours",
        );
      }
      assert.ok(clusters().includes(name));
      await rm(elsewhere, { recursive: true, force: true });
    });

    it("deletes what it made", async () => {
      await provider().remove(silent);
      assert.deepEqual(containersOf(name), []);
    });
  });
});
