import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import type { IReplicaSet } from "kubernetes-models/apps/v1/ReplicaSet";
import { deployments } from "../../api/resources.ts";
import { controllerReference } from "../kit/keys.ts";
import { canonicalText, podTemplateHash } from "../kit/templateHash.ts";
import { newSetAnnotations, revisionOf, withReplicas } from "./annotations.ts";
import { maxSurge, newSetReplicas, replicasOf } from "./limits.ts";

type Template = NonNullable<IReplicaSet["spec"]>["template"];

const hashLabel = "pod-template-hash";
const longestName = 253;

/** Oldest first; those of one second by name. */
export function byCreation(a: IReplicaSet, b: IReplicaSet): number {
  return (
    compare(String(a.metadata?.creationTimestamp ?? ""), String(b.metadata?.creationTimestamp ?? "")) ||
    compare(a.metadata?.name ?? "", b.metadata?.name ?? "")
  );
}

export function byRevision(a: IReplicaSet, b: IReplicaSet): number {
  return revisionOf(a) - revisionOf(b) || byCreation(a, b);
}

/** Whether two templates make the same Pods: alike but for the label with their hash. */
export function isSameTemplate(a: Template, b: Template): boolean {
  return textWithoutHash(a) === textWithoutHash(b);
}

/** The ReplicaSet of the Deployment's template: the oldest one that has it. */
export function findNewSet(deployment: IDeployment, sets: readonly IReplicaSet[]): IReplicaSet | undefined {
  return [...sets]
    .sort(byCreation)
    .find((set) => isSameTemplate(set.spec?.template, deployment.spec?.template));
}

/** The ReplicaSet that the Deployment's template asks for, beside its older ones (getNewReplicaSet). */
export function makeNewSet(
  deployment: IDeployment,
  oldSets: readonly IReplicaSet[],
  revision: number,
): IReplicaSet {
  const { template, selector, minReadySeconds } = deployment.spec ?? {};
  const hash = podTemplateHash(template, deployment.status?.collisionCount);
  const labels = { ...template?.metadata?.labels, [hashLabel]: hash };
  const replicas = newSetReplicas(deployment, oldSets, 0);
  const desired = replicasOf(deployment);
  const annotations = newSetAnnotations(deployment, {}, revision);
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: nameWithHash(deployment.metadata?.name ?? "", hash),
      namespace: deployment.metadata?.namespace ?? "",
      labels,
      annotations: withReplicas(annotations, desired, desired + maxSurge(deployment)),
      ownerReferences: [controllerReference(deployments, deployment)],
    },
    spec: {
      replicas,
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector?.matchLabels, [hashLabel]: hash } },
      template: {
        ...structuredClone(template),
        metadata: { ...structuredClone(template?.metadata), labels: { ...labels } },
      },
    },
  };
}

function nameWithHash(name: string, hash: string): string {
  return `${name.slice(0, longestName - 1 - hash.length)}-${hash}`;
}

function textWithoutHash(template: Template): string {
  const { [hashLabel]: _hash, ...labels } = template?.metadata?.labels ?? {};
  return canonicalText({ ...template, metadata: { ...template?.metadata, labels } });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
