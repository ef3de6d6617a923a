import { spreadReasons } from "./topologySpread.ts";

/** Reasons that another Pod's removal could do away with; here no Pod is ever removed for another. */
const mendable: readonly string[] = [
  spreadReasons.skew,
  "node(s) didn't match pod anti-affinity rules",
  "node(s) didn't satisfy existing pods anti-affinity rules",
  "node(s) didn't have free ports for the requested pod ports",
  "Too many pods",
];

/** Why a node refused, and whether it would not if others left it. */
export interface Refusal {
  readonly reason: string;
  readonly isMendable: boolean;
}

/** Takes a filter's own reason. */
export function refusal(reason: string): Refusal {
  return { reason, isMendable: mendable.includes(reason) };
}

/** The scheduler's sentence: how many nodes refused for which reason, then what preemption would help (FitError). */
export function refusalText(refusals: readonly Refusal[]): string {
  const total = refusals.length;
  const preemption = refusals.map(({ isMendable }) =>
    isMendable ? "No preemption victims found for incoming pod" : "Preemption is not helpful for scheduling",
  );
  const available = `0/${total} nodes are available:`;
  const reasons = histogram(refusals.map(({ reason }) => reason));
  return `${available} ${reasons}. no new claims to deallocate, preemption: ${available} ${histogram(preemption)}.`;
}

function histogram(texts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) {
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts]
    .map(([text, count]) => `${count} ${text}`)
    .sort()
    .join(", ");
}
