import type { INode } from "kubernetes-models/v1/Node";
import type { IPod } from "kubernetes-models/v1/Pod";
import { selectorMatches } from "../controllers/kit/selectors.ts";

type Affinity = NonNullable<NonNullable<IPod["spec"]>["affinity"]>;
type Term = NonNullable<
  NonNullable<Affinity["podAntiAffinity"]>["requiredDuringSchedulingIgnoredDuringExecution"]
>[number];

/**
 * Why a Pod may not be beside, or not without, the Pods that have a node already; undefined when it may.
 * After the filter of pkg/scheduler/framework/plugins/interpodaffinity. Terms that select
 * namespaces by their labels match no Pod.
 */
export function podAffinityReason(
  pod: IPod,
  node: INode,
  nodes: readonly INode[],
  placed: readonly IPod[],
): string | undefined {
  if (!pod.spec?.affinity && placed.length === 0) {
    return undefined;
  }
  const domains = new Domains(node, nodes);
  if (!affinityHolds(pod, domains, placed)) {
    return "node(s) didn't match pod affinity rules";
  }
  if (keptApart(pod).some((term) => placed.some((other) => domains.meets(term, pod, other, other)))) {
    return "node(s) didn't match pod anti-affinity rules";
  }
  const isRefused = placed.some((other) =>
    keptApart(other).some((term) => domains.meets(term, other, pod, other)),
  );
  return isRefused ? "node(s) didn't satisfy existing pods anti-affinity rules" : undefined;
}

/**
 * How much a node's neighbourhood is wished for: the weights of the Pod's preferred terms for each Pod they select,
 * less those of anti-affinity, and the same from the Pods that are there.
 */
export function preferredNeighbours(
  pod: IPod,
  node: INode,
  nodes: readonly INode[],
  placed: readonly IPod[],
): number {
  if (placed.length === 0) {
    return 0;
  }
  const domains = new Domains(node, nodes);
  const wishes = preferencesOf(pod);
  return placed.reduce((sum, other) => {
    const own = wishes.filter(({ term }) => domains.meets(term, pod, other, other));
    const theirs = preferencesOf(other).filter(({ term }) => domains.meets(term, other, pod, other));
    return sum + [...own, ...theirs].reduce((total, { weight }) => total + weight, 0);
  }, 0);
}

function preferencesOf(pod: IPod): { readonly term: Term; readonly weight: number }[] {
  const { podAffinity, podAntiAffinity } = pod.spec?.affinity ?? {};
  const near = podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const apart = podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  return [
    ...near.map(({ podAffinityTerm, weight }) => ({ term: podAffinityTerm, weight })),
    ...apart.map(({ podAffinityTerm, weight }) => ({ term: podAffinityTerm, weight: -weight })),
  ];
}

/** A first Pod that its own terms select may start anywhere: else a group could never begin. */
function affinityHolds(pod: IPod, domains: Domains, placed: readonly IPod[]): boolean {
  const terms = pod.spec?.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  if (!terms.every((term) => domains.has(term))) {
    return false;
  }
  const hold = terms.every((term) => placed.some((other) => domains.meets(term, pod, other, other)));
  const isFirst =
    terms.every((term) => selects(term, pod, pod)) &&
    !placed.some((other) => terms.every((term) => selects(term, pod, other)));
  return hold || isFirst;
}

function keptApart(pod: IPod): readonly Term[] {
  return pod.spec?.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
}

/** Whether the term of `owner` selects the other Pod. */
function selects(term: Term, owner: IPod, other: IPod): boolean {
  const namespaces = term.namespaces?.length ? term.namespaces : [owner.metadata?.namespace ?? "default"];
  return (
    term.labelSelector !== undefined &&
    namespaces.includes(other.metadata?.namespace ?? "default") &&
    selectorMatches(term.labelSelector, other.metadata?.labels)
  );
}

/** The topology domains as seen from the node that is judged. */
class Domains {
  readonly #node: INode;
  readonly #labelsOf: ReadonlyMap<string, Record<string, string>>;

  constructor(node: INode, nodes: readonly INode[]) {
    this.#node = node;
    this.#labelsOf = new Map(
      nodes.map(({ metadata }) => [metadata?.name ?? "", metadata?.labels ?? {}] as const),
    );
  }

  has({ topologyKey }: Term): boolean {
    return this.#node.metadata?.labels?.[topologyKey] !== undefined;
  }

  /** Whether the term selects `selected`, and the node lies in the domain where `located` runs. */
  meets(term: Term, owner: IPod, selected: IPod, located: IPod): boolean {
    const here = this.#node.metadata?.labels?.[term.topologyKey];
    const there = this.#labelsOf.get(located.spec?.nodeName ?? "")?.[term.topologyKey];
    return here !== undefined && here === there && selects(term, owner, selected);
  }
}
