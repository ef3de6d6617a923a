import assert from "node:assert/strict";
import { goJsonProblem, readGoJson } from "../../../src/practiceCluster/apiServer/http/goJsonProblem.ts";

describe("what Go says about bad JSON", () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['{"a":[1,2.5e3,true,null,"x\\u00e9"]} ', undefined],
    ["", "unexpected end of JSON input"],
    ['{"a":1', "unexpected end of JSON input"],
    ["{'a':1}", "invalid character '\\'' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b":2}', `invalid character '"' after object key:value pair`],
    ["[1 2]", "invalid character '2' after array element"],
    ["[1,]", "invalid character ']' looking for beginning of value"],
    ["{} x", "invalid character 'x' after top-level value"],
    ["nulL", "invalid character 'L' in literal null (expecting 'l')"],
    ['"a\nb"', "invalid character '\\n' in string literal"],
    ["-x", "invalid character 'x' in numeric literal"],
    ["1.x", "invalid character 'x' after decimal point in numeric literal"],
    ["01", "invalid character '1' after top-level value"],
  ];
  for (const [text, problem] of cases) {
    it(JSON.stringify(text), () => assert.equal(goJsonProblem(Buffer.from(text)), problem));
  }

  it("finds keys that come twice", () => {
    const text = '{"spec":{"a":1,"b":[{},{"c":1,"d":2,"c":3}],"a":2},"spec":{"a":1}}';
    assert.deepEqual(readGoJson(Buffer.from(text)).duplicates, ["spec.b[1].c", "spec.a", "spec"]);
  });

  it("quotes a byte that is no character", () =>
    assert.equal(
      goJsonProblem(Buffer.from([0x9e])),
      "invalid character '\\u009e' looking for beginning of value",
    ));
});
