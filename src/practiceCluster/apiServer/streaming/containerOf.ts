import type { IPod } from "kubernetes-models/v1/Pod";
import { ApiError } from "../../api/apiError.ts";
import type { ContainerAddress } from "../../api/nodeRuntime.ts";

/** The container that a request means: the one it names, or the Pod's only one. Throws 400. */
export function containerOf(pod: IPod, named: string | null): ContainerAddress {
  const { name = "", namespace = "" } = pod.metadata ?? {};
  const containers = (pod.spec?.containers ?? []).map((each) => each.name);
  const all = [...containers, ...(pod.spec?.initContainers ?? []).map((each) => each.name)];
  if (named) {
    if (!all.includes(named)) {
      throw new ApiError(400, "BadRequest", `container ${named} is not valid for pod ${name}`);
    }
    return { namespace, pod: name, container: named };
  }
  const annotated = pod.metadata?.annotations?.["kubectl.kubernetes.io/default-container"];
  const [only, ...others] = containers;
  const chosen =
    annotated && containers.includes(annotated) ? annotated : others.length === 0 ? only : undefined;
  if (!chosen) {
    throw new ApiError(
      400,
      "BadRequest",
      `a container name must be specified for pod ${name}, choose one of: [${containers.join(" ")}]`,
    );
  }
  return { namespace, pod: name, container: chosen };
}
