import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import type { IReplicaSet } from "kubernetes-models/apps/v1/ReplicaSet";

/** What a Deployment notes on its ReplicaSets (deployment_util.go). */

export const revisionAnnotation = "deployment.kubernetes.io/revision";
const historyAnnotation = "deployment.kubernetes.io/revision-history";
const desiredAnnotation = "deployment.kubernetes.io/desired-replicas";
const maxAnnotation = "deployment.kubernetes.io/max-replicas";
const longestHistory = 2_000;

/** A Deployment's annotations that are not its ReplicaSets' too. */
const notCopied = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  "deprecated.deployment.rollback.to",
  revisionAnnotation,
  historyAnnotation,
  desiredAnnotation,
  maxAnnotation,
]);

type Annotations = Record<string, string>;

export function annotationsOf({ metadata }: IDeployment | IReplicaSet): Annotations {
  return metadata?.annotations ?? {};
}

/** The number of a set's revision; 0 where it has none that can be read. */
export function revisionOf(set: IReplicaSet): number {
  return wholeNumber(annotationsOf(set)[revisionAnnotation]) ?? 0;
}

/** The Deployment's replicas when the set was last scaled. */
export function desiredReplicasOf(set: IReplicaSet): number | undefined {
  return wholeNumber(annotationsOf(set)[desiredAnnotation]);
}

/** The Deployment's replicas and surge when the set was last scaled. */
export function maxReplicasOf(set: IReplicaSet): number | undefined {
  return wholeNumber(annotationsOf(set)[maxAnnotation]);
}

/** The annotations of a set that is scaled under a Deployment of that size. */
export function withReplicas(annotations: Annotations, desired: number, max: number): Annotations {
  return { ...annotations, [desiredAnnotation]: String(desired), [maxAnnotation]: String(max) };
}

/**
 * The annotations of the new ReplicaSet: the Deployment's, and a revision above all older ones. A set that is taken
 * up again remembers the revisions that it was before.
 */
export function newSetAnnotations(
  deployment: IDeployment,
  annotations: Annotations,
  newRevision: number,
): Annotations {
  const copied = Object.entries(annotationsOf(deployment)).filter(([key]) => !notCopied.has(key));
  const merged = { ...annotations, ...Object.fromEntries(copied) };
  const oldText = annotations[revisionAnnotation];
  const old = oldText ? wholeNumber(oldText) : 0;
  if (old === undefined || old >= newRevision) {
    return merged;
  }
  return {
    ...merged,
    ...(oldText === undefined ? {} : withHistory(merged, oldText)),
    [revisionAnnotation]: String(newRevision),
  };
}

function withHistory(annotations: Annotations, revision: string): Annotations {
  const history = [...(annotations[historyAnnotation]?.split(",") ?? []), revision].filter(Boolean);
  while (history.length > 1 && history.join(",").length > longestHistory) {
    history.shift();
  }
  return { [historyAnnotation]: history.join(",") };
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^[0-9]+$/.test(text) ? Number(text) : undefined;
}
