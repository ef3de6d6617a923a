import { canonicalStruct } from "../../../common/kubernetes/decoding/canonicalForm.ts";
import { typeOfResource } from "../../../common/kubernetes/decoding/canonicalize.ts";
import { Decoder } from "../../../common/kubernetes/decoding/decoder.ts";
import type { Json, JsonObject, KubernetesObject } from "../../../common/kubernetes/objects.ts";
import { typeOfKind } from "../../../common/kubernetes/schema/index.ts";
import { ApiError } from "../../api/apiError.ts";
import type { Resource } from "../../api/resource.ts";
import { apiVersionOf } from "../../api/resource.ts";

export type FieldValidation = "Strict" | "Warn" | "Ignore";

export interface DecodedObject {
  readonly object: KubernetesObject;
  /** Texts for Warning headers. */
  readonly warnings: string[];
}

const schemeName = "k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30";

function splitApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf("/");
  return { group: apiVersion.slice(0, Math.max(0, slash)), version: apiVersion.slice(slash + 1) };
}

function cannotBeHandled(kind: string, version: string, as: string, problem: string): ApiError {
  return new ApiError(
    400,
    "BadRequest",
    `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${as}: ${problem}`,
  );
}

/** Refuses a body of another kind, with the words of the server's scheme. */
function requireKind(resource: Resource, value: JsonObject): void {
  const apiVersion = String(value.apiVersion || apiVersionOf(resource));
  const kind = String(value.kind || resource.kind);
  if (apiVersion === apiVersionOf(resource) && kind === resource.kind) {
    return;
  }
  const { group, version } = splitApiVersion(apiVersion);
  const internal = `${resource.group === "" ? "core" : resource.group.split(".")[0]}.${resource.kind}`;
  const problem = typeOfKind(group, version, kind)
    ? `converting (${version}.${kind}) to (${internal}): unknown conversion`
    : `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme ${JSON.stringify(schemeName)}`;
  throw cannotBeHandled(kind, version, resource.kind, problem);
}

/**
 * Reads a request's body as an object of `resource`, as the API server decodes it: unknown fields are
 * refused ("Strict"), warned of ("Warn") or dropped ("Ignore"), as keys that came twice (`duplicates`); quantities and
 * times become canonical.
 * Throws ApiError 400 with the server's words. Objects of custom resources pass as they are.
 */
export function decodeObject(
  resource: Resource,
  value: Json,
  fieldValidation: FieldValidation,
  duplicates: readonly string[] = [],
): DecodedObject {
  const duplicateErrors = duplicates.map((path) => `duplicate field ${JSON.stringify(path)}`);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw unrecognised(resource, value);
  }
  const type = typeOfResource(resource);
  if (!type) {
    requireNoErrors(resource, fieldValidation, duplicateErrors);
    const warnings = fieldValidation === "Warn" ? duplicateErrors : [];
    return { object: structuredClone(value) as KubernetesObject, warnings };
  }
  requireKind(resource, value);
  const decoder = new Decoder();
  const decoded = decoder.decode(type, value) as JsonObject | undefined;
  const handledAs = (problem: string) =>
    cannotBeHandled(resource.kind, resource.version, resource.kind, problem);
  if (decoder.error !== undefined || !decoded) {
    throw handledAs(decoder.error ?? "empty object");
  }
  const strictErrors = [...duplicateErrors, ...decoder.strictErrors];
  requireNoErrors(resource, fieldValidation, strictErrors);
  decoded.kind = resource.kind;
  decoded.apiVersion = apiVersionOf(resource);
  return {
    object: canonicalStruct(type, decoded) as KubernetesObject,
    warnings: fieldValidation === "Warn" ? strictErrors : [],
  };
}

function requireNoErrors(
  { kind, version }: Resource,
  fieldValidation: FieldValidation,
  strictErrors: readonly string[],
): void {
  if (fieldValidation === "Strict" && strictErrors.length > 0) {
    throw cannotBeHandled(kind, version, kind, `strict decoding error: ${strictErrors.join(", ")}`);
  }
}

function unrecognised(resource: Resource, value: Json): ApiError {
  const found = Array.isArray(value) ? "array" : typeof value;
  const message =
    `the object provided is unrecognized (must be of type ${resource.kind}): couldn't get version/kind; ` +
    `json parse error: json: cannot unmarshal ${found} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`;
  return new ApiError(400, "BadRequest", message);
}
