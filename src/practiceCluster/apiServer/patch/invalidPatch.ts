import type { Json, JsonObject } from "../../../common/kubernetes/objects.ts";
import type { PatchType } from "../../api/apiClient.ts";
import { ApiError } from "../../api/apiError.ts";
import type { Resource } from "../../api/resource.ts";
import { goMapText } from "./goMapText.ts";

/** The refusal of a patch whose result cannot be decoded: it names no object, and prints what it could not read. */
export function invalidPatch(
  type: PatchType,
  resource: Resource,
  patched: JsonObject,
  patch: Json,
  decodeMessage: string,
): ApiError {
  const value = type === "strategic" ? goMapText(patch) : JSON.stringify(patched);
  const prefix = ` cannot be handled as a ${resource.kind}: `;
  const at = decodeMessage.indexOf(prefix);
  const problem = at < 0 ? decodeMessage : decodeMessage.slice(at + prefix.length);
  const message = `Invalid value: ${JSON.stringify(value)}: ${problem}`;
  return new ApiError(422, "Invalid", ` "" is invalid: patch: ${message}`, {
    causes: [{ reason: "FieldValueInvalid", message, field: "patch" }],
  });
}
