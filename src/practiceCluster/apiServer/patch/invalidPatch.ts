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
  const decodeProblem = at < 0 ? decodeMessage : decodeMessage.slice(at + prefix.length);
  const problem = type === "strategic" ? conversionProblem(decodeProblem) : decodeProblem;
  const message = `Invalid value: ${JSON.stringify(value)}: ${problem}`;
  return new ApiError(422, "Invalid", ` "" is invalid: patch: ${message}`, {
    causes: [{ reason: "FieldValueInvalid", message, field: "patch" }],
  });
}

/**
 * Strategic patches are not decoded from JSON but converted value by value, which words a mismatch of
 * types differently (apimachinery's runtime converter).
 */
function conversionProblem(decodeProblem: string): string {
  const mismatch = /^json: cannot unmarshal (\w+).* of type (\S+)$/.exec(decodeProblem);
  if (!mismatch) {
    return decodeProblem;
  }
  const [, json = "", goType = ""] = mismatch;
  const found = { object: "map", array: "slice", number: "int64" }[json] ?? json;
  if (goType.startsWith("[]")) {
    return `cannot restore slice from ${found}`;
  }
  if (goType.startsWith("map[")) {
    return `cannot restore map from ${found}`;
  }
  const isNumberOrBool = /^(?:u?int\d*|float\d+|bool)$/.test(goType);
  if (json === "number" && !isNumberOrBool) {
    return `cannot convert int64 to ${goType}`;
  }
  return `unrecognized type: ${isNumberOrBool ? goType : "string"}`;
}
