import type { IPodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import type { INode } from "kubernetes-models/v1/Node";
import type { IPod } from "kubernetes-models/v1/Pod";
import { selectorMatches } from "../controllers/kit/selectors.ts";

/** A node that would take the Pod if the victims left it; they stand by importance, most important first. */
export interface Candidate {
  readonly node: INode;
  readonly victims: readonly IPod[];
  readonly budgetViolations: number;
}

export const priorityOf = (pod: IPod): number => pod.spec?.priority ?? 0;

/** Why the Pod may not take others' places, in the scheduler's words (PodEligibleToPreemptOthers). */
export function ineligibility(pod: IPod, onNominatedNode: readonly IPod[]): string | undefined {
  if (pod.spec?.preemptionPolicy === "Never") {
    return "not eligible due to preemptionPolicy=Never.";
  }
  const isMakingRoom = onNominatedNode.some(
    (other) => priorityOf(other) < priorityOf(pod) && isLeavingForAnother(other),
  );
  return isMakingRoom ? "not eligible due to a terminating pod on the nominated node." : undefined;
}

function isLeavingForAnother({ metadata, status }: IPod): boolean {
  const conditions = status?.conditions ?? [];
  return Boolean(metadata?.deletionTimestamp) && conditions.some(({ reason }) => reason === preemptedReason);
}

export const preemptedReason = "PreemptionByScheduler";

/**
 * The least that has to leave the node: all of lower priority in thought, then as many as possible stay, those first
 * whose budgets would be broken (SelectVictimsOnNode of plugins/defaultpreemption).
 *
 * `refusalWithout` says why the Pod would not fit if those were gone. Returns why it is of no use, else the candidate.
 */
export function selectVictims(
  pod: IPod,
  node: INode,
  podsOnNode: readonly IPod[],
  budgets: readonly IPodDisruptionBudget[],
  refusalWithout: (gone: ReadonlySet<IPod>) => string | undefined,
): Candidate | string {
  const possible = podsOnNode.filter((other) => priorityOf(other) < priorityOf(pod)).sort(byImportance);
  if (possible.length === 0) {
    return "No preemption victims found for incoming pod";
  }
  const gone = new Set(possible);
  const refusal = refusalWithout(gone);
  if (refusal !== undefined) {
    return refusal;
  }
  const violating = violatingPods(possible, budgets);
  for (const other of [...violating, ...possible.filter((each) => !violating.has(each))]) {
    gone.delete(other);
    if (refusalWithout(gone) !== undefined) {
      gone.add(other);
    }
  }
  const victims = possible.filter((other) => gone.has(other));
  return { node, victims, budgetViolations: victims.filter((victim) => violating.has(victim)).length };
}

/** The Pods whose removal their budgets do not allow, when they go in this order. */
function violatingPods(pods: readonly IPod[], budgets: readonly IPodDisruptionBudget[]): ReadonlySet<IPod> {
  const left = new Map(budgets.map((budget) => [budget, budget.status?.disruptionsAllowed ?? 0]));
  return new Set(
    pods.filter((pod) => {
      const matching = budgets.filter((budget) => counts(budget, pod));
      for (const budget of matching) {
        left.set(budget, (left.get(budget) ?? 0) - 1);
      }
      return matching.some((budget) => (left.get(budget) ?? 0) < 0);
    }),
  );
}

function counts({ metadata, spec, status }: IPodDisruptionBudget, pod: IPod): boolean {
  const { matchLabels = {}, matchExpressions = [] } = spec?.selector ?? {};
  const selectsAll = Object.keys(matchLabels).length + matchExpressions.length === 0;
  return (
    metadata?.namespace === pod.metadata?.namespace &&
    !selectsAll &&
    selectorMatches({ matchLabels, matchExpressions }, pod.metadata?.labels) &&
    !(pod.metadata?.name && status?.disruptedPods?.[pod.metadata.name])
  );
}

/** The candidate whose victims are missed least (pickOneNodeForPreemption): the first rule that tells them apart. */
export function pickCandidate(candidates: readonly Candidate[]): Candidate | undefined {
  const rules: readonly ((candidate: Candidate) => number)[] = [
    ({ budgetViolations }) => budgetViolations,
    ({ victims }) => Math.max(...victims.map(priorityOf)),
    // priorities below zero must not speak for more victims
    ({ victims }) => victims.reduce((sum, victim) => sum + priorityOf(victim) + 2 ** 31, 0),
    ({ victims }) => victims.length,
    ({ victims }) => -earliestStartOfHighest(victims),
  ];
  let best = [...candidates];
  for (const rule of rules) {
    const least = Math.min(...best.map(rule));
    best = best.filter((candidate) => rule(candidate) === least);
  }
  return best[0];
}

function earliestStartOfHighest(victims: readonly IPod[]): number {
  const highest = Math.max(...victims.map(priorityOf));
  return Math.min(...victims.filter((victim) => priorityOf(victim) === highest).map(startOf));
}

/** More important is who has the higher priority, or has run for longer. */
const byImportance = (one: IPod, other: IPod): number =>
  priorityOf(other) - priorityOf(one) || startOf(one) - startOf(other);

/** A Pod that has not started counts as starting now, after all others. */
const startOf = ({ status }: IPod): number =>
  status?.startTime ? Date.parse(status.startTime) : Number.MAX_SAFE_INTEGER;
