import { Problems } from "../../../common/kubernetes/validation/problems.ts";
import { refuseProblems } from "./invalid.ts";

/** The options that the query of a write names (meta/v1 CreateOptions, UpdateOptions, PatchOptions). */
export interface WriteRequestOptions {
  readonly method: string;
  readonly fieldManager: string;
  readonly dryRun: readonly string[];
  readonly fieldValidation: string;
  /** Whether the query has `force`. */
  readonly hasForce: boolean;
  readonly isApply: boolean;
}

const kinds: Readonly<Record<string, string>> = {
  POST: "CreateOptions",
  PUT: "UpdateOptions",
  PATCH: "PatchOptions",
  DELETE: "DeleteOptions",
};
const longestManager = 128;
const fieldValidations = ["", "Ignore", "Strict", "Warn"];

/** Refuses options that make no sense with 422 and the server's causes. Does nothing for reads. */
export function validateRequestOptions(options: WriteRequestOptions): void {
  const kind = kinds[options.method];
  if (kind === undefined) {
    return;
  }
  const problems = new Problems();
  if (options.isApply && options.fieldManager === "") {
    problems.required("fieldManager", "is required for apply patch");
  }
  if (options.method === "PATCH" && !options.isApply && options.hasForce) {
    problems.forbidden("force", "may not be specified for non-apply patch");
  }
  validateManager(problems, options.fieldManager);
  if (options.dryRun.some((value) => value !== "All")) {
    problems.notSupported("dryRun", [...options.dryRun], ["All"]);
  }
  if (!fieldValidations.includes(options.fieldValidation)) {
    problems.notSupported("fieldValidation", options.fieldValidation, fieldValidations);
  }
  const resource = { group: "meta.k8s.io", version: "v1", resource: "", kind, namespaced: false };
  refuseProblems(resource, "", problems.found);
}

function validateManager(problems: Problems, manager: string): void {
  if (Buffer.byteLength(manager) > longestManager) {
    problems.tooLong("fieldManager", longestManager);
  }
  let position = 0;
  for (const character of manager) {
    if (/[^\P{C}]|[\u2028\u2029]/u.test(character)) {
      const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
      const message = `invalid character U+${code} (at position ${position})`;
      problems.invalid("fieldManager", manager, message);
    }
    position += Buffer.byteLength(character);
  }
}
