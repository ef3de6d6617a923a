import { ApiError } from "../../api/apiError.ts";
import type { FieldSet } from "./fieldSet.ts";
import type { Manager } from "./managers.ts";
import { pathText } from "./pathElement.ts";

/** The fields of one manager that an apply wants to change. */
export interface Conflict {
  readonly manager: Manager;
  readonly fields: FieldSet;
}

/** The manager as messages name it: `"kubectl" using apps/v1`. */
function managerText({ name, operation, apiVersion, subresource }: Manager): string {
  const own = JSON.stringify(name);
  const named = subresource === "" ? own : `${own} with subresource ${JSON.stringify(subresource)}`;
  return operation === "Update" ? `${named} using ${apiVersion}` : named;
}

/** The refusal of an apply without force: 409, one cause for each field. */
export function conflictError(conflicts: readonly Conflict[]): ApiError {
  const ordered = [...conflicts].sort((a, b) => (managerText(a.manager) < managerText(b.manager) ? -1 : 1));
  const causes = ordered.flatMap(({ manager, fields }) =>
    [...fields.paths()].map((path) => ({
      reason: "FieldManagerConflict",
      message: `conflict with ${managerText(manager)}`,
      field: pathText(path),
    })),
  );
  return new ApiError(409, "Conflict", conflictMessage(ordered, causes), { causes });
}

function conflictMessage(
  conflicts: readonly Conflict[],
  causes: readonly { message: string; field: string }[],
): string {
  const [only] = causes;
  if (only && causes.length === 1) {
    return `Apply failed with 1 conflict: ${only.message}: ${only.field}`;
  }
  const lines = conflicts.flatMap(({ manager, fields }) => [
    `conflicts with ${managerText(manager)}:`,
    ...[...fields.paths()].map((path) => `- ${pathText(path)}`),
  ]);
  return `Apply failed with ${causes.length} conflicts: ${lines.join("\n")}`;
}
