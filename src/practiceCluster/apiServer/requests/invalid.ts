import type { Resource } from "../../../common/kubernetes/resource.ts";
import type { FieldProblem } from "../../../common/kubernetes/validation/problems.ts";
import { ApiError } from "../../api/apiError.ts";

/** Throws ApiError 422 with one cause for each problem, in the words of apimachinery's NewInvalid; nothing where there is none. */
export function refuseProblems(resource: Resource, name: string, problems: readonly FieldProblem[]): void {
  if (problems.length === 0) {
    return;
  }
  const { group, kind } = resource;
  const texts = [...new Set(problems.map(({ field, message }) => `${field}: ${message}`))];
  const list = texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`;
  const qualified = group === "" ? kind : `${kind}.${group}`;
  throw new ApiError(422, "Invalid", `${qualified} ${JSON.stringify(name)} is invalid: ${list}`, {
    ...(name === "" ? {} : { name }),
    ...(group === "" ? {} : { group }),
    kind,
    causes: problems.map(({ reason, message, field }) => ({ reason, message, field })),
  });
}
