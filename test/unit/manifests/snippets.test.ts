import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findingsOf } from "../../../src/manifests/checkManifests.ts";
import { ManifestFile } from "../../../src/manifests/source/manifestFile.ts";
import { Scene } from "../../../src/manifests/workspace/scene.ts";
import { projectRoot } from "../../../src/tools/projectRoot.ts";

interface Snippet {
  readonly prefix: readonly string[];
  readonly description: string;
  readonly body: readonly string[];
}

const file = join(projectRoot, "media", "snippets", "manifests.code-snippets");
const snippets = JSON.parse(readFileSync(file, "utf8")) as Record<string, Snippet>;

/** The snippet as it stands when nobody changes its placeholders. */
function accepted({ body }: Snippet): string {
  return body
    .join("\n")
    .replaceAll(/\$\{\d+\|([^,|]*)[^}]*\}/g, "$1")
    .replaceAll(/\$\{\d+:([^}]*)\}/g, "$1");
}

describe("snippets", () => {
  for (const [name, snippet] of Object.entries(snippets)) {
    it(`${snippet.prefix[0]} has nothing that our own rules would complain of, and speaks both languages`, () => {
      assert.match(name + snippet.description, /[ぁ-んァ-ン]/);
      const manifest = ManifestFile.read("snippet.yaml", `${accepted(snippet)}\n`);
      assert.ok(manifest.objects.length > 0);
      const scene = new Scene(manifest.objects);
      const findings = manifest.documents.flatMap(({ document }) => findingsOf(document, scene));
      assert.deepEqual(
        findings.map(({ message }) => message.en),
        [],
      );
    });
  }
});
