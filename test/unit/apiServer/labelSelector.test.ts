import assert from "node:assert/strict";
import { parseLabelSelector } from "../../../src/practiceCluster/apiServer/selectors/labelSelector.ts";

const ledger = { app: "ledger", tier: "db", index: "12" };

describe("label selectors", () => {
  const matching: readonly string[] = [
    "",
    "app=ledger",
    "app == ledger,tier",
    "tier!=web",
    "other!=web",
    "app in (ledger, cart)",
    "tier notin (web),!absent",
    "index>9",
    "in!=out",
    "app in (,ledger)",
    "absent notin ()",
  ];
  for (const selector of matching) {
    it(`selects by ${JSON.stringify(selector)}`, () =>
      assert.equal(parseLabelSelector(selector)(ledger), true));
  }

  for (const selector of ["app", "app=ledger"]) {
    it(`selects nothing without labels by ${selector}`, () =>
      assert.equal(parseLabelSelector(selector)({}), false));
  }

  for (const selector of ["app=", "tier in (web)", "!app", "index<9", "app notin (ledger)", "absent in ()"]) {
    it(`leaves out by ${selector}`, () => assert.equal(parseLabelSelector(selector)(ledger), false));
  }

  const refused: readonly (readonly [string, string])[] = [
    ["x y", "unable to parse requirement: found 'y', expected: in, notin, =, ==, !=, gt, lt"],
    ["=x", "found '=', expected: !, identifier, or 'end of string'"],
    ["a,", "found '', expected: identifier after ','"],
    ["a b=c", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ["a in b", "unable to parse requirement: found 'b' expected: '('"],
    ["a in (b", "unable to parse requirement: found '', expected: ',' or ')'"],
    ["a=b c", "found 'c', expected: ',' or 'end of string'"],
    ["!", "unable to parse requirement: found '', expected: identifier"],
    [
      "a>b",
      `unable to parse requirement: values[0]: Invalid value: "b": for 'Gt', 'Lt' operators, the value must be an integer`,
    ],
  ];
  for (const [selector, message] of refused) {
    it(`refuses ${JSON.stringify(selector)} in the server's words`, () =>
      assert.throws(() => parseLabelSelector(selector), { message }));
  }
});
