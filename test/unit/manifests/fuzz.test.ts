import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { applyFix } from "../../../src/manifests/applyFix.ts";
import { findingsOf } from "../../../src/manifests/checkManifests.ts";
import { completionsAt } from "../../../src/manifests/completion/completionsAt.ts";
import { hoverAt } from "../../../src/manifests/hover/fieldHover.ts";
import { lensesOf } from "../../../src/manifests/lenses/lensesOf.ts";
import { ManifestFile } from "../../../src/manifests/source/manifestFile.ts";
import { Scene } from "../../../src/manifests/workspace/scene.ts";
import { projectRoot } from "../../../src/tools/projectRoot.ts";
import { Random } from "../robustness/support/random.ts";

const rounds = Number(process.env.DOJO_FUZZ_ROUNDS ?? 1_500);
const seed = Number(process.env.DOJO_FUZZ_SEED ?? Date.now() % 1_000_000);
const folder = join(projectRoot, "test", "conformance", "manifests");
const samples = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
const pieces = [
  "\t",
  "---\n",
  ": ",
  "- ",
  "&a ",
  "*a",
  "<<: *a\n",
  "{",
  "}",
  "[",
  "|",
  ">",
  "\r\n",
  "🐘",
  '"',
  "'",
  "#",
  "null",
  "{{ x }}",
  "!!binary ",
  "0x",
  "1e999",
  "\u0000",
  "  ",
];

function mutated(text: string, random: Random): string {
  let result = text;
  for (let change = 0; change < 1 + random.below(4); change++) {
    const at = random.below(result.length);
    const length = random.chance(0.5) ? 0 : random.below(30);
    const piece = random.chance(0.6) ? random.pick(pieces) : "";
    result = result.slice(0, at) + piece + result.slice(at + length);
  }
  return result;
}

describe("the manifest help and broken manifests", () => {
  it(`never throws, and fixes change nothing but what they name (seed ${seed}, ${rounds} manifests)`, function () {
    this.timeout(120_000);
    const random = new Random(seed);
    for (let round = 0; round < rounds; round++) {
      const text = mutated(samples[round % samples.length] ?? "", random);
      const file = ManifestFile.read("m.yaml", text);
      const scene = new Scene(file.objects);
      for (const { document } of file.documents) {
        const offset = random.below(document.text.length);
        hoverAt(document, offset, scene);
        completionsAt(document, offset, scene);
        document.objects.flatMap((object) => lensesOf(object, scene));
        for (const finding of findingsOf(document, scene)) {
          assert.ok(finding.start >= 0 && finding.end <= document.text.length, JSON.stringify(finding));
          for (const fix of finding.fixes ?? []) {
            const [first] = fix.edits;
            const after = applyFix(document.text, fix);
            assert.equal(after.slice(0, first?.start), document.text.slice(0, first?.start));
          }
        }
      }
    }
  });

  it("leaves a bomb of aliases, a huge file and other tools' files alone", () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefghij"
      .split("")
      .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${"abcdefghij"[index]}`).join(",")}]`)
      .join("\n")}\nkind: Pod\napiVersion: v1\n`;
    const file = ManifestFile.read("bomb.yaml", bomb);
    const findings = file.documents.flatMap(({ document }) => findingsOf(document, new Scene([])));
    assert.deepEqual(
      findings.map(({ rule }) => rule),
      ["yaml"],
    );
    assert.equal(ManifestFile.read("huge.yaml", "a: b\n".repeat(1_000_000)).documents.length, 0);
    assert.equal(ManifestFile.read("chart/values.yaml", "kind: StatefulSet\n").documents.length, 0);
    assert.equal(ManifestFile.read("kustomization.yaml", "kind: Kustomization\n").documents.length, 0);
  });
});
