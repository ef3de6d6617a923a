import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { engineAssets } from "../../../src/practiceCluster/programs/postgres/engine/assets.ts";
import { buildPostgresTemplate } from "../../../src/tools/postgresTemplate.ts";
import { TestContainer, TestNetwork } from "./support/container.ts";

const environment = { POSTGRES_PASSWORD: "practice" };

describe("a PostgreSQL container", function () {
  this.timeout(60_000);
  let network: TestNetwork;
  let first: TestContainer;
  let second: TestContainer;

  before(async () => {
    const { template } = engineAssets();
    if (!existsSync(template)) {
      await buildPostgresTemplate(template);
    }
    network = new TestNetwork();
    first = new TestContainer({ network, name: "db-0.db", environment });
    second = new TestContainer({ network, name: "db-1.db", environment });
    await Promise.all([first.boot(), second.boot()]);
  });

  after(() => {
    first.remove();
    second.remove();
  });

  it("answers pg_isready on its socket, on 127.0.0.1 and by the other Pod's name", async () => {
    assert.deepEqual(await first.run(["pg_isready", "-U", "postgres"]), {
      code: 0,
      out: "/var/run/postgresql:5432 - accepting connections\n",
      err: "",
    });
    assert.equal((await first.run(["pg_isready", "-h", "127.0.0.1"])).code, 0);
    assert.match((await first.run(["pg_isready", "-h", "db-1.db"])).out, /^db-1\.db:5432 - accepting/);
    assert.equal((await first.run(["pg_isready", "-h", "127.0.0.1", "-p", "5999"])).code, 2);
  });

  it("says the image's version in version(), SHOW and psql", async () => {
    const { out } = await first.psql("-c", "SELECT version();");
    assert.match(out, /^ +version +\n-+\n PostgreSQL 15\.19 .*\n\(1 row\)\n\n$/);
    assert.equal((await first.psql("-At", "-c", "SHOW server_version_num")).out, "150019\n");
  });

  it("prints tables, tags and errors as psql does", async () => {
    assert.equal(
      (await first.psql("-c", "CREATE TABLE t (id int primary key, note text)")).out,
      "CREATE TABLE\n",
    );
    assert.equal((await first.psql("-c", "INSERT INTO t VALUES (1, 'one'), (2, 'two')")).out, "INSERT 0 2\n");
    assert.equal(
      (await first.psql("-c", "SELECT * FROM t ORDER BY id")).out,
      " id | note \n----+------\n  1 | one\n  2 | two\n(2 rows)\n\n",
    );
    assert.deepEqual(await second.psql("-c", "SELECT * FROM t"), {
      code: 1,
      out: "",
      err: 'ERROR:  relation "t" does not exist\nLINE 1: SELECT * FROM t\n                      ^\n',
    });
    assert.equal(
      (await first.psql("-c", "\\dt")).out,
      "        List of relations\n Schema | Name | Type  |  Owner   \n--------+------+-------+----------\n public | t    | table | postgres\n(1 row)\n\n",
    );
  });

  it("is its own system", async () => {
    const identifier = "SELECT system_identifier FROM pg_control_system()";
    const [one, other] = await Promise.all([first.psql("-Atc", identifier), second.psql("-Atc", identifier)]);
    assert.match(one.out, /^\d{19}\n$/);
    assert.notEqual(one.out, other.out);
  });

  it("wants a password from other Pods and none from its own", async () => {
    const ask = (password: string) =>
      first.run(["psql", "-U", "postgres", "-h", "db-1.db", "-Atc", "SELECT 1"], "", {
        PGPASSWORD: password,
      });
    assert.equal((await ask("practice")).out, "1\n");
    const refused = await ask("wrong");
    assert.equal(refused.code, 2);
    assert.match(
      refused.err,
      /^psql: error: connection to server at "db-1\.db" \(10\.244\.0\.\d+\), port 5432 failed: FATAL: {2}password authentication failed for user "postgres"\n$/,
    );
    assert.equal((await first.psql("-h", "127.0.0.1", "-Atc", "SELECT 1")).out, "1\n");
  });

  it("lets a script stop at an error only when it is asked to", async () => {
    const script = "SELECT 1/0;\nSELECT 2 AS two;\n";
    const going = await first.run(["psql", "-U", "postgres", "-At"], script);
    assert.deepEqual(going, { code: 0, out: "2\n", err: "ERROR:  division by zero\n" });
    const stopped = await first.run(["psql", "-U", "postgres", "-At", "-v", "ON_ERROR_STOP=1"], script);
    assert.deepEqual(stopped, { code: 3, out: "", err: "ERROR:  division by zero\n" });
  });

  it("keeps a transaction to its session", async () => {
    await first.psql("-qc", "CREATE TABLE counters (n int); INSERT INTO counters VALUES (0)");
    const inTransaction = first.run(
      ["psql", "-U", "postgres", "-At"],
      "BEGIN;\nUPDATE counters SET n = 1;\nSELECT pg_sleep(0.3);\nROLLBACK;\n",
    );
    const outside = first.run(["psql", "-U", "postgres", "-Atc", "SELECT n FROM counters"]);
    assert.equal((await outside).out, "0\n");
    assert.equal((await inTransaction).code, 0);
  });

  it("copies data in and out", async () => {
    const input =
      "CREATE TABLE pairs (a int, b text);\nCOPY pairs FROM stdin;\n1\tx\n2\t\\N\n\\.\nSELECT count(*) FROM pairs;\n";
    assert.equal((await first.run(["psql", "-U", "postgres", "-Atq"], input)).out, "2\n");
    assert.equal((await first.psql("-c", "COPY pairs TO stdout")).out, "1\tx\n2\t\\N\n");
  });

  it("connects to another database and keeps both apart", async () => {
    assert.equal((await first.run(["createdb", "-U", "postgres", "shop"])).code, 0);
    await first.psql("-d", "shop", "-qc", "CREATE TABLE only_here (n int)");
    assert.equal((await first.psql("-d", "shop", "-Atc", "SELECT current_database()")).out, "shop\n");
    assert.equal((await first.psql("-c", "SELECT * FROM only_here")).code, 1);
    const missing = await first.psql("-d", "nowhere", "-c", "SELECT 1");
    assert.equal(missing.code, 2);
    assert.match(missing.err, /FATAL: {2}database "nowhere" does not exist/);
  });
});
