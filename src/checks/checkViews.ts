import type { LocalizedText } from "../common/language.ts";
import type { Check, Query } from "../lessons/check.ts";
import { commandLine, kubectlArguments } from "./kubectlRunner.ts";
import { queryCommand } from "./lookup.ts";
import { tracedFacts } from "./traceCheck.ts";
import type { CheckView, Finding, Verdict } from "./verdict.ts";

/** Everything that a check looks at on the cluster by watch. */
export function queriesOf(check: Check): readonly Query[] {
  switch (check.kind) {
    case "api":
    case "answer":
      return Object.values(check.look);
    case "trace":
      return [...tracedFacts(check), ...Object.values(check.look)];
    case "kubectl":
      return check.watches;
    case "file":
      return [];
  }
}

/** The commands that show a learner the same. */
export function commandsOf(check: Check, namespace: string): readonly string[] {
  if (check.kind === "kubectl") {
    return [commandLine(kubectlArguments(check, namespace))];
  }
  if (check.kind === "trace") {
    const plurals = new Set(tracedFacts(check).map(({ plural }) => plural));
    return [...plurals].map(
      (plural) => `kubectl get ${plural} -n ${namespace} --watch --output-watch-events`,
    );
  }
  return queriesOf(check).map((query) => queryCommand(query, namespace));
}

/**
 * The view of a check from what was found now and what was known before. A check that passed stays
 * passed, and says so where the world has moved on.
 */
export function nextView(
  check: Check,
  finding: Finding,
  context: {
    readonly namespace: string;
    readonly now: number;
    readonly passedAt: number | undefined;
    readonly before: CheckView | undefined;
  },
): CheckView {
  const { namespace, now, passedAt, before } = context;
  const verdict = keepPassed(finding.verdict, passedAt);
  const isSameState = before?.verdict.state === verdict.state;
  return {
    id: check.id,
    kind: check.kind,
    title: check.title,
    verdict,
    commands: commandsOf(check, namespace),
    observed: finding.observed,
    expected: finding.expected,
    location: finding.location,
    at: now,
    since: isSameState ? before.since : now,
  };
}

function keepPassed(verdict: Verdict, passedAt: number | undefined): Verdict {
  if (passedAt === undefined || verdict.state === "passed") {
    return verdict;
  }
  return verdict.state === "cannotTell"
    ? { state: "passed" }
    : { state: "passed", movedOn: movedOn(verdict.message) };
}

function movedOn(message: LocalizedText): LocalizedText {
  return {
    ja: `確認済みです。その後、状態が変わりました: ${message.ja}`,
    en: `Passed earlier; the world has moved on since: ${message.en}`,
  };
}
