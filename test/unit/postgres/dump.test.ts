import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { engineAssets } from "../../../src/practiceCluster/programs/postgres/engine/assets.ts";
import { buildPostgresTemplate } from "../../../src/tools/postgresTemplate.ts";
import { TestContainer } from "./support/container.ts";

const schema = `
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE parent (id serial PRIMARY KEY, note text NOT NULL DEFAULT 'a', m numeric(5,2) CHECK (m > 0));
CREATE TABLE child (parent_id int REFERENCES parent(id) ON DELETE CASCADE, felt mood);
CREATE INDEX child_felt ON child (felt);
CREATE VIEW notes AS SELECT note FROM parent;
CREATE TABLE "Odd name" (a int GENERATED ALWAYS AS IDENTITY, b text);
CREATE FUNCTION next_number(n int) RETURNS int LANGUAGE sql AS $$ SELECT n + 1 $$;
CREATE SCHEMA shop;
CREATE TABLE shop.items (n int);
COMMENT ON TABLE parent IS 'it''s';
GRANT SELECT ON parent TO PUBLIC;
INSERT INTO parent (note, m) VALUES ('x', 1), (E'tab\\there', NULL);
INSERT INTO child VALUES (1, 'ok');
INSERT INTO "Odd name" (b) VALUES ('y');
`;

describe("pg_dump", function () {
  this.timeout(60_000);
  let pod: TestContainer;

  before(async () => {
    const { template } = engineAssets();
    if (!existsSync(template)) {
      await buildPostgresTemplate(template);
    }
    pod = new TestContainer({ environment: { POSTGRES_PASSWORD: "practice" } });
    await pod.boot();
    assert.equal((await pod.run(["psql", "-U", "postgres", "-q", "-v", "ON_ERROR_STOP=1"], schema)).code, 0);
  });

  after(() => pod.remove());

  it("writes what makes the same database again", async () => {
    const dump = await pod.run(["pg_dump", "-U", "postgres"]);
    assert.equal(dump.code, 0);
    assert.equal((await pod.run(["createdb", "-U", "postgres", "again"])).code, 0);
    const restored = await pod.run(
      ["psql", "-U", "postgres", "-d", "again", "-q", "-v", "ON_ERROR_STOP=1"],
      dump.out,
    );
    assert.deepEqual([restored.code, restored.err], [0, ""]);
    assert.equal((await pod.run(["pg_dump", "-U", "postgres", "again"])).out, dump.out);
    assert.equal(
      (await pod.psql("-d", "again", "-Atc", "SELECT note FROM notes ORDER BY 1")).out,
      "tab\there\nx\n",
    );
  });

  it("takes one table, or the schema alone", async () => {
    const one = await pod.run(["pg_dump", "-U", "postgres", "-t", "parent"]);
    assert.match(one.out, /CREATE TABLE public\.parent \(/);
    assert.doesNotMatch(one.out, /child|items/);
    const bare = await pod.run(["pg_dump", "-U", "postgres", "--schema-only"]);
    assert.doesNotMatch(bare.out, /COPY/);
  });

  it("refuses what it would lose", async () => {
    await pod.psql("-qc", "CREATE POLICY mine ON parent USING (true)");
    const { code, out, err } = await pod.run(["pg_dump", "-U", "postgres"]);
    assert.deepEqual([code, out, err], [1, "", 'pg_dump: error: this pg_dump cannot dump policy "mine"\n']);
    await pod.psql("-qc", "DROP POLICY mine ON parent");
  });

  it("writes roles and every database with pg_dumpall", async () => {
    const { code, out } = await pod.run(["pg_dumpall", "-U", "postgres"]);
    assert.equal(code, 0);
    assert.match(
      out,
      /CREATE ROLE postgres;\nALTER ROLE postgres WITH SUPERUSER .* PASSWORD 'SCRAM-SHA-256\$/,
    );
    assert.match(out, /CREATE DATABASE again [\s\S]*\\connect again[\s\S]*CREATE TABLE public\.parent/);
    assert.match(out, /\\connect postgres\n/);
  });
});
