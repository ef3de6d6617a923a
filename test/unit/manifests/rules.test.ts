import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { applyFix } from "../../../src/manifests/applyFix.ts";
import type { Finding } from "../../../src/manifests/findings/finding.ts";
import { rules } from "../../../src/manifests/rules/index.ts";
import { applyRule, type Rule, type RuleExamples } from "../../../src/manifests/rules/rule.ts";
import { ManifestFile } from "../../../src/manifests/source/manifestFile.ts";
import { listedState } from "../../../src/manifests/workspace/listedState.ts";
import { Scene } from "../../../src/manifests/workspace/scene.ts";
import { projectRoot } from "../../../src/tools/projectRoot.ts";

const folder = join(projectRoot, "src", "manifests", "rules");
const found: { rule: Rule; examples: RuleExamples }[] = [];
for (const file of readdirSync(folder)) {
  const module = (await import(join(folder, file))) as Record<string, unknown>;
  const rule = Object.values(module).find((each): each is Rule => rules.includes(each as Rule));
  if (rule && file !== "index.ts") {
    found.push({ rule, examples: module.examples as RuleExamples });
  }
}

function findingsIn(yaml: string, rule: Rule, live: readonly object[] | undefined) {
  const file = ManifestFile.read("manifest.yaml", yaml);
  const scene = new Scene(file.objects, live ? listedState([...live]) : undefined);
  return file.documents.flatMap((placed) =>
    placed.document.objects.flatMap((object) =>
      applyRule(rule, object, scene).map((finding) => ({ finding, placed, file })),
    ),
  );
}

function marked(text: string, { start, end }: Finding): string {
  return text.slice(start, end);
}

describe("rules of manifests", () => {
  it("are all proven by examples of their own", () => {
    assert.deepEqual(found.map(({ rule }) => rule.id).sort(), rules.map(({ id }) => id).sort());
    assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length);
  });

  for (const { rule, examples } of found) {
    describe(rule.id, () => {
      it("is silent on valid manifests", () => {
        assert.ok(examples.valid.length > 0);
        for (const yaml of examples.valid) {
          assert.deepEqual(
            findingsIn(yaml, rule, undefined).map(({ finding }) => finding.message.en),
            [],
            yaml,
          );
        }
      });

      it("marks what is wrong, and mends it", () => {
        assert.ok(examples.invalid.some(({ marks }) => marks.length > 0));
        for (const { yaml, marks, fixed, live } of examples.invalid) {
          const all = findingsIn(yaml, rule, live);
          assert.deepEqual(
            all.map(({ finding, placed }) => marked(placed.document.text, finding)),
            marks,
            yaml,
          );
          if (fixed !== undefined) {
            const [first] = all;
            const fix = first?.finding.fixes?.[0];
            assert.ok(first && fix, `no fix for ${yaml}`);
            const { text } = first.placed.document;
            const before = yaml.slice(0, first.placed.offset);
            const after = yaml.slice(first.placed.offset + text.length);
            assert.equal(before + applyFix(text, fix) + after, fixed);
          }
        }
      });

      it("speaks both languages", () => {
        for (const text of [rule.title, rule.why]) {
          assert.match(text.ja, /[ぁ-ん]/);
          assert.doesNotMatch(text.en, /[ぁ-ん]/);
        }
      });
    });
  }
});
