import type { IControllerRevision } from "kubernetes-models/apps/v1/ControllerRevision";
import type { IStatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import type { Json } from "../../../common/kubernetes/objects.ts";
import { statefulSets } from "../../api/resources.ts";
import { controllerReference } from "../kit/keys.ts";
import { canonicalText } from "../kit/templateHash.ts";
import { revisionHash, sorted } from "./revisionHash.ts";
import type { SetSpec } from "./types.ts";

/** The history of a set's template (pkg/controller/history and getStatefulSetRevisions). */

/** What is to be done about the history before a sync. */
export type RevisionStep =
  | { readonly kind: "use"; readonly revision: IControllerRevision }
  /** An older revision is taken up again: it becomes the newest. */
  | { readonly kind: "renumber"; readonly revision: IControllerRevision; readonly number: number }
  | { readonly kind: "create"; readonly revision: IControllerRevision };

/** Revisions in the order of their numbers; those of one number in the order of their making. */
export function sortRevisions(revisions: readonly IControllerRevision[]): IControllerRevision[] {
  return [...revisions].sort(
    (a, b) =>
      a.revision - b.revision ||
      compare(String(a.metadata?.creationTimestamp ?? ""), String(b.metadata?.creationTimestamp ?? "")) ||
      compare(a.metadata?.name ?? "", b.metadata?.name ?? ""),
  );
}

/** Which revision the set's template is, among its sorted revisions. */
export function updateRevisionStep(
  set: IStatefulSet,
  revisions: readonly IControllerRevision[],
  collisionCount: number,
): RevisionStep {
  const newest = revisions.at(-1);
  const proposed = newRevision(set, (newest?.revision ?? 0) + 1, collisionCount);
  const text = canonicalText(proposed.data);
  const equal = revisions.filter(({ data }) => canonicalText(data) === text).at(-1);
  if (!equal) {
    return { kind: "create", revision: proposed };
  }
  return equal === newest
    ? { kind: "use", revision: equal }
    : { kind: "renumber", revision: equal, number: proposed.revision };
}

/** The revision that the set's Pods were at, as its status names it; the update revision for a new set. */
export function currentRevisionOf(
  set: IStatefulSet,
  revisions: readonly IControllerRevision[],
  updateRevision: IControllerRevision,
): IControllerRevision {
  return revisions.find(({ metadata }) => metadata?.name === set.status?.currentRevision) ?? updateRevision;
}

/** The set as it would be with the template of a revision. */
export function applyRevision(set: IStatefulSet, revision: IControllerRevision): IStatefulSet {
  const data = revision.data as { spec?: { template?: SetSpec["template"] } } | undefined;
  const template = data?.spec?.template;
  if (!template || !set.spec) {
    return set;
  }
  const { $patch: _patch, ...plain } = template as SetSpec["template"] & { $patch?: string };
  return { ...set, spec: { ...set.spec, template: plain } };
}

/** Revisions that may go: not in use, and more of them than the history limit allows; the oldest first. */
export function expiredRevisions(
  set: IStatefulSet,
  revisions: readonly IControllerRevision[],
  inUse: ReadonlySet<string>,
): IControllerRevision[] {
  const unused = revisions.filter(({ metadata }) => !inUse.has(metadata?.name ?? ""));
  const limit = set.spec?.revisionHistoryLimit ?? 10;
  return unused.slice(0, Math.max(0, unused.length - limit));
}

/** A revision holds the template alone, as a patch that replaces it whole. */
function newRevision(set: IStatefulSet, number: number, collisionCount: number): IControllerRevision {
  const template = structuredClone(set.spec?.template ?? {});
  // kubectl compares these bytes with its own patch before it rolls back, so the order of keys matters
  const data = sorted({
    spec: { template: { ...template, $patch: "replace" } },
  } as unknown as Json) as object;
  const hash = revisionHash(data as Json, collisionCount);
  return {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: {
      name: `${set.metadata?.name}-${hash}`,
      namespace: set.metadata?.namespace ?? "",
      labels: { ...set.spec?.template?.metadata?.labels, "controller.kubernetes.io/hash": hash },
      ...(set.metadata?.annotations ? { annotations: { ...set.metadata.annotations } } : {}),
      ownerReferences: [controllerReference(statefulSets, set)],
    },
    data,
    revision: number,
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
