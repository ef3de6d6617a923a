import type { Json } from "../../common/kubernetes/objects.ts";
import { canonicalQuantity } from "../../common/kubernetes/quantity.ts";
import type { ApiType, StructType } from "../../common/kubernetes/schema/types.ts";
import { renameKey, replaceValue } from "../findings/edits.ts";
import type { Finding } from "../findings/finding.ts";
import { nearestName } from "../findings/nearestName.ts";
import { findingAt, fixBy } from "../findings/report.ts";
import type { FieldPath } from "../source/fieldPath.ts";
import type { ManifestObject } from "../source/manifestObject.ts";
import { fieldsNamed } from "./fieldsNamed.ts";

/**
 * Fields that the type does not have and values of a wrong type: what strict decoding on the server
 * (`fieldValidation: Strict`, kubectl's default) refuses.
 */
export function typeFindings(object: ManifestObject, type: StructType): readonly Finding[] {
  const findings: Finding[] = [];
  visit(object, type, object.value, [], findings);
  return findings;
}

function visit(
  object: ManifestObject,
  type: ApiType,
  value: Json | undefined,
  path: FieldPath,
  findings: Finding[],
): void {
  if (value === null || value === undefined) {
    return;
  }
  const mismatch = mismatchOf(type, value);
  if (mismatch) {
    findings.push(wrongType(object, path, value, mismatch));
  } else if (type.kind === "struct") {
    visitFields(object, type, value, path, findings);
  } else if (type.kind === "list" && Array.isArray(value)) {
    value.forEach((item, index) => {
      visit(object, type.element, item, [...path, index], findings);
    });
  } else if (type.kind === "map") {
    for (const [key, item] of Object.entries(value)) {
      visit(object, type.value, item, [...path, key], findings);
    }
  }
}

function visitFields(
  object: ManifestObject,
  type: StructType,
  value: Json,
  path: FieldPath,
  findings: Finding[],
): void {
  for (const [key, child] of Object.entries(value ?? {})) {
    const field = type.fields.get(key);
    if (field) {
      visit(object, field.apiType, child, [...path, key], findings);
    } else {
      findings.push(unknownField(object, type, [...path, key]));
    }
  }
}

function unknownField(object: ManifestObject, type: StructType, path: FieldPath): Finding {
  const key = String(path.at(-1));
  const near = nearestName(key, type.fields.keys());
  const elsewhere = near ? undefined : fieldsNamed(object, key)[0];
  const hint = near
    ? { ja: `${near} のことですか?`, en: `Did you mean ${near}?` }
    : elsewhere
      ? { ja: `${key} は ${elsewhere} にあります。`, en: `${key} is a field of ${elsewhere}.` }
      : { ja: "", en: "" };
  return findingAt(object, path, {
    rule: "unknown-field",
    severity: "error",
    on: "key",
    message: {
      ja: `${type.name} に ${key} というフィールドはありません。${hint.ja}`.trim(),
      en: `${type.name} has no field ${key}. ${hint.en}`.trim(),
    },
    fixes: near
      ? [fixBy({ ja: `${near} に変える`, en: `Change to ${near}` }, renameKey(object, path, near))]
      : [],
  });
}

/** What the type wants instead of `value`; undefined where the value fits. */
function mismatchOf(type: ApiType, value: Json): string | undefined {
  const is = typeof value;
  switch (type.kind) {
    case "struct":
    case "map":
      return is === "object" && !Array.isArray(value) ? undefined : "object";
    case "list":
      return Array.isArray(value) ? undefined : "list";
    case "scalar":
      return scalarMismatch(type, value);
    case "special":
      return specialMismatch(type.special, value);
  }
}

function scalarMismatch(type: Extract<ApiType, { kind: "scalar" }>, value: Json): string | undefined {
  switch (type.scalar) {
    case "string":
    case "bytes":
      return typeof value === "string" ? undefined : "string";
    case "boolean":
      return typeof value === "boolean" ? undefined : "true / false";
    case "number":
      return typeof value === "number" ? undefined : "number";
    case "integer":
      return Number.isInteger(value) ? undefined : "integer";
  }
}

function specialMismatch(special: string, value: Json): string | undefined {
  switch (special) {
    case "quantity":
      return canonicalQuantity(typeof value === "object" ? "" : String(value).trim()) === undefined
        ? "quantity (500m, 1Gi …)"
        : undefined;
    case "intOrString":
      return typeof value === "string" || Number.isInteger(value) ? undefined : "integer | string";
    case "time":
    case "microTime":
    case "duration":
      return typeof value === "string" ? undefined : "string";
    default:
      return undefined;
  }
}

function wrongType(object: ManifestObject, path: FieldPath, value: Json, wanted: string): Finding {
  const found = Array.isArray(value) ? "list" : typeof value === "object" ? "object" : JSON.stringify(value);
  const key = path.findLast((part) => typeof part === "string") ?? object.kind;
  return findingAt(object, path, {
    rule: "wrong-type",
    severity: "error",
    message: {
      ja: `${key} には ${wanted} を書きますが、${found} になっています。`,
      en: `${key} takes ${wanted}, not ${found}.`,
    },
    fixes: [mending(object, path, value, wanted)],
  });
}

/** Quotes for a text that YAML took for something else; no quotes for a number that was quoted. */
function mending(object: ManifestObject, path: FieldPath, value: Json, wanted: string) {
  if (wanted === "string" && (typeof value === "number" || typeof value === "boolean")) {
    const node = object.document.node([...object.base, ...path]);
    const written = node?.range ? object.document.text.slice(node.range[0], node.range[1]) : String(value);
    const quoted = JSON.stringify(written);
    return fixBy(
      { ja: `${quoted} と引用符で囲む`, en: `Quote it: ${quoted}` },
      replaceValue(object, path, quoted),
    );
  }
  if (wanted === "integer" && typeof value === "string" && /^-?\d+$/.test(value)) {
    return fixBy({ ja: "引用符を外す", en: "Remove the quotes" }, replaceValue(object, path, value));
  }
  if (wanted === "true / false" && typeof value === "string" && /^(true|false)$/i.test(value)) {
    return fixBy(
      { ja: "引用符を外す", en: "Remove the quotes" },
      replaceValue(object, path, value.toLowerCase()),
    );
  }
  return undefined;
}
