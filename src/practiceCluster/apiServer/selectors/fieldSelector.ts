import type { KubernetesObject } from "../../../common/kubernetes/objects.ts";
import { refusals } from "../requests/errors.ts";
import type { ResourceDefinition } from "../resources/definition.ts";

/** Whether an object's fields match. */
export type FieldMatcher = (object: KubernetesObject) => boolean;

/**
 * Parses `metadata.name=x,status.phase!=Running` for the fields that the resource can be selected by
 * (apimachinery/pkg/fields). Throws ApiError 400.
 */
export function parseFieldSelector(text: string, definition: ResourceDefinition): FieldMatcher {
  const terms = splitTerms(text)
    .sort()
    .filter((term) => term !== "")
    .map((term) => parseTerm(text, term, definition));
  return (object) => {
    const fields = selectableFields(object, definition);
    return terms.every(({ field, negated, value }) => (fields[field] === value) !== negated);
  };
}

/** The fields of an object that a selector can name, with their values. */
function selectableFields(object: KubernetesObject, definition: ResourceDefinition): Record<string, string> {
  return {
    "metadata.name": object.metadata?.name ?? "",
    "metadata.namespace": object.metadata?.namespace ?? "",
    ...definition.selectableFields?.(object),
  };
}

/** At commas; a comma behind a backslash belongs to its value. */
function splitTerms(text: string): string[] {
  return text.match(/(?:\\.|[^,\\]|\\$)+/gsu) ?? [];
}

interface Term {
  readonly field: string;
  readonly negated: boolean;
  readonly value: string;
}

function parseTerm(selector: string, term: string, definition: ResourceDefinition): Term {
  const match = /^(.*?)(!=|==|=)(.*)$/s.exec(term);
  if (!match) {
    throw refusals.badRequest(`invalid selector: '${selector}'; can't understand '${term}'`);
  }
  const [, field = "", operator, escaped = ""] = match;
  const value = unescapeValue(escaped);
  if (!(field in selectableFields({}, definition))) {
    throw refusals.badRequest(unknownField(field, definition));
  }
  return { field, negated: operator === "!=", value };
}

function unescapeValue(text: string): string {
  const invalid = /^(?:[^\\]|\\[\\,=])*?(\\(?:[^\\,=]|$))/su.exec(text)?.[1];
  if (invalid !== undefined) {
    throw refusals.badRequest(`invalid field selector: invalid escape sequence: ${invalid}`);
  }
  const bare = /^(?:[^\\,=]|\\.)*([,=])/su.exec(text)?.[1];
  if (bare !== undefined) {
    throw refusals.badRequest(
      `invalid field selector: unescaped character in value: ${bare.codePointAt(0) ?? 0}`,
    );
  }
  return text.replaceAll(/\\(.)/gsu, "$1");
}

/** Kinds with fields of their own have words of their own (each group's AddFieldLabelConversionFunc). */
function unknownField(field: string, { resource, selectableFields: own }: ResourceDefinition): string {
  if (resource.kind === "Job") {
    return `field label ${JSON.stringify(field)} not supported for Job`;
  }
  return own
    ? `field label not supported: ${field}`
    : `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`;
}
