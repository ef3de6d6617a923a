import { spreadReasons } from "./topologySpread.ts";

/** Reasons that another Pod's removal could do away with. */
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
  /** What looking for others to remove has come to on that node, where it was worth looking. */
  readonly preemption?: string;
}

/** Takes a filter's own reason. Too little left of something is mendable where the whole node has enough of it. */
export function refusal(reason: string, isWithinNode = false): Refusal {
  const isMendable = mendable.includes(reason) || (reason.startsWith("Insufficient ") && isWithinNode);
  return { reason, isMendable };
}

/** How many nodes refused for which reason (FitError). */
export function reasonsText(refusals: readonly Refusal[]): string {
  return `0/${refusals.length} nodes are available: ${histogram(refusals.map(({ reason }) => reason))}.`;
}

/**
 * The scheduler's sentence: how many nodes refused for which reason, then what preemption would help; or `ineligible`,
 * why this Pod may not ask for any.
 */
export function refusalText(refusals: readonly Refusal[], ineligible?: string): string {
  const found = refusals.map(({ isMendable, preemption = "No preemption victims found for incoming pod" }) =>
    isMendable ? preemption : "Preemption is not helpful for scheduling",
  );
  const preemption = ineligible ?? `0/${refusals.length} nodes are available: ${histogram(found)}.`;
  return `${reasonsText(refusals)} no new claims to deallocate, preemption: ${preemption}`;
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
