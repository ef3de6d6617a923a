import { typeOfKind } from "../common/kubernetes/schema/index.ts";
import type { Finding } from "./findings/finding.ts";
import { rules } from "./rules/index.ts";
import { applyRule } from "./rules/rule.ts";
import { apiVersionFindings } from "./schema/apiVersion.ts";
import { serverFindings } from "./schema/serverFindings.ts";
import { typeFindings } from "./schema/typeFindings.ts";
import type { ManifestDocument } from "./source/manifestDocument.ts";
import type { ManifestObject } from "./source/manifestObject.ts";
import type { Scene } from "./workspace/scene.ts";

/**
 * Everything that is wrong with one document: first what makes it no YAML, then what the server cannot
 * decode, then what it refuses, then what it takes and should not have been asked. Each is looked for
 * only where the ones before found nothing, since their findings would be echoes.
 */
export function findingsOf(document: ManifestDocument, scene: Scene): readonly Finding[] {
  const { problems } = document;
  if (problems.length > 0) {
    return problems.map(({ start, end, message }) => ({
      start,
      end,
      rule: "yaml",
      severity: "error",
      message: { ja: `YAML として読めません: ${message}`, en: `This is not YAML: ${message}` },
    }));
  }
  const findings = document.objects.flatMap((object) => [
    ...wellFormedness(object),
    ...rules.flatMap((rule) => applyRule(rule, object, scene)),
  ]);
  return withoutEchoes(findings).filter((finding) => !isIgnored(document, finding));
}

function wellFormedness(object: ManifestObject): readonly Finding[] {
  const unknown = apiVersionFindings(object);
  const { apiVersion } = object;
  const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
  const type = typeOfKind(group, apiVersion.slice(apiVersion.indexOf("/") + 1), object.kind);
  if (unknown.length > 0 || !type) {
    return unknown;
  }
  const mistyped = typeFindings(object, type);
  return mistyped.length > 0 ? mistyped : serverFindings(object, type);
}

/** Of an error that the server words and a rule that says the same of the same place, the rule stays: it can mend. */
function withoutEchoes(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(
    (finding) =>
      finding.rule !== "invalid-value" ||
      !findings.some(
        (other) =>
          other.rule !== "invalid-value" && other.severity === "error" && other.start === finding.start,
      ),
  );
}

/** Whether the line, or a comment line before it, says `# dojo-ignore: RULE` (more than one: with commas). */
function isIgnored({ text }: ManifestDocument, { start, rule }: Finding): boolean {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const lineEnd = text.indexOf("\n", start);
  const line = text.slice(lineStart, lineEnd < 0 ? text.length : lineEnd);
  const before = text.slice(text.lastIndexOf("\n", lineStart - 2) + 1, lineStart).trim();
  return [line, before.startsWith("#") ? before : ""].some((candidate) => {
    const ids = /#\s*dojo-ignore:\s*([\w, -]+)/.exec(candidate)?.[1];
    return ids?.split(",").some((id) => id.trim() === rule) ?? false;
  });
}
