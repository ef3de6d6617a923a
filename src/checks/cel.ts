import { Environment } from "@marcbachmann/cel-js";
import type { LocalizedText } from "../common/language.ts";
import { maskSecretValues } from "../common/secretMask.ts";

/** What a condition and a message template can name: each query of `look` by its name. */
export type Variables = Readonly<Record<string, unknown>>;

const environment = new Environment({ unlistedVariablesAreDyn: true });

/** Undefined when it parses, else what is wrong with it. For the linter. */
export function celSyntaxError(expression: string): string | undefined {
  try {
    environment.parse(expression);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * The value of an expression, or undefined when it reads a field that is not there: objects of a cluster
 * grow their fields one by one, and a field that is not there yet is no failure.
 */
export function celValue(expression: string, variables: Variables): unknown {
  try {
    return environment.evaluate(expression, { ...variables });
  } catch {
    return undefined;
  }
}

const placeholder = /\{\{\s*(.+?)\s*\}\}/g;

/** The expressions between double braces of a template. */
export function placeholders(template: string): readonly string[] {
  return [...template.matchAll(placeholder)].map((match) => match[1] ?? "");
}

/** Fills `{{ expression }}` in both languages from what was observed, Secrets masked; what is not there becomes a dash. */
export function fillTemplate(template: LocalizedText, variables: Variables): LocalizedText {
  const shown = Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, maskSecretValues(value)]),
  );
  const fill = (text: string) =>
    text.replace(placeholder, (_whole, expression: string) => show(celValue(expression, shown)));
  return { ja: fill(template.ja), en: fill(template.en) };
}

/** A value in few words: scalars as they are, lists joined, objects as JSON. */
export function show(value: unknown): string {
  if (value === undefined || value === null) {
    return "–";
  }
  if (Array.isArray(value)) {
    return value.length > 0 ? value.map(show).join(", ") : "–";
  }
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
