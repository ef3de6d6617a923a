import type { LocalizedText } from "../common/language.ts";
import type { ApiCheck, Diagnosis, Expectation, Query } from "../lessons/check.ts";
import { fillTemplate, show, type Variables } from "./cel.ts";
import { holds } from "./condition.ts";
import { fieldAt } from "./fieldPath.ts";
import { type ClusterView, lookUp, problemWords } from "./lookup.ts";
import type { Finding, Verdict } from "./verdict.ts";

export const loadingWords: LocalizedText = {
  ja: "クラスタの状態を読み込んでいます。",
  en: "The cluster's state is being read.",
};

/** Evaluates an api check on what is known of the cluster. */
export function evaluateApiCheck(check: ApiCheck, view: ClusterView): Finding {
  return withVariables(check, view, (variables) => ({
    verdict: verdictOf(check, variables),
    observed: describeLook(check.look, variables),
  }));
}

/** Runs `evaluate` with what was looked up; while that is not known, the finding says so instead. */
export function withVariables(
  check: { readonly look: Readonly<Record<string, Query>>; readonly expected: LocalizedText },
  view: ClusterView,
  evaluate: (variables: Variables) => Omit<Finding, "expected">,
): Finding {
  const looked = lookUp(view, check.look);
  if (looked.state === "loading") {
    return {
      verdict: { state: "notYet", message: loadingWords },
      observed: "",
      expected: fillTemplate(check.expected, {}),
    };
  }
  if (looked.state === "unknown") {
    const verdict: Verdict = { state: "cannotTell", ...problemWords(looked.problem) };
    return { verdict, observed: looked.problem.detail, expected: fillTemplate(check.expected, {}) };
  }
  const expected = fillTemplate(check.expected, looked.variables);
  return { ...evaluate(looked.variables), expected };
}

function verdictOf(check: ApiCheck, variables: Variables): Verdict {
  const failed = check.expect.find((expectation) => !holds(expectation, variables));
  if (!failed) {
    return { state: "passed" };
  }
  const diagnosis = diagnose(check.diagnose, variables);
  return (
    diagnosis ?? { state: redVerdictOf(failed, variables), message: fillTemplate(failed.say, variables) }
  );
}

/** The first diagnosis that is true of what was observed, as a verdict. */
export function diagnose(diagnoses: readonly Diagnosis[], variables: Variables): Verdict | undefined {
  const found = diagnoses.find((diagnosis) => holds(diagnosis, variables));
  return found && { state: found.verdict, message: fillTemplate(found.say, variables) };
}

/**
 * The rule that separates "not yet" from "wrong" where the lesson does not say: what is not there can
 * still be made, a status still settles, but a spec or a label that says otherwise stays as it is.
 */
function redVerdictOf(expectation: Expectation, variables: Variables): "notYet" | "wrong" {
  if (expectation.else) {
    return expectation.else;
  }
  if ("cel" in expectation) {
    return "notYet";
  }
  const isMissing = variables[expectation.of] === null;
  return isMissing || /^status\b/.test(expectation.path) ? "notYet" : "wrong";
}

/** What was seen, a line for each query. */
export function describeLook(look: Readonly<Record<string, Query>>, variables: Variables): string {
  return Object.entries(look)
    .map(([name, query]) => describe(query, variables[name]))
    .join("\n");
}

function describe(query: Query, value: unknown): string {
  if (Array.isArray(value)) {
    const names = value.map((item) => `${show(fieldAt(item, "metadata.name"))}${stateOf(item)}`);
    return `${query.plural}: ${names.length > 0 ? names.join(", ") : "–"}`;
  }
  return value === null
    ? `${query.plural}/${query.name}: not found`
    : `${query.plural}/${query.name}${stateOf(value)}`;
}

function stateOf(object: unknown): string {
  const phase = fieldAt(object, "status.phase");
  const replicas = fieldAt(object, "spec.replicas");
  const ready = fieldAt(object, "status.readyReplicas") ?? 0;
  if (typeof replicas === "number") {
    return ` (${show(ready)}/${replicas})`;
  }
  const waiting = fieldAt(object, "status.containerStatuses[0].state.waiting.reason");
  return waiting || phase ? ` (${show(waiting ?? phase)})` : "";
}
