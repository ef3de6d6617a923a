import type { LocalizedText } from "../common/language.ts";
import type { FactReference, TraceCheck } from "../lessons/check.ts";
import { diagnose, loadingWords, withVariables } from "./apiCheck.ts";
import { fillTemplate } from "./cel.ts";
import { cameBefore, type JournalEntry } from "./journal.ts";
import type { ClusterView } from "./lookup.ts";
import { lookUp } from "./lookup.ts";
import type { Finding, Verdict } from "./verdict.ts";

/** The resources whose watch a trace check needs. */
export function tracedFacts(check: TraceCheck): readonly FactReference[] {
  return [...check.order, ...check.never];
}

/** Evaluates the order of facts in the journal of the step. */
export function evaluateTraceCheck(
  check: TraceCheck,
  entries: readonly JournalEntry[],
  view: ClusterView,
): Finding {
  const traced = Object.fromEntries(
    tracedFacts(check).map(({ apiVersion, plural }) => [plural, { apiVersion, plural }]),
  );
  return withVariables({ look: { ...traced, ...check.look }, expected: check.expected }, view, () => ({
    verdict: verdictOf(check, entries, view),
    observed: describeEntries(check, entries),
  }));
}

function verdictOf(check: TraceCheck, entries: readonly JournalEntry[], view: ClusterView): Verdict {
  const looked = lookUp(view, check.look);
  if (looked.state !== "seen") {
    return { state: "notYet", message: loadingWords };
  }
  const forbidden = check.never.some((fact) => entries.some((entry) => isThatFact(entry, fact)));
  const progress = follow(check.order, entries);
  if (forbidden || progress === "outOfOrder") {
    return { state: "wrong", message: fillTemplate(check.violated, looked.variables) };
  }
  if (progress === "complete") {
    return { state: "passed" };
  }
  const waiting: LocalizedText = fillTemplate(check.waiting, looked.variables);
  return diagnose(check.diagnose, looked.variables) ?? { state: "notYet", message: waiting };
}

/**
 * Looks for each fact after the one before. A fact that happened, but only earlier than the one it should
 * follow, is out of order once all facts are there; until then it may still happen again.
 */
function follow(
  order: readonly FactReference[],
  entries: readonly JournalEntry[],
): "complete" | "incomplete" | "outOfOrder" {
  let previous: JournalEntry | undefined;
  for (const fact of order) {
    const next = entries.find((entry) => isThatFact(entry, fact) && (!previous || follows(previous, entry)));
    if (!next) {
      const allHappened = order.every((wanted) => entries.some((entry) => isThatFact(entry, wanted)));
      return allHappened && !repeatsAnObject(order) ? "outOfOrder" : "incomplete";
    }
    previous = next;
  }
  return "complete";
}

/** Of one change come several facts with one revision: they count in the order in which they were written. */
function follows(previous: JournalEntry, entry: JournalEntry): boolean {
  return entry !== previous && cameBefore(previous, entry);
}

/** "deleted a, created a": the second may well have happened before, with an earlier object of that name. */
function repeatsAnObject(order: readonly FactReference[]): boolean {
  return order.some(({ fact }) => fact === "deleted" || fact === "terminating");
}

function isThatFact(entry: JournalEntry, fact: FactReference): boolean {
  return entry.fact === fact.fact && entry.plural === fact.plural && entry.name === fact.name;
}

function describeEntries(check: TraceCheck, entries: readonly JournalEntry[]): string {
  const wanted = tracedFacts(check);
  return entries
    .filter((entry) => wanted.some((fact) => isThatFact(entry, fact)))
    .map(
      ({ fact, plural, name, at }) => `${new Date(at).toISOString().slice(11, 23)} ${plural}/${name} ${fact}`,
    )
    .join("\n");
}
