import type { LocalizedText } from "../../common/language.ts";
import type { FieldPath } from "../source/fieldPath.ts";
import type { ManifestObject } from "../source/manifestObject.ts";
import type { Finding, Fix, Severity, TextEdit } from "./finding.ts";

/** A finding at the value of a field; at its key with `on: "key"`. */
export function findingAt(
  object: ManifestObject,
  path: FieldPath,
  what: {
    readonly rule: string;
    readonly severity: Severity;
    readonly message: LocalizedText;
    readonly on?: "key" | "value";
    readonly fixes?: readonly (Fix | undefined)[];
  },
): Finding {
  const span = what.on === "key" ? object.keySpan(path) : object.valueSpan(path);
  const fixes = (what.fixes ?? []).filter((fix) => fix !== undefined);
  return {
    ...span,
    rule: what.rule,
    severity: what.severity,
    message: what.message,
    ...(fixes.length > 0 ? { fixes } : {}),
  };
}

/** A fix of one edit; undefined where the edit cannot be made. */
export function fixBy(title: LocalizedText, edit: TextEdit | undefined): Fix | undefined {
  return edit ? { title, edits: [edit] } : undefined;
}
