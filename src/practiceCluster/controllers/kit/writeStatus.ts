import type { KubernetesObject } from "../../../common/kubernetes/objects.ts";
import type { ApiClient } from "../../api/apiClient.ts";
import { isNotFound } from "../../api/apiError.ts";
import type { Resource } from "../../api/resource.ts";
import { canonicalText } from "./templateHash.ts";

type WithStatus<S> = KubernetesObject & { status?: S };

/**
 * Writes a workload's status where it differs from the stored one. Of an object that is gone, or is another of the
 * same name by now, nothing is written. Throws what else the API refuses.
 */
export function writeStatus<S extends object>(
  client: ApiClient,
  resource: Resource<WithStatus<S> & KubernetesObject>,
  object: KubernetesObject,
  status: S,
): void {
  const { namespace, name = "", uid } = object.metadata ?? {};
  const current = client.find(resource, { namespace, name });
  if (!current || current.metadata?.uid !== uid || canonicalText(current.status) === canonicalText(status)) {
    return;
  }
  try {
    client.update(resource, { ...structuredClone(current), status }, { subresource: "status" });
  } catch (error) {
    if (!isNotFound(error)) {
      throw error;
    }
  }
}
