import { type Document, isMap, isNode, LineCounter, parseAllDocuments } from "yaml";
import type { LocalizedText } from "../common/language.ts";
import { isSecretValue, mask } from "../common/secretMask.ts";
import type { FileCheck } from "../lessons/check.ts";
import { fillTemplate, show } from "./cel.ts";
import { compares } from "./condition.ts";
import { parseFieldPath } from "./fieldPath.ts";
import type { FileLocation, Finding, Verdict } from "./verdict.ts";

/** The longest manifest that is read: beyond it a check says so instead of holding the editor up. */
export const fileSizeLimit = 1_000_000;

export type LearnerFile =
  | { readonly state: "read"; readonly text: string }
  | { readonly state: "missing" }
  | { readonly state: "tooLarge"; readonly size: number }
  | { readonly state: "unreadable"; readonly detail: string };

/** Evaluates a file check on the learner's file as it is on disk. */
export function evaluateFileCheck(check: FileCheck, file: LearnerFile): Finding {
  const expected = fillTemplate(check.expected, {});
  if (file.state === "unreadable") {
    const verdict: Verdict = { state: "cannotTell", ...unreadableWords(check.file, file.detail) };
    return { verdict, observed: file.detail, expected };
  }
  if (file.state === "missing") {
    return { verdict: { state: "notYet", message: missingWords(check.file) }, observed: "", expected };
  }
  if (file.state === "tooLarge") {
    const message = tooLargeWords(check.file, file.size);
    return { verdict: { state: "wrong", message }, observed: `${file.size} bytes`, expected };
  }
  return { ...judge(check, file.text), expected };
}

function judge(check: FileCheck, text: string): Omit<Finding, "expected"> {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  const locate = (offset: number): FileLocation => {
    const { line, col } = lines.linePos(offset);
    return { file: check.file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const parsed: readonly Document.Parsed[] = Array.isArray(documents) ? documents : [];
  const broken = parsed.flatMap(({ errors }) => errors)[0];
  if (broken) {
    const location = locate(broken.pos[0]);
    const message = notYamlWords(location, broken.message);
    return { verdict: { state: "wrong", message }, observed: broken.message, location };
  }
  const document = parsed.find((candidate) => isWanted(candidate, check.document));
  if (!document) {
    const kinds = parsed.map((candidate) => show(candidate.getIn(["kind"])));
    const message = noDocumentWords(check, kinds);
    return { verdict: { state: "wrong", message }, observed: kinds.join(", ") };
  }
  return judgeFields(check, document, locate);
}

function judgeFields(
  check: FileCheck,
  document: Document.Parsed,
  locate: (offset: number) => FileLocation,
): Omit<Finding, "expected"> {
  const seen: string[] = [];
  let location: FileLocation | undefined;
  for (const expectation of check.expect) {
    const path = parseFieldPath(expectation.path);
    const value = plainValue(document.getIn(path, false));
    location = locate(offsetOf(document, path));
    const isHidden = isPresent(value) && isSecretValue(check.document.kind, path);
    const shown = isHidden ? mask : value;
    seen.push(`${expectation.path}: ${show(shown)}`);
    if (!compares(value, expectation)) {
      const message = fillTemplate(expectation.say, { value: shown });
      return { verdict: { state: "wrong", message }, observed: seen.join("\n"), location };
    }
  }
  return { verdict: { state: "passed" }, observed: seen.join("\n"), location };
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}

function isWanted(document: Document.Parsed, wanted: FileCheck["document"]): boolean {
  return (
    isMap(document.contents) &&
    document.getIn(["kind"]) === wanted.kind &&
    (wanted.name === undefined || document.getIn(["metadata", "name"]) === wanted.name)
  );
}

function plainValue(value: unknown): unknown {
  return isNode(value) ? value.toJSON() : value;
}

/** Where the field stands, or the nearest parent that is there. */
function offsetOf(document: Document.Parsed, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) {
      return node.range[0];
    }
  }
  return document.range[0];
}

function missingWords(file: string): LocalizedText {
  return { ja: `${file} がフォルダーにありません。`, en: `There is no ${file} in the folder.` };
}

function tooLargeWords(file: string, size: number): LocalizedText {
  const megabytes = (size / 1_000_000).toFixed(1);
  return {
    ja: `${file} は ${megabytes} MB あり、マニフェストとしては大きすぎるため読みません。`,
    en: `${file} has ${megabytes} MB: too large for a manifest, so it is not read.`,
  };
}

function notYamlWords({ file, line, column }: FileLocation, detail: string): LocalizedText {
  return {
    ja: `${file} の ${line} 行 ${column} 文字目が YAML として読めません: ${detail}`,
    en: `${file} is not YAML at line ${line}, column ${column}: ${detail}`,
  };
}

function noDocumentWords(check: FileCheck, kinds: readonly string[]): LocalizedText {
  const { kind, name } = check.document;
  const wanted = name ? `${kind} ${name}` : kind;
  const seen = kinds.length > 0 ? kinds.join(", ") : "–";
  return {
    ja: `${check.file} に ${wanted} がありません（あるもの: ${seen}）。`,
    en: `There is no ${wanted} in ${check.file} (there is: ${seen}).`,
  };
}

function unreadableWords(file: string, detail: string) {
  return {
    message: { ja: `${file} を読めません（${detail}）。`, en: `${file} cannot be read (${detail}).` },
    remedy: {
      ja: "ファイルのアクセス権を確認してください。",
      en: "Look at the file's permissions.",
    },
  };
}
