import type { IControllerRevision } from "kubernetes-models/apps/v1/ControllerRevision";
import type { IStatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import type { IPersistentVolumeClaim } from "kubernetes-models/v1/PersistentVolumeClaim";
import type { IPod } from "kubernetes-models/v1/Pod";

export type SetSpec = NonNullable<IStatefulSet["spec"]>;
export type SetStatus = NonNullable<IStatefulSet["status"]>;

/** What a sync reads, once, before it decides. */
export interface ObservedSet {
  readonly set: IStatefulSet;
  /** The Pods that the set controls. */
  readonly pods: readonly IPod[];
  readonly currentRevision: IControllerRevision;
  readonly updateRevision: IControllerRevision;
  readonly collisionCount: number;
  readonly findClaim: (name: string) => IPersistentVolumeClaim | undefined;
  readonly now: number;
}

/** One thing to do, with the rule of the controller that asks for it. */
export type Action =
  | { readonly kind: "createPod"; readonly pod: IPod }
  | { readonly kind: "createMissingClaims"; readonly pod: IPod }
  | { readonly kind: "updatePod"; readonly pod: IPod }
  | { readonly kind: "matchClaimOwners"; readonly pod: IPod }
  | {
      readonly kind: "deletePod";
      readonly pod: IPod;
      readonly because: "ended" | "condemned" | "oldRevision";
    };

/** The actions of one replica, or of one condemned Pod, in their order; without any where nothing is to be done. */
export type ActionsOfPod = readonly Action[];

/** What is done for each Pod of a list before the next list is looked at. */
export type Phase = readonly ActionsOfPod[];

export interface Decision {
  /** Everything that is to be done, in its order. */
  readonly actions: readonly Action[];
  /** The same, as the rules of doing many things at once ask for it. */
  readonly phases: readonly Phase[];
  readonly status: SetStatus;
  /** When something that only takes time will have happened (a Pod becomes available); undefined: nothing does. */
  readonly recheckInMs: number | undefined;
}
