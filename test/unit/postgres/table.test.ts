import assert from "node:assert/strict";
import {
  defaultPrintSettings,
  formatTable,
} from "../../../src/practiceCluster/programs/postgres/psql/table.ts";

const int4 = 23;
const text = 25;

const print = (
  names: readonly (readonly [string, number])[],
  rows: readonly (readonly (string | null)[])[],
  change: Partial<ReturnType<typeof defaultPrintSettings>> = {},
) =>
  formatTable(
    { columns: names.map(([name, typeId]) => ({ name, typeId })), rows },
    { ...defaultPrintSettings(), ...change },
  );

describe("psql's tables", () => {
  it("show line ends and tabs inside of a cell", () => {
    assert.equal(
      print(
        [
          ["x", text],
          ["y", int4],
        ],
        [
          ["a\nbb", "1"],
          ["p\tq", null],
        ],
      ),
      "     x     | y \n-----------+---\n a        +| 1\n bb        | \n p       q |  \n(2 rows)\n\n",
    );
  });

  it("count wide characters as two columns", () => {
    assert.equal(print([["名", text]], [["日本語"]]), "   名   \n--------\n 日本語\n(1 row)\n\n");
  });

  it("draw the rule of an expanded record over both columns", () => {
    const names = [
      ["id", int4],
      ["note", text],
    ] as const;
    assert.equal(
      print(
        names,
        [
          ["1", "x"],
          ["2", "tab\there"],
        ],
        { expanded: "on" },
      ),
      "-[ RECORD 1 ]------\nid   | 1\nnote | x\n-[ RECORD 2 ]------\nid   | 2\nnote | tab     here\n\n",
    );
    assert.equal(print(names, [], { expanded: "on" }), "(0 rows)\n\n");
  });

  it("are bare values when unaligned with tuples only", () => {
    assert.equal(
      print(
        [
          ["a", int4],
          ["b", text],
        ],
        [["1", null]],
        { format: "unaligned", tuplesOnly: true },
      ),
      "1|\n",
    );
    assert.equal(print([["a", text]], [['x,"y"']], { format: "csv" }), 'a\n"x,""y"""\n');
  });
});
