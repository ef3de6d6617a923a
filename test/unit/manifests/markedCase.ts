import assert from "node:assert/strict";
import { findingsOf } from "../../../src/manifests/checkManifests.ts";
import { ManifestFile } from "../../../src/manifests/source/manifestFile.ts";
import { Scene } from "../../../src/manifests/workspace/scene.ts";

export interface Expected {
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
  readonly rule: string;
  readonly text: string;
}

/**
 * A manifest whose expected findings are comments below the line that they mark:
 *
 *     repliacs: 3
 *   # ^^^^^^^^ unknown-field: Did you mean replicas
 *
 * The carets stand below what is marked (`#<^^^` marks from the first column on); the text must be part of the
 * English message.
 */
export function expectedOf(yaml: string): readonly Expected[] {
  const expected: Expected[] = [];
  let line = 0;
  yaml.split("\n").forEach((text, index) => {
    const mark = /^(\s*#<?\s*)(\^+) ([\w-]+)(?:: (.*))?$/.exec(text);
    if (!mark) {
      line = index + 1;
      return;
    }
    const [, lead = "", carets = "", rule = "", message = ""] = mark;
    const column = lead === "#<" ? 1 : lead.length + 1;
    expected.push({ line, column, endColumn: column + carets.length, rule, text: message });
  });
  return expected;
}

/** Compares the errors and warnings of `yaml` with its marks. `remarks` of severity info count only where marked. */
export function checkMarked(yaml: string): void {
  const file = ManifestFile.read("manifest.yaml", yaml);
  const scene = new Scene(file.objects);
  const expected = expectedOf(yaml);
  const wanted = new Set(expected.map(({ rule }) => rule));
  const found = file.documents
    .flatMap((placed) =>
      findingsOf(placed.document, scene)
        .filter(({ severity, rule }) => severity !== "info" || wanted.has(rule))
        .map((finding) => ({ ...finding, span: file.spanInFile(placed, finding) })),
    )
    .sort((one, other) => one.span.start - other.span.start);
  const shown = found.map(({ span, rule, message }) => {
    const start = file.positionAt(span.start);
    return { ...start, endColumn: file.positionAt(span.end).column, rule, text: message.en };
  });
  assert.deepEqual(
    shown.map(({ line, column, endColumn, rule }) => ({ line, column, endColumn, rule })),
    expected.map(({ line, column, endColumn, rule }) => ({ line, column, endColumn, rule })),
    `found ${JSON.stringify(shown, undefined, 1)}`,
  );
  expected.forEach(({ text }, index) => {
    assert.ok(shown[index]?.text.includes(text), `"${shown[index]?.text}" does not say "${text}"`);
  });
}
