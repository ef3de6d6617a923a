import assert from "node:assert/strict";
import { avoidedIn, localizedTexts } from "../../../src/tools/lessonsWords.ts";

const avoided = [
  { language: "ja", words: ["既定"], instead: "デフォルト" },
  { language: "en", words: ["master", "volume claim"], instead: "primary or claim" },
] as const;
const words = (ja: string, en: string) => avoidedIn(localizedTexts({ a: [{ b: { ja, en } }] }), avoided);

describe("words that lessons avoid", () => {
  it("are found in the language that they are of", () => {
    assert.deepEqual(words("既定のクラス", "the default class"), ["既定 (say デフォルト)"]);
    assert.deepEqual(words("デフォルト", "a volume claim, and its master"), [
      "master (say primary or claim)",
      "volume claim (say primary or claim)",
    ]);
  });

  it("are left alone in code, in names and within other words", () => {
    assert.deepEqual(words("`既定`", "`master`, role:master, master_link_status, masterful"), []);
    assert.deepEqual(words("```\n既定\n```", "/master"), []);
  });
});
