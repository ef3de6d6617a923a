import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../../src/common/clock.ts";
import { Journal } from "../../../src/practiceCluster/storage/journal.ts";
import { NamedSnapshots } from "../../../src/practiceCluster/storage/namedSnapshots.ts";
import { ObjectStore } from "../../../src/practiceCluster/storage/objectStore.ts";

describe("named snapshots of a data folder", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "dojo-named-"));
    await mkdir(join(folder, "volumes", "pvc-1"), { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const open = () => {
    const { journal, state, notices } = Journal.open(folder, systemClock);
    assert.deepEqual(notices, []);
    return { journal, store: new ObjectStore(state, journal) };
  };
  const put = (store: ObjectStore, name: string) =>
    store.put("configmaps", { apiVersion: "v1", kind: "ConfigMap", metadata: { name } });
  const names = (store: ObjectStore) => store.list("configmaps").map(({ metadata }) => metadata?.name);

  /** A cluster with a snapshot "then" of an object "old", which now has "new" as well, and is to go back. */
  async function planned(): Promise<{ snapshots: NamedSnapshots; revision: number }> {
    const snapshots = new NamedSnapshots(folder);
    const { journal, store } = open();
    put(store, "old");
    await writeFile(join(folder, "volumes", "pvc-1", "rows"), "old");
    await symlink("/etc/passwd", join(folder, "volumes", "pvc-1", "link"));
    snapshots.save("then", { revision: store.revision, objects: store.everything() });
    put(store, "new");
    await writeFile(join(folder, "volumes", "pvc-1", "rows"), "new");
    const { revision } = store;
    journal.close();
    snapshots.planReturn("then");
    return { snapshots, revision };
  }

  async function requireThen(revision: number): Promise<void> {
    const { journal, store } = open();
    assert.deepEqual(names(store), ["old"]);
    assert.ok(store.revision > revision);
    journal.close();
    assert.equal(await readFile(join(folder, "volumes", "pvc-1", "rows"), "utf8"), "old");
    assert.deepEqual((await readdir(join(folder, "volumes", "pvc-1"))).sort(), ["link", "rows"]);
    const files = (await readdir(folder)).filter((name) => name !== "volumes.old");
    assert.deepEqual(files.sort(), ["journal.jsonl", "snapshot.jsonl", "snapshots", "volumes"]);
  }

  it("are put back, once", async () => {
    const { snapshots, revision } = await planned();
    assert.equal(snapshots.returnAsPlanned(), "back at the snapshot then");
    await requireThen(revision);
    assert.equal(snapshots.returnAsPlanned(), undefined);
  });

  it("are put back whatever a kill in the middle has left", async () => {
    const { snapshots, revision } = await planned();
    const plan = await readFile(join(folder, "return-to"));
    await cp(join(folder, "volumes"), join(folder, "volumes.new"), { recursive: true });
    await writeFile(join(folder, "volumes.new", "half"), "");
    await writeFile(join(folder, "snapshot.jsonl.new"), "half a li");
    snapshots.returnAsPlanned();
    await requireThen(revision);
    // the objects were in their place, the volumes were not, and the plan was still there
    await writeFile(join(folder, "return-to"), plan);
    await rm(join(folder, "volumes"), { recursive: true });
    await mkdir(join(folder, "volumes.old"));
    snapshots.returnAsPlanned();
    await requireThen(revision);
  });

  it("leave everything as it is when they cannot be put back", async () => {
    const { snapshots } = await planned();
    await rm(join(folder, "snapshots", "then"), { recursive: true });
    assert.match(
      snapshots.returnAsPlanned() ?? "",
      /^the snapshot then could not be put back, everything is as it was/,
    );
    const { journal, store } = open();
    assert.deepEqual(names(store), ["new", "old"]);
    journal.close();
    assert.equal(await readFile(join(folder, "volumes", "pvc-1", "rows"), "utf8"), "new");
  });
});
