import assert from "node:assert/strict";
import { TreesOfPods } from "../../../src/practiceCluster/runtime/treesOfPods.ts";

it("volumes in memory are one Pod's, shared by name, and gone with it alone", () => {
  const trees = new TreesOfPods();
  const cache = trees.take("first", "cache");
  assert.equal(trees.take("first", "cache"), cache);
  assert.notEqual(trees.take("first", "other"), cache);
  assert.notEqual(trees.take("second", "cache"), cache);
  trees.forget("first");
  assert.equal(trees.find("first", "cache"), undefined);
  assert.equal(trees.find("first", "other"), undefined);
  assert.ok(trees.find("second", "cache"));
});
