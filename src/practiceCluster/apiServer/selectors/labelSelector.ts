import { ApiError } from "../../api/apiError.ts";

type Labels = Readonly<Record<string, string>>;

/** Whether an object's labels match. */
export type LabelMatcher = (labels: Labels) => boolean;

/**
 * Parses a label selector as it stands in a URL: `a=b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`, joined by commas.
 * Throws ApiError 400 where it cannot be parsed (apimachinery/pkg/labels).
 */
export function parseLabelSelector(text: string): LabelMatcher {
  const requirements = splitRequirements(text).map(parseRequirement);
  return (labels) => requirements.every((matches) => matches(labels));
}

function splitRequirements(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let current = "";
  for (const character of text) {
    depth += character === "(" ? 1 : character === ")" ? -1 : 0;
    if (character === "," && depth === 0) {
      parts.push(current);
      current = "";
    } else {
      current += character;
    }
  }
  return [...parts, current].map((part) => part.trim()).filter((part) => part !== "");
}

const keyPattern = "[A-Za-z0-9./_-]+";
const setForm = new RegExp(`^(${keyPattern})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const equalityForm = new RegExp(`^(${keyPattern})\\s*(==|=|!=)\\s*([A-Za-z0-9._-]*)$`);
const existsForm = new RegExp(`^(!?)\\s*(${keyPattern})$`);

function parseRequirement(text: string): LabelMatcher {
  const set = setForm.exec(text);
  if (set) {
    const [, key = "", operator, list = ""] = set;
    const values = new Set(list.split(",").map((value) => value.trim()));
    return operator === "in"
      ? (labels) => key in labels && values.has(labels[key] ?? "")
      : (labels) => !(key in labels) || !values.has(labels[key] ?? "");
  }
  const equality = equalityForm.exec(text);
  if (equality) {
    const [, key = "", operator, value = ""] = equality;
    return operator === "!=" ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
  }
  const exists = existsForm.exec(text);
  if (exists) {
    const [, not, key = ""] = exists;
    return not ? (labels) => !(key in labels) : (labels) => key in labels;
  }
  throw new ApiError(
    400,
    "BadRequest",
    `unable to parse requirement: found '${text}', expected: a label requirement`,
  );
}
