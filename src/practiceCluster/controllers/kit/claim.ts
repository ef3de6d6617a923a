import type { KubernetesObject } from "../../../common/kubernetes/objects.ts";
import type { ApiClient } from "../../api/apiClient.ts";
import { isNotFound } from "../../api/apiError.ts";
import type { Resource } from "../../api/resource.ts";
import { controllerOf, controllerReference, isControlledBy } from "./keys.ts";

export interface Claim<T extends KubernetesObject> {
  /** Who claims. */
  readonly ownerResource: Resource;
  readonly owner: KubernetesObject;
  /** What is claimed: all that could be the owner's, in its namespace. */
  readonly resource: Resource<T>;
  readonly candidates: readonly T[];
  /** Whether the owner's selector matches. */
  readonly fits: (candidate: T) => boolean;
  /** Comes and goes with the claim. */
  readonly finalizer?: string;
}

/**
 * The candidates that the owner controls, after it adopted orphans that fit and released what does not fit any more
 * (controller_ref_manager.go). An owner that is being deleted takes nothing new and lets nothing go.
 */
export function claimObjects<T extends KubernetesObject>(client: ApiClient, claim: Claim<T>): T[] {
  const { owner, candidates, fits } = claim;
  const isGoing = owner.metadata?.deletionTimestamp !== undefined;
  return candidates.flatMap((candidate) => {
    if (isControlledBy(candidate, owner)) {
      if (!fits(candidate) && !isGoing) {
        release(client, claim, candidate);
      }
      return fits(candidate) ? [candidate] : [];
    }
    const isOrphan = !controllerOf(candidate) && fits(candidate);
    if (!isOrphan || isGoing || candidate.metadata?.deletionTimestamp) {
      return [];
    }
    return adopt(client, claim, candidate);
  });
}

function adopt<T extends KubernetesObject>(client: ApiClient, claim: Claim<T>, candidate: T): T[] {
  const reference = controllerReference(claim.ownerResource, claim.owner);
  const adopted = structuredClone(candidate);
  const { ownerReferences = [], finalizers = [] } = adopted.metadata ?? {};
  adopted.metadata = {
    ...adopted.metadata,
    ownerReferences: [...ownerReferences, reference],
    ...(claim.finalizer ? { finalizers: [...new Set([...finalizers, claim.finalizer])] } : {}),
  };
  return ignoringGone(() => client.update(claim.resource, adopted));
}

function release<T extends KubernetesObject>(client: ApiClient, claim: Claim<T>, candidate: T): void {
  const released = structuredClone(candidate);
  const others = (released.metadata?.ownerReferences ?? []).filter(
    ({ uid }) => uid !== claim.owner.metadata?.uid,
  );
  const { finalizers } = released.metadata ?? {};
  released.metadata = {
    ...released.metadata,
    ownerReferences: others,
    ...(finalizers ? { finalizers: finalizers.filter((each) => each !== claim.finalizer) } : {}),
  };
  ignoringGone(() => client.update(claim.resource, released));
}

function ignoringGone<T>(write: () => T): T[] {
  try {
    return [write()];
  } catch (error) {
    if (isNotFound(error)) {
      return [];
    }
    throw error;
  }
}
