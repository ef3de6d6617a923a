import { typeOfResource } from "../../../common/kubernetes/decoding/canonicalize.ts";
import { isObject } from "../../../common/kubernetes/jsonValues.ts";
import type { Json, JsonObject, KubernetesObject } from "../../../common/kubernetes/objects.ts";
import type { PatchType } from "../../api/apiClient.ts";
import { ApiError } from "../../api/apiError.ts";
import type { Resource } from "../../api/resource.ts";
import type { DecodedObject, FieldValidation } from "../schema/decode.ts";
import { decodeObject } from "../schema/decode.ts";
import { invalidPatch } from "./invalidPatch.ts";
import { jsonPatch } from "./jsonPatch.ts";
import { mergePatch } from "./mergePatch.ts";
import { strategicMergePatch } from "./strategicMergePatch.ts";

function requireObject(patch: Json, prefix: string): JsonObject {
  if (isObject(patch)) {
    return patch;
  }
  const found = Array.isArray(patch) ? "array" : typeof patch === "boolean" ? "bool" : typeof patch;
  const problem = `json: cannot unmarshal ${found} into Go value of type map[string]interface {}`;
  throw new ApiError(400, "BadRequest", prefix + problem);
}

/**
 * Applies a JSON, merge or strategic merge patch to `current` and returns the new object, not yet
 * decoded. Throws ApiError as the server does; "apply" belongs to `managedFields/applyServerSide`.
 */
export function applyPatch(
  type: PatchType,
  resource: Resource,
  current: KubernetesObject,
  patch: Json,
): JsonObject {
  const object = current as JsonObject;
  switch (type) {
    case "json":
      return requireObject(jsonPatch(object, patch), "");
    case "merge":
      return mergePatch(object, requireObject(patch, "error decoding patch: ")) as JsonObject;
    case "strategic":
      return applyStrategic(resource, object, patch);
    case "apply":
      throw new ApiError(500, "InternalError", "apply patches are not merged here");
  }
}

function applyStrategic(resource: Resource, current: JsonObject, patch: Json): JsonObject {
  const schema = typeOfResource(resource);
  if (!schema) {
    const message =
      "the body of the request was in an unknown format - accepted media types include: " +
      "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml";
    throw new ApiError(415, "UnsupportedMediaType", message);
  }
  return strategicMergePatch(schema, current, requireObject(patch, ""));
}

/**
 * Applies a patch and decodes the result. What cannot be decoded is refused with 422, "patch" as the
 * field, and the words of the server.
 */
export function patchObject(
  type: PatchType,
  resource: Resource,
  current: KubernetesObject,
  patch: Json,
  fieldValidation: FieldValidation,
): DecodedObject {
  const patched = applyPatch(type, resource, current, patch);
  try {
    return decodeObject(resource, patched, fieldValidation);
  } catch (error) {
    if (error instanceof ApiError && error.reason === "BadRequest") {
      throw invalidPatch(type, resource, patched, patch, error.message);
    }
    throw error;
  }
}
