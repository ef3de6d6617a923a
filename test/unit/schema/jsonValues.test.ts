import assert from "node:assert/strict";
import { sameAsJson } from "../../../src/common/kubernetes/jsonValues.ts";

const same: readonly (readonly [unknown, unknown])[] = [
  [undefined, undefined],
  [null, null],
  [1, 1],
  [
    { a: 1, b: [1, { c: "x" }] },
    { b: [1, { c: "x" }], a: 1 },
  ],
  [{ a: undefined, b: 1 }, { b: 1 }],
  [{ b: 1 }, { b: 1, a: undefined }],
  [[], []],
  [{}, {}],
];

const different: readonly (readonly [unknown, unknown])[] = [
  [1, "1"],
  [0, false],
  [null, undefined],
  [null, {}],
  [[], {}],
  [{ a: null }, {}],
  [{ a: 1 }, { a: 1, b: null }],
  [
    [1, 2],
    [2, 1],
  ],
  [[1], [1, 2]],
  [{ a: { b: 1 } }, { a: { b: 2 } }],
];

describe("whether two values say the same as JSON", () => {
  it("does not ask for the order of keys, nor for keys without a value", () => {
    for (const [first, second] of same) {
      assert.ok(sameAsJson(first, second), JSON.stringify([first, second]));
      assert.ok(sameAsJson(second, first), JSON.stringify([second, first]));
    }
  });

  it("asks for everything else", () => {
    for (const [first, second] of different) {
      assert.ok(!sameAsJson(first, second), JSON.stringify([first, second]));
      assert.ok(!sameAsJson(second, first), JSON.stringify([second, first]));
    }
  });
});
