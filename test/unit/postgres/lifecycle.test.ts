import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { engineAssets } from "../../../src/practiceCluster/programs/postgres/engine/assets.ts";
import type { Program } from "../../../src/practiceCluster/programs/program.ts";
import { buildPostgresTemplate } from "../../../src/tools/postgresTemplate.ts";
import { TestContainer } from "./support/container.ts";

const environment = { POSTGRES_PASSWORD: "practice" };

describe("the life of a PostgreSQL data folder", function () {
  this.timeout(60_000);
  const containers: TestContainer[] = [];
  const container = (options: ConstructorParameters<typeof TestContainer>[0]) => {
    const made = new TestContainer(options);
    containers.push(made);
    return made;
  };

  before(async () => {
    const { template } = engineAssets();
    if (!existsSync(template)) {
      await buildPostgresTemplate(template);
    }
  });

  afterEach(() => {
    for (const made of containers.splice(0)) {
      made.remove();
    }
  });

  it("is not made without a password", async () => {
    const { code, err } = await container({}).run(["docker-entrypoint.sh", "postgres"]);
    assert.equal(code, 1);
    assert.match(err, /^Error: this data directory is empty and POSTGRES_PASSWORD is not set\.\n/);
  });

  it("outlives a kill, and an orderly end exits 0", async () => {
    const first = container({ environment });
    await first.boot();
    await first.psql("-qc", "CREATE TABLE t (n int); INSERT INTO t VALUES (7)");
    first.kill();
    const second = container({ environment, root: first.root });
    const server = await second.boot();
    assert.match(server.soFar().err, /was interrupted/);
    assert.equal((await second.psql("-Atc", "SELECT n FROM t")).out, "7\n");
    server.process.signal("SIGINT");
    const { code, err } = await server.finished;
    assert.equal(code, 0);
    assert.match(err, /received fast shutdown request[\s\S]*database system is shut down\n$/);
    const third = container({ environment, root: first.root });
    assert.match((await third.boot()).soFar().err, /database system was shut down at/);
  });

  it("of another major version is refused, and stays as it is", async () => {
    const old = container({ environment });
    const server = await old.boot();
    server.process.signal("SIGINT");
    await server.finished;
    const versionFile = join(old.root, "var/lib/postgresql/data/PG_VERSION");
    assert.equal(readFileSync(versionFile, "utf8"), "15\n");
    const { code, out, err } = await container({ environment, root: old.root, version: "16.15" }).run([
      "docker-entrypoint.sh",
      "postgres",
    ]);
    assert.equal(code, 1);
    assert.match(out, /^\nPGDATA holds a database already/);
    assert.match(
      err,
      /UTC \[1\] FATAL: {2}database files are incompatible with server\n.* DETAIL: {2}The data directory was initialized by PostgreSQL version 15, which is not compatible with this version 16\.15\.\n$/,
    );
  });

  it("is served on the socket only while its init files run", async () => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let arrived: () => void = () => undefined;
    const shellRuns = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const shell: Program = async () => {
      arrived();
      await released;
      return 0;
    };
    const pod = container({
      environment: { ...environment, POSTGRES_DB: "app" },
      programs: { "/bin/sh": shell },
      volume: undefined,
    });
    pod.files.write("/docker-entrypoint-initdb.d/a.sql", "CREATE TABLE made_first (n int);");
    pod.files.write("/docker-entrypoint-initdb.d/b.sh", "sleep 8");
    const server = pod.start(["docker-entrypoint.sh", "postgres"]);
    await shellRuns;
    assert.equal(
      (await pod.run(["pg_isready", "-U", "postgres"])).out,
      "/var/run/postgresql:5432 - accepting connections\n",
    );
    const outside = await pod.run(["pg_isready", "-U", "postgres", "-h", "127.0.0.1"]);
    assert.deepEqual([outside.code, outside.out], [2, "127.0.0.1:5432 - no response\n"]);
    release();
    await server.says(/listening on IPv4[\s\S]*ready to accept connections/);
    assert.equal((await pod.run(["pg_isready", "-h", "127.0.0.1"])).code, 0);
    assert.match((await pod.psql("-d", "app", "-Atc", "SELECT count(*) FROM made_first")).out, /^0\n$/);
  });

  it("has the superuser and database that the environment names", async () => {
    const pod = container({ environment: { ...environment, POSTGRES_USER: "chef", POSTGRES_DB: "menu" } });
    await pod.boot();
    const ask = (sql: string) => pod.run(["psql", "-U", "chef", "-d", "menu", "-Atc", sql]);
    assert.equal((await ask("SELECT current_user, current_database()")).out, "chef|menu\n");
    assert.match((await pod.psql("-c", "SELECT 1")).err, /FATAL: {2}role "postgres" does not exist/);
  });
});
