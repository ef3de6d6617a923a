import type { KubernetesObject } from "../../../common/kubernetes/objects.ts";
import { ApiError } from "../../api/apiError.ts";
import type { ResourceDefinition } from "../resources/definition.ts";

/** Whether an object's fields match. */
export type FieldMatcher = (object: KubernetesObject) => boolean;

/** Parses `metadata.name=x,status.phase!=Running` for the fields that the resource can be selected by. Throws ApiError 400. */
export function parseFieldSelector(text: string, definition: ResourceDefinition): FieldMatcher {
  const terms = text
    .split(",")
    .map((term) => term.trim())
    .filter((term) => term !== "")
    .map((term) => parseTerm(term, definition));
  return (object) => {
    const fields = selectableFields(object, definition);
    return terms.every(({ field, negated, value }) => (fields[field] === value) !== negated);
  };
}

/** The fields of an object that a selector can name, with their values. */
function selectableFields(object: KubernetesObject, definition: ResourceDefinition): Record<string, string> {
  return {
    "metadata.name": object.metadata?.name ?? "",
    ...(definition.resource.namespaced ? { "metadata.namespace": object.metadata?.namespace ?? "" } : {}),
    ...definition.selectableFields?.(object),
  };
}

interface Term {
  readonly field: string;
  readonly negated: boolean;
  readonly value: string;
}

function parseTerm(term: string, definition: ResourceDefinition): Term {
  const match = /^([^=!]+)(==|!=|=)(.*)$/.exec(term);
  if (!match) {
    throw new ApiError(400, "BadRequest", `invalid selector: '${term}'; can't understand '${term}'`);
  }
  const [, field = "", operator, value = ""] = match;
  if (!(field in selectableFields({}, definition))) {
    throw new ApiError(400, "BadRequest", `field label not supported: ${field}`);
  }
  return { field, negated: operator === "!=", value };
}
