import type { IPod } from "kubernetes-models/v1/Pod";
import type { KubernetesObject, OwnerReference } from "../../../common/kubernetes/objects.ts";
import type { ApiClient } from "../../api/apiClient.ts";
import { apiVersionOf, groupResourceOf, type Resource } from "../../api/resource.ts";
import { deployments, replicaSets, statefulSets } from "../../api/resources.ts";
import { controllerOf } from "../kit/keys.ts";

type Scaled = KubernetesObject & { readonly spec?: { readonly replicas?: number } };

const scaled: readonly Resource<Scaled>[] = [statefulSets, replicaSets, deployments];

export interface ExpectedScale {
  /** The sum of what all controllers of the Pods want. */
  readonly total: number;
  /** Pods that nobody controls. */
  readonly unmanaged: readonly string[];
}

/**
 * What the controllers of Pods want altogether (getExpectedScale); a ReplicaSet of a Deployment counts as the
 * Deployment. `resources` is everything that the server stores. Throws where a controller cannot be scaled.
 */
export function expectedScale(
  client: ApiClient,
  pods: readonly IPod[],
  resources: readonly Resource[],
): ExpectedScale {
  const scales = new Map<string, number>();
  const unmanaged: string[] = [];
  for (const pod of pods) {
    const reference = controllerOf(pod);
    if (!reference) {
      unmanaged.push(pod.metadata?.name ?? "");
      continue;
    }
    const top = topController(client, reference, pod.metadata?.namespace, resources);
    if (!top) {
      throw new Error(`found no controllers for pod ${JSON.stringify(pod.metadata?.name)}`);
    }
    scales.set(top.metadata?.uid ?? "", top.spec?.replicas ?? 1);
  }
  return { total: [...scales.values()].reduce((sum, each) => sum + each, 0), unmanaged };
}

function topController(
  client: ApiClient,
  reference: OwnerReference,
  namespace: string | undefined,
  resources: readonly Resource[],
): Scaled | undefined {
  const isOf = (resource: Resource) =>
    resource.kind === reference.kind && apiVersionOf(resource) === reference.apiVersion;
  const resource = scaled.find(isOf);
  if (!resource) {
    throw new Error(cannotScale(reference, resources.find(isOf)));
  }
  const owner = client.find(resource, { namespace, name: reference.name });
  if (owner?.metadata?.uid !== reference.uid) {
    return undefined;
  }
  const above = resource.kind === "ReplicaSet" && owner ? controllerOf(owner) : undefined;
  return above?.kind === "Deployment" ? topController(client, above, namespace, resources) : owner;
}

function cannotScale({ kind, apiVersion }: OwnerReference, resource: Resource | undefined): string {
  return resource
    ? `${groupResourceOf(resource)} does not implement the scale subresource`
    : `no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`;
}
