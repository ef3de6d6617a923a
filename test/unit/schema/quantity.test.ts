import assert from "node:assert/strict";
import {
  canonicalQuantity,
  compareQuantities,
  quantityToNumber,
} from "../../../src/common/kubernetes/quantity.ts";

describe("quantities", () => {
  const canonical: readonly [string, string | undefined][] = [
    ["1024Mi", "1Gi"],
    ["1.5Gi", "1536Mi"],
    ["0.5", "500m"],
    ["1000m", "1"],
    ["100", "100"],
    ["1e3", "1e3"],
    ["1000k", "1M"],
    ["512", "512"],
    ["0.5Ki", "512"],
    ["0", "0"],
    ["0Gi", "0"],
    ["-2Ki", "-2Ki"],
    ["much", undefined],
    ["1 Gi", undefined],
    ["", undefined],
  ];
  for (const [text, expected] of canonical) {
    it(`"${text}" is ${expected === undefined ? "none" : `written ${expected}`}`, () => {
      assert.equal(canonicalQuantity(text), expected);
    });
  }

  it("are compared by amount, not by text", () => {
    assert.equal(compareQuantities("1Gi", "1024Mi"), 0);
    assert.ok(compareQuantities("1G", "1Gi") < 0);
    assert.equal(quantityToNumber("250m"), 0.25);
  });
});
