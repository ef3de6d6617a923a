import type { Comparison, Condition } from "../lessons/check.ts";
import { celValue, type Variables } from "./cel.ts";
import { fieldAt } from "./fieldPath.ts";

/** Whether what was looked at fulfils the condition. A field that is not there fulfils nothing but `exists: false`. */
export function holds(condition: Condition, variables: Variables): boolean {
  if ("cel" in condition) {
    return celValue(condition.cel, variables) === true;
  }
  return compares(fieldAt(variables[condition.of], condition.path), condition);
}

/** Whether a value fulfils every comparison that is given. */
export function compares(value: unknown, comparison: Comparison): boolean {
  const { equals, notEquals, atLeast, matches, exists } = comparison;
  return (
    (equals === undefined || value === equals) &&
    (notEquals === undefined || (value !== undefined && value !== notEquals)) &&
    (atLeast === undefined || (typeof value === "number" && value >= atLeast)) &&
    (matches === undefined || (isScalar(value) && new RegExp(matches).test(String(value)))) &&
    (exists === undefined || (value !== undefined && value !== null) === exists)
  );
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
