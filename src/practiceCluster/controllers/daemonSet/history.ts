import type { IControllerRevision } from "kubernetes-models/apps/v1/ControllerRevision";
import type { IDaemonSet } from "kubernetes-models/apps/v1/DaemonSet";
import { daemonSets } from "../../api/resources.ts";
import { controllerReference } from "../kit/keys.ts";
import { canonicalText, podTemplateHash } from "../kit/templateHash.ts";
import { hashLabel } from "./nodes.ts";

/** The history of a DaemonSet's template (update.go). */

export interface History {
  /** The revision of the template as it is now; undefined when it has to be made. */
  readonly current: IControllerRevision | undefined;
  readonly old: readonly IControllerRevision[];
  /** The number that the current revision should have at least. */
  readonly number: number;
}

export function readHistory(set: IDaemonSet, revisions: readonly IControllerRevision[]): History {
  const text = canonicalText(dataOf(set));
  const same = revisions.filter(({ data }) => canonicalText(data) === text).sort(byNumber);
  const old = revisions.filter((revision) => !same.includes(revision));
  return {
    current: same.at(-1),
    old,
    number: Math.max(0, ...old.map(({ revision }) => revision)) + 1,
  };
}

/** The revision of the set's template. */
export function newRevision(set: IDaemonSet, number: number): IControllerRevision {
  const { name, namespace = "", annotations } = set.metadata ?? {};
  const hash = podTemplateHash(set.spec?.template, set.status?.collisionCount);
  return {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels: { ...set.spec?.template.metadata?.labels, [hashLabel]: hash },
      ...(annotations ? { annotations: { ...annotations } } : {}),
      ownerReferences: [controllerReference(daemonSets, set)],
    },
    data: dataOf(set),
    revision: number,
  };
}

/** Whether a stored revision is that of the set's template. */
export function isRevisionOf(set: IDaemonSet, { data }: IControllerRevision): boolean {
  return canonicalText(data) === canonicalText(dataOf(set));
}

/** Old revisions beyond the limit that no Pod is of, the oldest first. */
export function expiredRevisions(
  set: IDaemonSet,
  old: readonly IControllerRevision[],
  liveHashes: ReadonlySet<string>,
): IControllerRevision[] {
  const surplus = Math.max(0, old.length - (set.spec?.revisionHistoryLimit ?? 10));
  return [...old]
    .sort(byNumber)
    .filter(({ metadata }) => !liveHashes.has(metadata?.labels?.[hashLabel] ?? ""))
    .slice(0, surplus);
}

/** A revision holds the template alone, as a patch that replaces it whole. */
function dataOf(set: IDaemonSet): object {
  const template = structuredClone(set.spec?.template ?? {});
  return { spec: { template: { ...template, $patch: "replace" } } };
}

function byNumber(a: IControllerRevision, b: IControllerRevision): number {
  return a.revision - b.revision;
}
