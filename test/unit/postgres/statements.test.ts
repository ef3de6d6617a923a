import assert from "node:assert/strict";
import { StatementReader } from "../../../src/practiceCluster/programs/postgres/psql/statements.ts";

function pieces(input: string, variables: Record<string, string> = {}) {
  const reader = new StatementReader(new Map(Object.entries(variables)));
  reader.add(input);
  const found: string[] = [];
  for (let piece = reader.next(); piece; piece = reader.next()) {
    found.push(piece.kind === "command" ? `\\${piece.name}|${piece.rest}` : piece.text);
  }
  return { found, state: reader.state };
}

describe("psql's reading of statements", () => {
  it("ends a statement at a semicolon outside of quotes, comments and parentheses", () => {
    const input =
      "SELECT ';', \"a;b\", $x$;$x$ -- ;\n, E'\\';' /* ; */;\nCREATE RULE r AS (SELECT 1; SELECT 2);\n";
    assert.deepEqual(pieces(input).found, [
      "SELECT ';', \"a;b\", $x$;$x$ -- ;\n, E'\\';' /* ; */;",
      "CREATE RULE r AS (SELECT 1; SELECT 2);",
    ]);
  });

  it("sends statements that \\; separates together", () => {
    assert.deepEqual(pieces("SELECT 1 \\; SELECT 2;\n").found, ["SELECT 1 ; SELECT 2;"]);
  });

  it("replaces variables, but not in quotes and casts", () => {
    assert.deepEqual(
      pieces("SELECT :n, :'s', :\"s\", ':n', 1::int, :unknown;\n", { n: "7", s: "it's" }).found,
      ["SELECT 7, 'it''s', \"it's\", ':n', 1::int, :unknown;"],
    );
  });

  it("says what is open", () => {
    assert.equal(pieces("SELECT 1\n").state, "-");
    assert.equal(pieces("SELECT 'a\n").state, "'");
    assert.equal(pieces("SELECT (1\n").state, "(");
    assert.equal(pieces("/* a\n").state, "*");
    assert.equal(pieces("SELECT 1;\n").state, "=");
  });

  it("takes a backslash command to the end of its line", () => {
    assert.deepEqual(pieces("\\echo a; b\nSELECT 1;\n").found, ["\\echo|a; b", "SELECT 1;"]);
  });
});
