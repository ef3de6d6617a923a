import { labelValueProblems, qualifiedNameProblems } from "../../../common/kubernetes/validation/formats.ts";
import { refusals } from "../requests/errors.ts";

export type Labels = Readonly<Record<string, string>>;

/** Whether an object's labels match. */
export type LabelMatcher = (labels: Labels) => boolean;

export type Operator = "exists" | "!" | "in" | "notin" | "=" | "==" | "!=" | ">" | "<";

/** One condition of a selector. Throws 400 where key or values cannot be those of labels (labels.NewRequirement). */
export function requirement(key: string, operator: Operator, values: readonly string[]): LabelMatcher {
  const problems = [...comparisonProblems(operator, values), ...valueProblems(key, values)];
  if (problems.length > 0) {
    throw refusals.badRequest(
      `unable to parse requirement: ${problems.length === 1 ? problems[0] : `[${problems.join(", ")}]`}`,
    );
  }
  return matcherOf(key, operator, values);
}

/** Throws 400 for what cannot be the key of a label. */
export function requireLabelKey(key: string): void {
  const problems = qualifiedNameProblems(key);
  if (problems.length > 0) {
    throw refusals.badRequest(
      `unable to parse requirement: <nil>: Invalid value: ${JSON.stringify(key)}: ${problems.join("; ")}`,
    );
  }
}

function comparisonProblems(operator: Operator, values: readonly string[]): string[] {
  if (operator !== ">" && operator !== "<") {
    return [];
  }
  return values.flatMap((value, index) =>
    /^[+-]?\d+$/.test(value)
      ? []
      : [
          `values[${index}]: Invalid value: ${JSON.stringify(value)}: for 'Gt', 'Lt' operators, the value must be an integer`,
        ],
  );
}

function valueProblems(key: string, values: readonly string[]): string[] {
  return values.flatMap((value, index) => {
    const problems = labelValueProblems(value);
    return problems.length === 0
      ? []
      : [`values[${index}][${key}]: Invalid value: ${JSON.stringify(value)}: ${problems.join("; ")}`];
  });
}

function matcherOf(key: string, operator: Operator, values: readonly string[]): LabelMatcher {
  const [first = ""] = values;
  switch (operator) {
    case "exists":
      return (labels) => key in labels;
    case "!":
      return (labels) => !(key in labels);
    case "in":
    case "=":
    case "==":
      return (labels) => key in labels && values.includes(labels[key] ?? "");
    case "notin":
    case "!=":
      return (labels) => !(key in labels) || !values.includes(labels[key] ?? "");
    case ">":
    case "<":
      return (labels) =>
        isInteger(labels[key]) && isBeyond(operator, BigInt(labels[key] ?? ""), BigInt(first));
  }
}

function isInteger(text: string | undefined): boolean {
  return text !== undefined && /^-?\d+$/.test(text);
}

function isBeyond(operator: ">" | "<", value: bigint, limit: bigint): boolean {
  return operator === ">" ? value > limit : value < limit;
}
