import assert from "node:assert/strict";
import { comparable } from "../../../src/tools/verify/samples.ts";

const pods = (hash: string, age: string) =>
  `NAME            READY   STATUS    RESTARTS   AGE\nweb-${hash}   1/1     Running   0          ${age}\npostgres-0      1/1   Running   0   ${age}\n`;

describe("recorded outputs", () => {
  it("are the same whatever differs between two honest runs", () => {
    assert.equal(comparable(pods("69dbc4dd98-84x46", "3s")), comparable(pods("7c5ddbdf54-zx2qp", "2m10s")));
    assert.equal(
      comparable("IP: 10.244.0.7 at 2026-01-02T03:04:05Z"),
      comparable("IP: 10.1.2.3 at 2025-12-31T23:59:59Z"),
    );
    assert.equal(
      comparable("on dojo-lessons-4711-0-control-plane"),
      comparable("on statefulset-dojo-control-plane"),
    );
  });

  it("differ by a name, a number, a state or a line", () => {
    const output = pods("69dbc4dd98-84x46", "3s");
    for (const [from, to] of [
      ["postgres-0", "postgres-1"],
      ["1/1", "0/1"],
      ["Running", "Pending"],
      ["RESTARTS", ""],
      ["\npostgres", "\n\npostgres"],
    ] as const) {
      assert.notEqual(comparable(output), comparable(output.replace(from, to)), `${from} → ${to}`);
    }
  });
});
