import { jsonEqual } from "../jsonValues.ts";
import type { Json, JsonObject } from "../objects.ts";
import { compareQuantities } from "../quantity.ts";
import { percentProblems, portNameProblems, portNumberProblems } from "./formats.ts";
import type { Problems } from "./problems.ts";

/** The text at a key, "" where there is none. */
export function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

/** The number at a key, 0 where there is none. */
export function numberOf(value: Json | undefined): number {
  return typeof value === "number" ? value : 0;
}

export function mapOf(value: Json | undefined): Record<string, string> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, string>)
    : {};
}

export function textsOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

export function nonNegative(problems: Problems, path: string, value: Json | undefined): void {
  if (numberOf(value) < 0) {
    problems.invalid(path, value, "must be greater than or equal to 0");
  }
}

export function positive(problems: Problems, path: string, value: Json | undefined): void {
  if (numberOf(value) <= 0) {
    problems.invalid(path, value ?? 0, "must be greater than zero");
  }
}

/** A required text of a fixed set. */
export function oneOf(
  problems: Problems,
  path: string,
  value: Json | undefined,
  supported: readonly string[],
): void {
  if (textOf(value) === "") {
    problems.required(path);
  } else if (!supported.includes(textOf(value))) {
    problems.notSupported(path, value, supported);
  }
}

export function immutable(
  problems: Problems,
  path: string,
  value: Json | undefined,
  old: Json | undefined,
): void {
  if (!jsonEqual(value ?? null, old ?? null)) {
    problems.invalid(path, value, "field is immutable");
  }
}

/** A port by number or by name. */
export function portReference(problems: Problems, path: string, port: Json | undefined): void {
  if (typeof port === "string") {
    problems.invalidAll(path, port, portNameProblems(port));
  } else {
    problems.invalidAll(path, numberOf(port), portNumberProblems(numberOf(port)));
  }
}

/** A count or a percentage. */
export function countOrPercent(problems: Problems, path: string, value: Json | undefined): void {
  if (typeof value === "string") {
    problems.invalidAll(path, value, percentProblems(value));
  } else {
    nonNegative(problems, path, value);
  }
}

export function notMoreThanAll(problems: Problems, path: string, value: Json | undefined): void {
  if (typeof value === "string" && /^[0-9]+%$/.test(value) && Number.parseInt(value, 10) > 100) {
    problems.invalid(path, value, "must not be greater than 100%");
  }
}

export function isNegativeQuantity(value: Json | undefined): boolean {
  return compareQuantities(textOf(value), "0") < 0;
}

export function isZero(object: JsonObject | undefined): boolean {
  return !object || Object.keys(object).length === 0;
}
