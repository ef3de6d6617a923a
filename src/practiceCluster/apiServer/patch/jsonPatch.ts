import type { Operation } from "rfc6902";
import { applyPatch } from "rfc6902";
import type { Json, JsonObject } from "../../../common/kubernetes/objects.ts";
import { ApiError } from "../../api/apiError.ts";

const mostOperations = 10_000;

function typeInGo(value: Json): string {
  if (Array.isArray(value)) {
    return "array";
  }
  return typeof value === "boolean" ? "bool" : typeof value;
}

/**
 * Applies a JSON patch (RFC 6902). Throws ApiError: 400 where the patch is no list of operations, 422
 * where an operation cannot be applied or a test fails.
 */
export function jsonPatch(current: JsonObject, patch: Json): Json {
  if (!Array.isArray(patch)) {
    const problem = `json: cannot unmarshal ${typeInGo(patch)} into Go value of type []handlers.jsonPatchOp`;
    throw new ApiError(400, "BadRequest", `error decoding patch: ${problem}`);
  }
  if (patch.length > mostOperations) {
    const message = `The allowed maximum operations in a JSON patch is ${mostOperations}, got ${patch.length}`;
    throw new ApiError(413, "RequestEntityTooLarge", message);
  }
  const target = { document: structuredClone(current) as Json };
  const operations = structuredClone(patch).map(belowDocument);
  const problems = applyPatch(target, operations);
  if (problems.some((problem) => problem !== null)) {
    throw rejected();
  }
  return target.document;
}

function rejected(): ApiError {
  return new ApiError(422, "Invalid", "the server rejected our request due to an error in our request", {});
}

/** The operation with paths below "/document", so that the root can be replaced too. */
function belowDocument(operation: Json): Operation {
  if (typeof operation !== "object" || operation === null || Array.isArray(operation)) {
    throw rejected();
  }
  const moved: JsonObject = { ...operation };
  for (const key of ["path", "from"]) {
    if (typeof moved[key] === "string") {
      moved[key] = `/document${moved[key]}`;
    }
  }
  if (typeof moved.path !== "string" || typeof moved.op !== "string") {
    throw rejected();
  }
  return moved as unknown as Operation;
}
