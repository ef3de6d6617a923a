import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import type { IReplicaSet } from "kubernetes-models/apps/v1/ReplicaSet";
import type { IPod } from "kubernetes-models/v1/Pod";

export type DeploymentStatus = NonNullable<IDeployment["status"]>;
export type Condition = NonNullable<DeploymentStatus["conditions"]>[number];

/** What a sync reads, once, before it decides. */
export interface ObservedDeployment {
  readonly deployment: IDeployment;
  /** The ReplicaSets that it controls. */
  readonly replicaSets: readonly IReplicaSet[];
  /** The Pods of a ReplicaSet, whatever became of them. */
  readonly podsOf: (set: IReplicaSet) => readonly IPod[];
  readonly now: number;
}

/** One thing to do. */
export type Step =
  | { readonly kind: "create"; readonly set: IReplicaSet }
  /** `from`: the number of replicas before, where that changes. */
  | { readonly kind: "update"; readonly set: IReplicaSet; readonly from?: number }
  | { readonly kind: "delete"; readonly set: IReplicaSet };

export interface Decision {
  readonly steps: readonly Step[];
  readonly status: DeploymentStatus;
  /** What the annotation deployment.kubernetes.io/revision becomes; undefined: it stays. */
  readonly revision: string | undefined;
  /** When a lack of progress would have lasted too long; undefined: it cannot. */
  readonly recheckInMs: number | undefined;
}
